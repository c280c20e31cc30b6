//! Deletions of many at once. The transactions are given up at the end, so that every round finds the same.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use keyloft::{
    EntityStore, EntityWriter, Error, ErrorKind, ExpiringWriter, Row as Columns, RowId, StorageBackend,
    StorageBackendExt, StreamTableRow, StreamTableStore, TableAccess, TableId, Transaction, UserId,
};
use keyloft_redb::{Durability, RedbBackend};

use super::{BATCH, lots};
use crate::Results;
use crate::measure::{Row, Subject, Target, timed};
use crate::peers::{Keyloft, Peer, Raw};
use crate::people::{GROUP, prefix, shuffled, users};
use crate::settings::Settings;

pub(super) fn measure(settings: &Settings, results: &mut Results) {
    delete_prefix(settings, results);
    evict(settings, results);
}

fn delete_prefix(settings: &Settings, results: &mut Results) {
    const PREFIXES: usize = 20;
    let n = settings.n();
    let folder = tempfile::tempdir().unwrap();
    let raw = Raw::create(&folder.path().join("raw.redb"));
    let keyloft = Keyloft::create(&folder.path().join("keyloft.redb"));
    let all = users(0..n);
    raw.put(all.clone());
    keyloft.put(all);
    let rounds = settings.pick(41, 101);
    let prefixes = lots(rounds, PREFIXES, n / GROUP, prefix);
    let subjects = vec![
        timed("raw redb, collect + remove", |round| raw.delete_prefixes(&prefixes[round])),
        timed("keyloft", |round| {
            in_vain(&*keyloft.backend, |tx| {
                for prefix in &prefixes[round] {
                    black_box(keyloft.plain.within(tx).delete_prefix(&UserId::prefix(prefix)).unwrap());
                }
            });
        }),
    ];
    let (name, target) = ("delete_prefix of 100", Target::Ratio(0.30));
    results.add(Row { name, n, operations: PREFIXES, rounds, target, subjects });
}

/// The same number of rows out of a table, and out of one of ten times its size.
fn evict(settings: &Settings, results: &mut Results) {
    const EVICTED: usize = 1000;
    let n = settings.pick(100_000, 1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let small = stream(&folder.path().join("small.redb"), n / 10);
    let large = stream(&folder.path().join("large.redb"), n);
    let evict = |store: &StreamTableStore| {
        let mut took = Duration::ZERO;
        in_vain(&**store.backend(), |tx| {
            let start = Instant::now();
            let evicted = store.within(tx).evict_expired(i64::MAX, EVICTED).unwrap();
            took = start.elapsed();
            assert_eq!(evicted, EVICTED as u64);
        });
        took
    };
    let subjects = vec![
        Subject { name: "ours, a tenth of the rows", work: Box::new(|_| evict(&small)) },
        Subject { name: "keyloft", work: Box::new(|_| evict(&large)) },
    ];
    // Ten times as many rows are a level more in three trees: that much it may cost.
    let (name, rounds, target) = ("stream eviction of 1,000", settings.pick(21, 41), Target::Ratio(1.50));
    results.add(Row { name, n, operations: EVICTED, rounds, target, subjects });
}

fn stream(path: &std::path::Path, n: usize) -> StreamTableStore {
    let backend = RedbBackend::options().durability(Durability::OnFlush).create(path).unwrap();
    let table = TableId::from_strings("bench", "stream");
    let store = StreamTableStore::new(Arc::new(backend), &table, TableAccess::Public, Arc::new(|| 0));
    for batch in shuffled(1, n).chunks(10 * BATCH) {
        let row = |number: &usize| {
            let columns = Columns::new().with("line", *number as i64).with("text", "sixteen bytes...");
            (RowId::new(number.to_be_bytes()), StreamTableRow::new(columns, 0, expiry(*number)))
        };
        store.put_many(&batch.iter().map(row).collect::<Vec<_>>()).unwrap();
    }
    store
}

/// In an order that is not that of the keys.
fn expiry(number: usize) -> u64 {
    1 + (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) % 1_000_000_007
}

/// Runs the body in a transaction that is given up.
fn in_vain(backend: &dyn StorageBackend, mut body: impl FnMut(&mut dyn Transaction)) {
    let outcome = backend.transaction(|tx| -> Result<(), Error> {
        body(tx);
        Err(ErrorKind::Aborted.into())
    });
    outcome.unwrap_err();
}
