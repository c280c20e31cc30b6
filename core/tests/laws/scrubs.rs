//! A scrub reads everything and finds what is damaged.

use std::ops::ControlFlow;
use std::sync::Arc;

use keyloft::backend::{Direction, KeyRange};
use keyloft::prelude::*;
use keyloft::scrub::{Report, Scrub};
use keyloft::shape::Shape;
use keyloft::value::seal_payload;
use keyloft::{Partition, Read};
use keyloft_memory::MemoryBackend;

use crate::out_of_order::{Fault, Rig};

const HALF: Index<u32, u32> = Index::new("half", |value| Some(*value / 2));
const OWN: UniqueIndex<u32, u32> = UniqueIndex::new("own", |value| Some(*value));

fn rows(backend: &Arc<dyn StorageBackend>) -> Table<u32, u32> {
    Table::with_schema(backend.clone(), Schema::new("rows").shape(Shape::of::<u32>()).index(HALF).index(OWN))
}

/// Returns a database of two tables, one with this number of rows.
fn database(len: u32) -> (Arc<dyn StorageBackend>, Table<u32, u32>) {
    let backend: Arc<dyn StorageBackend> = Arc::new(MemoryBackend::new());
    let rows = rows(&backend);
    rows.load((0..len).map(|id| (id, id))).unwrap();
    let texts = Schema::new("texts").shape(Shape::of::<String>());
    Table::<String, String>::with_schema(backend.clone(), texts)
        .put(&"a".into(), &"x".repeat(300_000))
        .unwrap();
    backend.transaction(|tx| tx.put(&"raw".into(), b"key", b"any bytes")).unwrap();
    (backend, rows)
}

/// Returns the number of all entries, and of their bytes.
fn totals(backend: &Arc<dyn StorageBackend>) -> (u64, u64) {
    let (mut entries, mut bytes) = (0, 0);
    for partition in backend.partitions().unwrap() {
        let mut visit = |key: &[u8], value: &[u8]| {
            entries += 1;
            bytes += u64::try_from(key.len() + value.len()).unwrap();
            ControlFlow::Continue(())
        };
        backend.scan(&partition, KeyRange::ALL, Direction::Forward, &mut visit).unwrap();
    }
    (entries, bytes)
}

fn run(mut scrub: Scrub) -> Report {
    scrub.run().unwrap();
    scrub.report().clone()
}

/// Returns the partition, the key and the reason of each listed fault.
fn listed(report: &Report) -> Vec<(&str, &[u8], &str)> {
    report.listed.iter().map(|fault| (fault.partition.as_str(), &*fault.key, &*fault.reason)).collect()
}

#[test]
fn everything_is_read_once_in_bounded_steps() {
    let (backend, rows) = database(5_000);
    for mut scrub in [Scrub::new(backend.clone()), Scrub::new(backend.clone()).table(rows.schema())] {
        let (mut before, mut steps) = ((0, 0), 0);
        while let Some(progress) = scrub.step().unwrap() {
            let (entries, bytes) = (progress.entries - before.0, progress.bytes - before.1);
            assert!(entries <= 4096 && (bytes < 300 << 10 || entries == 1), "{progress:?}");
            before = (progress.entries, progress.bytes);
            steps += 1;
        }
        assert!(steps > 6, "{steps} steps");
        assert_eq!(before, totals(&backend));
        assert_eq!((scrub.report().damaged, &scrub.report().listed), (0, &vec![]));
        assert!(scrub.step().unwrap().is_none());
    }
}

#[test]
fn a_scrub_goes_on_from_any_position() {
    let (backend, _) = database(5_000);
    let all = totals(&backend).0;
    let mut scrub = Scrub::new(backend.clone());
    while let Some(progress) = scrub.step().unwrap() {
        let Some(position) = progress.position else { break };
        let rest = run(Scrub::new(backend.clone()).resume(position));
        assert_eq!(progress.entries + rest.entries, all);
    }
}

#[test]
fn writers_go_on_between_the_steps() {
    let (backend, rows) = database(5_000);
    let mut scrub = Scrub::new(backend.clone()).table(rows.schema());
    let mut id = 0;
    while scrub.step().unwrap().is_some() {
        rows.put(&id, &(100_000 + id)).unwrap();
        rows.delete(&(4_999 - id)).unwrap();
        rows.put(&(10_000 + id), &(10_000 + id)).unwrap();
        id += 1;
    }
    assert_eq!(scrub.report().listed, []);
}

/// Stores a payload with the right checksum, past the table.
fn put_payload(tx: &mut dyn Transaction, table: &str, key: &[u8], payload: &[u8]) -> Result<()> {
    let mut stored = Vec::new();
    seal_payload(&table.into(), key, 1, payload, &mut stored);
    tx.put(&table.into(), key, &stored)
}

#[test]
fn damage_is_found_without_the_types() {
    let (backend, rows) = database(300);
    let (seven, eight, nine) = (7_u32.encode(), 8_u32.encode(), 9_u32.encode());
    backend
        .transaction(|tx| {
            tx.put(&"rows".into(), &seven, b"\x09")?;
            put_payload(tx, "rows", &eight, b"")?;
            tx.put(&"rows".into(), &nine, &rows.serialize(&10, &9)?)?;
            put_payload(tx, "rows", b"short", b"\x07")?;
            put_payload(tx, "texts", b"b", b"\x02\xff\xff")
        })
        .unwrap();
    let catalog = backend.partitions().unwrap().into_iter().find(Partition::is_catalog).unwrap();
    backend.transaction(|tx| tx.put(&catalog, b"gone", b"\x01\x01")).unwrap();
    let report = run(Scrub::new(backend));
    let places: Vec<_> = listed(&report).into_iter().map(|(partition, key, _)| (partition, key)).collect();
    assert_eq!(
        places,
        [
            ("rows", &*seven),
            ("rows", &*eight),
            ("rows", &*nine),
            ("rows", b"short"),
            (catalog.as_str(), b"gone"),
            ("texts", b"b"),
        ]
    );
}

#[test]
fn damage_is_found_by_the_types() {
    let (backend, rows) = database(300);
    let index = |name: &str| {
        let mut partitions = backend.partitions().unwrap().into_iter();
        partitions.find(|partition| partition.is_index() && partition.as_str().contains(name)).unwrap()
    };
    let (half, own) = (index("half"), index("own"));
    let mut entries = Vec::new();
    backend
        .scan(&half, KeyRange::ALL, Direction::Forward, &mut |key, _| {
            entries.push(key.to_vec());
            ControlFlow::Continue(())
        })
        .unwrap();
    backend
        .transaction(|tx| {
            // The entity 0 has no entry, and an entry names an entity that does not exist.
            tx.delete(&half, &entries[0])?;
            tx.delete(&"rows".into(), &9_u32.encode())?;
            tx.put(&own, &77_777_u32.encode(), &3_u32.encode())?;
            tx.put(&half, b"?", b"")?;
            tx.put(&"rows".into(), &4_u32.encode(), b"\x01\x01")
        })
        .unwrap();
    let report = run(Scrub::new(backend.clone()).table(rows.schema()));
    let found = report.listed.len();
    let verified = rows.verify().unwrap();
    assert_eq!(found, verified.len(), "{:#?} {verified:#?}", report.listed);
    for mismatch in verified {
        let text = mismatch.to_string();
        assert!(report.listed.iter().any(|fault| text.ends_with(&fault.reason)), "{text}");
    }
    // Without the types, the value that can't be read is all that is seen.
    assert_eq!(run(Scrub::new(backend)).damaged, 1);
}

#[test]
fn the_list_is_bounded_and_the_rest_is_counted() {
    let (backend, _) = database(300);
    let damage = |tx: &mut dyn Transaction, id: u32| tx.put(&"rows".into(), &id.encode(), b"?");
    backend.transaction(|tx| (0..150).try_for_each(|id| damage(tx, id))).unwrap();
    let report = run(Scrub::new(backend));
    assert_eq!((report.damaged, report.listed.len()), (150, 100));
}

#[test]
fn a_partition_that_can_not_be_read_in_order_does_not_hide_the_others() {
    for fault in [Fault::Swaps, Fault::Repeats, Fault::Turns] {
        let rig = Rig::new(fault);
        rig.backend.transaction(|tx| tx.put(&"zone".into(), b"a", b"1")).unwrap();
        let report = run(Scrub::new(rig.backend.clone()));
        let of_rows = report.listed.iter().find(|damage| damage.partition.as_str() == "rows").unwrap();
        assert!(of_rows.hides_rest, "{of_rows}");
        assert!(of_rows.to_string().starts_with("nothing can be read behind "), "{of_rows}");
        let mut rest = Vec::new();
        let mut scrub = Scrub::new(rig.backend.clone());
        scrub
            .run_with(|progress| {
                rest.push(progress.partition.to_string());
                ControlFlow::Continue(())
            })
            .unwrap();
        assert_eq!(rest.last().map(String::as_str), Some("zone"));
    }
}
