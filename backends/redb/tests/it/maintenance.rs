//! Sizes, compaction and integrity check.

use std::fs;
use std::ops::ControlFlow;

use keyloft::backend::{Direction, KeyRange};
use keyloft::{Read, StorageBackend};
use keyloft_redb::{MemoryFile, RedbBackend, Storage as _};

use crate::helpers::{filled, get, notes, put};

#[test]
fn compaction_frees_deleted_entries() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let backend = filled(RedbBackend::create(&path).unwrap(), 4000);
    let kept = 10_u32.to_be_bytes();
    let rest = KeyRange { lower: std::ops::Bound::Excluded(&kept), ..KeyRange::ALL };
    backend.transact(&mut |tx| tx.delete_range(&notes(), rest).map(drop)).unwrap();
    let before = fs::metadata(&path).unwrap().len();
    assert!(before > 4000 * 1024);
    assert!(backend.compact().unwrap());
    let after = fs::metadata(&path).unwrap().len();
    assert!(after < before / 4, "{before} → {after}");
    assert_eq!(backend.count(&notes(), KeyRange::ALL).unwrap(), 11);
    assert_eq!(backend.stats().unwrap().file_bytes, Some(after));
    assert!(backend.check_integrity().unwrap());
    put(&*backend, b"1", b"milk").unwrap();
}

#[test]
fn compaction_tells_that_it_has_only_truncated() {
    let storage = MemoryFile::from(Vec::new());
    let backend = filled(RedbBackend::with_storage(storage.clone()).unwrap(), 4000);
    backend.transact(&mut |tx| tx.delete_range(&notes(), KeyRange::ALL).map(drop)).unwrap();
    put(&*backend, b"1", b"milk").unwrap();
    let before = storage.len().unwrap();
    assert!(backend.compact().unwrap());
    assert!(storage.len().unwrap() < before / 4);
    assert!(!backend.compact().unwrap(), "there is nothing left to do");
}

#[test]
fn stats_match_the_data() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let backend = filled(RedbBackend::create(&path).unwrap(), 100);
    let stats = backend.stats().unwrap();
    assert_eq!(stats.stored_bytes, 100 * (4 + 1024));
    assert_eq!(stats.file_bytes, Some(fs::metadata(&path).unwrap().len()));
    assert!(stats.metadata_bytes > 0 && stats.fragmented_bytes > 0);
    assert!(stats.stored_bytes + stats.metadata_bytes + stats.fragmented_bytes <= stats.file_bytes.unwrap());
    assert_eq!(RedbBackend::in_memory().unwrap().stats().unwrap().file_bytes, None);
}

#[test]
fn exclusive_work_fails_while_a_snapshot_is_held() {
    let backend = filled(RedbBackend::in_memory().unwrap(), 10);
    let snapshot = backend.snapshot().unwrap();
    assert_eq!(backend.compact().unwrap_err().code(), "SnapshotOpen");
    let error = backend.check_integrity().unwrap_err();
    assert_eq!(error.code(), "SnapshotOpen");
    assert!(
        error.to_string().starts_with("can't check the database while a snapshot or a read is open"),
        "{error}"
    );
    put(&*backend, b"1", b"milk").unwrap();
    assert_eq!(backend.compact().unwrap_err().code(), "SnapshotOpen");
    assert_eq!(get(&*snapshot, b"1"), None);
    drop(snapshot);
    backend.compact().unwrap();
    assert!(backend.check_integrity().unwrap());
}

#[test]
fn exclusive_work_within_a_read_or_a_transaction_is_refused() {
    let backend = filled(RedbBackend::in_memory().unwrap(), 10);
    let mut codes = Vec::new();
    backend
        .scan(&notes(), KeyRange::ALL, Direction::Forward, &mut |_, _| {
            codes.push(backend.compact().unwrap_err().code());
            ControlFlow::Break(())
        })
        .unwrap();
    assert_eq!(codes, ["SnapshotOpen"]);
    let inner = backend.clone();
    let work: [&dyn Fn() -> keyloft::Result<()>; 4] =
        [&|| inner.compact().map(drop), &|| inner.check_integrity().map(drop), &|| inner.flush(), &|| {
            inner.stats().map(drop)
        }];
    for work in work {
        assert_eq!(backend.transact(&mut |_| work()).unwrap_err().code(), "NestedTransaction");
    }
}
