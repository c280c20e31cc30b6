//! A transaction has the same result whether it buffers its writes, looks keys up in an overlay, or has a working copy.

use keyloft::backend::{Direction, KeyRange};
use keyloft::{ErrorKind, Partition, Read, Result, StorageBackend, StorageBackendExt, Transaction};

use super::MAX_BUFFERED;
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

/// The reads of a transaction between its writes.
#[derive(Clone, Copy)]
enum Look {
    Nothing,
    Keys,
    Everything,
}

/// Puts `count` keys, one of them twice, deletes a key that exists, and deletes one that does not.
fn write(tx: &mut dyn Transaction, count: usize, look: Look) -> Result<()> {
    let partition = Partition::from("p");
    let look = |tx: &dyn Read| match look {
        Look::Nothing => 0,
        Look::Keys => u64::from(tx.contains(&partition, b"old").unwrap()),
        Look::Everything => tx.count(&partition, KeyRange::ALL).unwrap(),
    };
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
fn every_form_has_the_same_result() {
    for count in [1, 2, MAX_BUFFERED - 1, MAX_BUFFERED, MAX_BUFFERED + 1] {
        let [buffered, overlaid, copied] = [Look::Nothing, Look::Keys, Look::Everything].map(|look| {
            let (backend, partition) = started();
            backend.transaction(|tx| write(tx, count, look)).unwrap();
            entries(&backend, &partition)
        });
        assert_eq!(buffered.len(), count);
        assert_eq!(buffered, overlaid);
        assert_eq!(buffered, copied);
        assert_eq!(buffered.first().map(|(_, value)| value.as_slice()), Some(b"newer".as_slice()));
    }
}

#[test]
fn lookups_read_the_overlay_before_the_base() {
    let (backend, partition) = started();
    let done = backend.transaction(|tx| -> Result<()> {
        let value = |tx: &dyn Read, key: &[u8]| {
            let mut found = None;
            let there = tx.get(&partition, key, &mut |value| found = Some(value.to_vec())).unwrap();
            assert_eq!(there, found.is_some());
            found
        };
        tx.put(&partition, b"new", b"1")?;
        assert_eq!(value(tx, b"new").as_deref(), Some(b"1".as_slice()));
        assert_eq!(value(tx, b"old").as_deref(), Some(b"1".as_slice()));
        tx.put(&partition, b"old", b"2")?;
        tx.put(&partition, b"new", b"2")?;
        assert_eq!(value(tx, b"old").as_deref(), Some(b"2".as_slice()));
        assert_eq!(value(tx, b"new").as_deref(), Some(b"2".as_slice()));
        assert!(tx.delete(&partition, b"old")?);
        assert_eq!(value(tx, b"old"), None);
        assert!(!tx.delete(&partition, b"old")?);
        tx.put(&partition, b"last", b"3")?;
        assert_eq!(value(tx, b"last").as_deref(), Some(b"3".as_slice()));
        Ok(())
    });
    done.unwrap();
    let pairs: Entries = vec![(b"last".to_vec(), b"3".to_vec()), (b"new".to_vec(), b"2".to_vec())];
    assert_eq!(entries(&backend, &partition), pairs);
}

#[test]
fn a_snapshot_is_unchanged_by_a_commit_in_place() {
    let (backend, partition) = started();
    backend.transaction(|tx| write(tx, 100, Look::Nothing)).unwrap();
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
fn a_failed_body_changes_nothing() {
    for count in [1, MAX_BUFFERED + 1] {
        let (backend, partition) = started();
        let before = entries(&backend, &partition);
        let failed = backend.transaction(|tx| -> Result<()> {
            write(tx, count, Look::Nothing)?;
            Err(ErrorKind::ReadOnly.into())
        });
        assert_eq!(failed.unwrap_err().code(), "ReadOnly");
        assert_eq!(entries(&backend, &partition), before);
    }
}

#[test]
fn a_partition_emptied_by_buffered_deletes_is_not_listed() {
    let (backend, partition) = started();
    backend.transaction(|tx| tx.delete(&partition, b"old")).unwrap();
    assert_eq!(backend.partitions().unwrap(), []);
}
