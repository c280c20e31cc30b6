//! Transactions over redb's tables: creation and deletion of tables, panics, and transactions without writes.

use std::fs;
use std::ops::Bound;
use std::panic::{AssertUnwindSafe, catch_unwind};

use keyloft::backend::KeyRange;
use keyloft::{ErrorKind, Partition, Read, StorageBackend};
use keyloft_redb::RedbBackend;
use redb::{ReadableDatabase, TableHandle};

use crate::helpers::{filled, get, notes, put};

#[test]
fn reading_a_missing_partition_in_a_transaction_does_not_create_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let backend = RedbBackend::create(&path).unwrap();
    let [read, deleted, cleared, gone] = ["read", "deleted", "cleared", "gone"].map(Partition::from);
    let some = KeyRange { lower: Bound::Included(b"1"), ..KeyRange::ALL };
    backend
        .transact(&mut |tx| {
            assert!(!tx.contains(&read, b"1")?);
            assert_eq!(tx.count(&read, some)?, 0);
            assert!(!tx.delete(&deleted, b"1")?);
            assert_eq!(tx.delete_range(&cleared, some)?, 0);
            assert_eq!(tx.delete_range(&gone, KeyRange::ALL)?, 0);
            tx.put(&notes(), b"1", b"milk")
        })
        .unwrap();
    assert_eq!(backend.partitions().unwrap(), [notes()]);
    drop(backend);

    let file = redb::Database::open(&path).unwrap();
    let read = file.begin_read().unwrap();
    let tables = read.list_tables().unwrap();
    assert_eq!(tables.map(|table| table.name().to_owned()).collect::<Vec<_>>(), ["notes"]);
}

#[test]
#[cfg_attr(windows, ignore = "Windows lets nobody else read a locked file")]
fn a_transaction_that_changes_nothing_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let backend = filled(RedbBackend::create(&path).unwrap(), 10);
    let before = fs::read(&path).unwrap();
    backend
        .transact(&mut |tx| {
            assert!(tx.contains(&notes(), &3_u32.to_be_bytes())?);
            assert!(!tx.delete(&notes(), b"missing")?);
            assert_eq!(tx.delete_range(&notes(), KeyRange::new(Bound::Included("x"), Bound::Unbounded))?, 0);
            Ok(())
        })
        .unwrap();
    assert!(fs::read(&path).unwrap() == before);
}

#[test]
fn a_partition_can_be_deleted_and_written_again_in_one_transaction() {
    let backend = filled(RedbBackend::in_memory().unwrap(), 20);
    backend
        .transact(&mut |tx| {
            tx.put(&notes(), b"more", b"")?;
            assert_eq!(tx.delete_range(&notes(), KeyRange::ALL)?, 21);
            assert_eq!(tx.count(&notes(), KeyRange::ALL)?, 0);
            assert_eq!(tx.partitions()?, []);
            assert_eq!(tx.delete_range(&notes(), KeyRange::ALL)?, 0);
            assert!(!tx.delete(&notes(), b"more")?);
            tx.put(&notes(), b"1", b"milk")?;
            assert_eq!(tx.partitions()?, [notes()]);
            assert_eq!(tx.delete_range(&notes(), KeyRange::ALL)?, 1);
            tx.put(&notes(), b"2", b"bread")
        })
        .unwrap();
    assert_eq!(backend.count(&notes(), KeyRange::ALL).unwrap(), 1);
    assert_eq!(get(&*backend, b"2").unwrap(), b"bread");
}

#[test]
fn a_partition_that_was_emptied_is_not_listed() {
    let backend = RedbBackend::in_memory().unwrap();
    put(&backend, b"1", b"milk").unwrap();
    backend
        .transact(&mut |tx| {
            assert!(tx.delete(&notes(), b"1")?);
            assert_eq!(tx.partitions()?, []);
            Ok(())
        })
        .unwrap();
    assert_eq!(backend.partitions().unwrap(), []);
}

#[test]
fn a_panic_leaves_no_changes_and_no_lost_pages() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let backend = filled(RedbBackend::create(&path).unwrap(), 100);
    let stats = backend.stats().unwrap();
    for _ in 0..5 {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            backend.transact(&mut |tx| {
                tx.put(&notes(), b"big", &vec![0; 1 << 20])?;
                tx.delete_range(&Partition::from("notes"), KeyRange::ALL)?;
                tx.put(&Partition::from("other"), b"1", b"")?;
                panic!("out of luck")
            })
        }));
        assert_eq!(*panicked.unwrap_err().downcast::<&str>().unwrap(), "out of luck");
    }
    assert_eq!(backend.stats().unwrap(), stats);
    assert_eq!(backend.count(&notes(), KeyRange::ALL).unwrap(), 100);
    assert_eq!(backend.partitions().unwrap(), [notes()]);
    put(&*backend, b"1", b"milk").unwrap();
    assert!(backend.check_integrity().unwrap());
}

#[test]
fn a_panic_in_a_visitor_leaves_the_snapshot_usable() {
    let backend = filled(RedbBackend::in_memory().unwrap(), 10);
    let key = 3_u32.to_be_bytes();
    catch_unwind(AssertUnwindSafe(|| backend.get(&notes(), &key, &mut |_| panic!("out of luck"))))
        .unwrap_err();
    assert!(get(&*backend, &key).is_some());
    put(&*backend, &key, b"new").unwrap();
    assert_eq!(get(&*backend, &key).unwrap(), b"new");
}

#[test]
fn an_error_of_the_body_is_returned_and_nothing_is_written() {
    let backend = filled(RedbBackend::in_memory().unwrap(), 10);
    let outcome = backend.transact(&mut |tx| {
        tx.delete_range(&notes(), KeyRange::ALL)?;
        tx.put(&notes(), &[0; 5000], b"")
    });
    assert!(
        matches!(&outcome, Err(error) if matches!(error.kind(), ErrorKind::KeyTooLong { len: 5000, .. }))
    );
    assert_eq!(backend.count(&notes(), KeyRange::ALL).unwrap(), 10);
}
