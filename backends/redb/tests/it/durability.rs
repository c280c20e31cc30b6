//! The promise of a commit.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use keyloft::StorageBackend;
use keyloft_redb::{Durability, RedbBackend};

use crate::helpers::{get, put};
use crate::test_disk::{Operation, TestDisk};

/// Opens a copy of the file, which is what a crash of the machine would leave now.
fn after_a_crash(path: &std::path::Path) -> RedbBackend {
    let copy = path.with_extension("copy");
    fs::copy(path, &copy).unwrap();
    RedbBackend::open(&copy).unwrap()
}

#[test]
#[cfg_attr(windows, ignore = "Windows lets nobody else read a locked file")]
fn an_immediate_commit_is_in_the_file_when_the_transaction_returns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let backend = RedbBackend::create(&path).unwrap();
    put(&backend, b"1", b"milk").unwrap();
    assert_eq!(get(&after_a_crash(&path), b"1").unwrap(), b"milk");
}

#[test]
#[cfg_attr(windows, ignore = "Windows lets nobody else read a locked file")]
fn a_commit_on_flush_is_visible_at_once_and_durable_after_the_flush() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let backend = RedbBackend::options().durability(Durability::OnFlush).create(&path).unwrap();
    put(&backend, b"1", b"milk").unwrap();
    backend.flush().unwrap();
    put(&backend, b"1", b"bread").unwrap();
    put(&backend, b"2", b"bread").unwrap();
    assert_eq!(get(&backend, b"1").unwrap(), b"bread");

    let crashed = after_a_crash(&path);
    assert_eq!((get(&crashed, b"1").unwrap(), get(&crashed, b"2")), (b"milk".to_vec(), None));
    drop(crashed);
    backend.flush().unwrap();
    assert_eq!(get(&after_a_crash(&path), b"1").unwrap(), b"bread");
}

#[test]
fn a_drop_by_a_panic_syncs_commits_on_flush() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let backend = RedbBackend::options().durability(Durability::OnFlush).create(&path).unwrap();
    put(&backend, b"1", b"milk").unwrap();
    let outcome = catch_unwind(AssertUnwindSafe(move || {
        put(&backend, b"2", b"bread").unwrap();
        resume_unwind(Box::new("dropped by a panic"));
    }));
    assert!(outcome.is_err());
    let backend = RedbBackend::open(&path).unwrap();
    assert_eq!(
        (get(&backend, b"1").unwrap(), get(&backend, b"2").unwrap()),
        (b"milk".to_vec(), b"bread".to_vec())
    );
}

#[test]
fn a_panic_below_a_flush_is_an_error_and_closing_works() {
    for durability in [Durability::Immediate, Durability::OnFlush] {
        let panics = Arc::new(AtomicBool::new(false));
        let is_gone = panics.clone();
        let storage = TestDisk::new(move |_, operation, work| {
            assert!(operation != Operation::Sync || !is_gone.load(Ordering::Relaxed), "the disk is gone");
            work()
        });
        let backend = RedbBackend::options().durability(durability).with_storage(storage).unwrap();
        put(&backend, b"1", b"milk").unwrap();
        panics.store(true, Ordering::Relaxed);
        let code = match durability {
            Durability::OnFlush => "CommitUnknown",
            _ => "Corrupted",
        };
        let error = backend.flush().unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains("the disk is gone"), "{error}");
        assert_eq!(put(&backend, b"2", b"bread").unwrap_err().code(), "Corrupted");
        assert_eq!(backend.snapshot().err().unwrap().code(), "Corrupted");
        let _closed = backend.close();
        assert_eq!(put(&backend, b"2", b"bread").unwrap_err().code(), "Closed");
        drop(backend);
    }
}

#[test]
fn close_and_drop_sync_commits_on_flush() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let on_flush = RedbBackend::options().durability(Durability::OnFlush);
    let backend = on_flush.create(&path).unwrap();
    put(&backend, b"1", b"milk").unwrap();
    backend.close().unwrap();
    let backend = on_flush.open(&path).unwrap();
    assert_eq!(get(&backend, b"1").unwrap(), b"milk");
    put(&backend, b"2", b"bread").unwrap();
    drop(backend);
    assert_eq!(get(&RedbBackend::open(&path).unwrap(), b"2").unwrap(), b"bread");
}
