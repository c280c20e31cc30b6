//! Keys and names that are too long for an entry of an index of PostgreSQL.

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Included, Unbounded};
use std::ops::ControlFlow;
use std::sync::Arc;

use keyloft::backend::{Direction, KeyRange};
use keyloft::{Partition, Read, StorageBackend, StorageBackendExt};

use crate::cluster::Cluster;

/// The length up to which a key is stored as it is.
const HEAD: usize = 2_368;

/// Keys around that length: some begin alike, and some of those only differ at their ends. They are in order.
fn keys() -> Vec<Vec<u8>> {
    let head = |byte: u8| [vec![5; HEAD - 1], vec![byte]].concat();
    let mut keys = vec![vec![], vec![5; 10], vec![5; HEAD - 1], vec![9]];
    for byte in [0, 7, u8::MAX] {
        keys.push(head(byte));
        for tail in [&[0][..], &[0, 0], &[1], &[u8::MAX; 1_728], &[u8::MAX; 40]] {
            keys.push([&*head(byte), tail].concat());
        }
    }
    keys.sort_unstable();
    keys
}

/// Returns the entries that a scan visits.
fn scanned(
    reader: &dyn Read,
    partition: &Partition,
    range: KeyRange<'_>,
    direction: Direction,
) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut entries = Vec::new();
    reader
        .scan(partition, range, direction, &mut |key, value| {
            entries.push((key.to_vec(), value.to_vec()));
            ControlFlow::Continue(())
        })
        .unwrap();
    entries
}

pub(crate) fn are_in_order_between_all_bounds(cluster: &Arc<Cluster>) {
    let db = cluster.options().open().unwrap();
    // Keys of an index may have 4 KiB.
    let partition = Partition::from_stored("#name:people");
    let keys = keys();
    let map: BTreeMap<&[u8], Vec<u8>> =
        keys.iter().map(Vec::as_slice).zip((0_u8..).map(|number| vec![number])).collect();
    db.transaction(|tx| map.iter().try_for_each(|(key, value)| tx.put(&partition, key, value))).unwrap();
    for (key, value) in &map {
        let mut found = None;
        assert!(db.get(&partition, key, &mut |value| found = Some(value.to_vec())).unwrap());
        assert_eq!(found.as_ref(), Some(value));
    }
    let snapshot = db.snapshot().unwrap();
    let bounds =
        || keys.iter().map(Vec::as_slice).flat_map(|key| [Included(key), Excluded(key)]).chain([Unbounded]);
    for (lower, upper) in bounds().flat_map(|lower| bounds().map(move |upper| (lower, upper))) {
        let range = KeyRange { lower, upper };
        let mut expected: Vec<(Vec<u8>, Vec<u8>)> = map
            .iter()
            .filter(|(key, _)| range.contains(key))
            .map(|(key, value)| (key.to_vec(), value.clone()))
            .collect();
        assert_eq!(snapshot.count(&partition, range).unwrap(), u64::try_from(expected.len()).unwrap());
        assert!(scanned(&*snapshot, &partition, range, Direction::Forward) == expected);
        expected.reverse();
        assert!(scanned(&*snapshot, &partition, range, Direction::Backward) == expected);
    }
}

pub(crate) fn are_deleted_between_long_bounds(cluster: &Arc<Cluster>) {
    let db = cluster.options().open().unwrap();
    let partition = Partition::from_stored("#name:people");
    let keys = keys();
    for first in (0..keys.len()).step_by(3) {
        let range = KeyRange::new(Excluded(&keys[first]), Included(&keys[keys.len() - 2]));
        let expected: Vec<&Vec<u8>> = keys.iter().filter(|key| !range.contains(key)).collect();
        db.transaction(|tx| {
            keys.iter().try_for_each(|key| tx.put(&partition, key, b""))?;
            let deleted = tx.delete_range(&partition, range)?;
            assert_eq!(usize::try_from(deleted).unwrap(), keys.len() - expected.len());
            Ok(())
        })
        .unwrap();
        let left = scanned(&db, &partition, KeyRange::ALL, Direction::Forward);
        assert!(left.iter().map(|(key, _)| key).eq(expected), "after {first}");
    }
}

pub(crate) fn of_partitions_are_listed_in_order(cluster: &Arc<Cluster>) {
    let db = cluster.options().open().unwrap();
    let mut names: Vec<Partition> = ["n", "o"]
        .iter()
        .flat_map(|letter| [254, 255, 256, 257, 1_024].map(|len| Partition::from(letter.repeat(len))))
        .chain([
            Partition::from(format!("{}a", "n".repeat(300))),
            Partition::from(format!("{}b", "n".repeat(300))),
        ])
        .collect();
    names.sort_unstable();
    db.transaction(|tx| names.iter().try_for_each(|name| tx.put(name, b"key", name.as_str().as_bytes())))
        .unwrap();
    assert_eq!(db.partitions().unwrap(), names);
    for name in &names {
        assert_eq!(
            scanned(&db, name, KeyRange::ALL, Direction::Forward),
            [(b"key".to_vec(), name.as_str().into())]
        );
    }
}
