//! A transaction is the same whether it notes its writes or works on a state of its own.

use keyloft::backend::{Direction, KeyRange};
use keyloft::{Error, Partition, Read, Result, StorageBackend, StorageBackendExt, Transaction};

use super::MAX_NOTES;
use crate::MemoryBackend;

type Entries = Vec<(Vec<u8>, Vec<u8>)>;

fn entries(reader: &dyn Read, partition: &Partition) -> Entries {
    let mut entries = Vec::new();
    let all = reader.scan(partition, KeyRange::ALL, Direction::Forward, &mut |key, value| {
        entries.push((key.to_vec(), value.to_vec()));
        std::ops::ControlFlow::Continue(())
    });
    all.unwrap();
    entries
}

fn key(number: usize) -> [u8; 8] {
    number.to_be_bytes()
}

/// Puts up to `count` keys, deletes one that was there and one that was not, and puts one twice.
fn write(tx: &mut dyn Transaction, count: usize, looking: bool) -> Result<()> {
    let partition = Partition::from("p");
    let look = |tx: &dyn Read| if looking { tx.count(&partition, KeyRange::ALL).unwrap() } else { 0 };
    look(tx);
    assert!(tx.delete(&partition, b"old")?);
    for number in 0..count {
        look(tx);
        tx.put(&partition, &key(number), b"new")?;
    }
    tx.put(&partition, &key(0), b"newer")?;
    assert!(!tx.delete(&partition, b"missing")?);
    Ok(())
}

fn started() -> (MemoryBackend, Partition) {
    let (backend, partition) = (MemoryBackend::new(), Partition::from("p"));
    backend.transaction(|tx| tx.put(&partition, b"old", b"1")).unwrap();
    (backend, partition)
}

#[test]
fn both_ways_end_the_same() {
    for count in [1, 2, MAX_NOTES - 1, MAX_NOTES, MAX_NOTES + 1] {
        let [noted, looked] = [false, true].map(|looking| {
            let (backend, partition) = started();
            backend.transaction(|tx| write(tx, count, looking)).unwrap();
            entries(&backend, &partition)
        });
        assert_eq!(noted.len(), count);
        assert_eq!(noted, looked);
        assert_eq!(noted.first().map(|(_, value)| value.as_slice()), Some(b"newer".as_slice()));
    }
}

#[test]
fn snapshots_keep_what_a_commit_changes_in_place() {
    let (backend, partition) = started();
    backend.transaction(|tx| write(tx, 100, false)).unwrap();
    let (snapshot, before) = (backend.snapshot().unwrap(), entries(&backend, &partition));
    let changed = backend.transaction(|tx| -> Result<()> {
        tx.put(&partition, &key(50), b"changed")?;
        tx.put(&partition, b"another", b"1")
    });
    changed.unwrap();
    assert_eq!(entries(&snapshot, &partition), before);
    assert_ne!(entries(&backend, &partition), before);
}

#[test]
fn a_failed_body_leaves_nothing() {
    for count in [1, MAX_NOTES + 1] {
        let (backend, partition) = started();
        let before = entries(&backend, &partition);
        let failed = backend.transaction(|tx| -> Result<()> {
            write(tx, count, false)?;
            Err(Error::ReadOnly)
        });
        assert_eq!(failed.unwrap_err().code(), "ReadOnly");
        assert_eq!(entries(&backend, &partition), before);
    }
}

#[test]
fn a_partition_emptied_by_notes_is_gone() {
    let (backend, partition) = started();
    backend.transaction(|tx| tx.delete(&partition, b"old")).unwrap();
    assert_eq!(backend.partitions().unwrap(), []);
}
