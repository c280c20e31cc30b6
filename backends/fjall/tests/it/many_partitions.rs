//! A thousand partitions, beside a keyspace of fjall for each of a few.

use std::path::Path;
use std::time::{Duration, Instant};

use fjall::{Database, PersistMode};
use keyloft::{Partition, Read, StorageBackend};
use keyloft_fjall::FjallBackend;

const PARTITIONS: u32 = 1000;
/// A thousand take minutes.
const KEYSPACES: u32 = 40;

/// Writes to each partition in a transaction of its own, and reads them after a reopening. Returns the time of one.
fn in_one_keyspace(path: &Path) -> Duration {
    let partitions: Vec<_> = (0..PARTITIONS).map(|number| Partition::from(format!("p{number:04}"))).collect();
    let backend = FjallBackend::create(path).unwrap();
    let start = Instant::now();
    for partition in &partitions {
        backend.transact(&mut |tx| tx.put(partition, b"key", partition.as_str().as_bytes())).unwrap();
    }
    let took = start.elapsed();
    drop(backend);
    let backend = FjallBackend::open(path).unwrap();
    assert_eq!(backend.partitions().unwrap(), partitions);
    for partition in &partitions {
        let mut value: Vec<u8> = Vec::new();
        assert!(backend.get(partition, b"key", &mut |found| value.extend(found)).unwrap());
        assert_eq!(value, partition.as_str().as_bytes());
        assert!(!backend.contains(&Partition::from(format!("{partition}x")), b"key").unwrap());
    }
    took / PARTITIONS
}

/// Does the same with fjall by hand, in a keyspace for each.
fn in_many_keyspaces(path: &Path) -> Duration {
    let database = Database::builder(path).open().unwrap();
    let start = Instant::now();
    for number in 0..KEYSPACES {
        let keyspace = database.keyspace(&format!("p{number:04}"), Default::default).unwrap();
        let mut batch = database.batch().durability(Some(PersistMode::SyncData));
        batch.insert(&keyspace, "key", "value");
        batch.commit().unwrap();
    }
    start.elapsed() / KEYSPACES
}

#[test]
fn a_partition_costs_less_than_a_keyspace() {
    let folder = tempfile::tempdir().unwrap();
    let partition = in_one_keyspace(&folder.path().join("one"));
    let keyspace = in_many_keyspaces(&folder.path().join("many"));
    assert!(partition < keyspace, "{partition:?} for a partition, {keyspace:?} for a keyspace");
}
