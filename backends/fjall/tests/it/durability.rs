//! The promise of a commit.

use std::fs;
use std::path::Path;

use keyloft::StorageBackend;
use keyloft_fjall::{Durability, FjallBackend};

use crate::helpers::{copy_folder, get, notes, put};

/// Opens a copy of the folder, which is what a crash of the process would leave now.
fn after_a_crash(path: &Path) -> FjallBackend {
    let copy = path.with_extension("copy");
    let _missing = fs::remove_dir_all(&copy);
    copy_folder(path, &copy);
    FjallBackend::open(&copy).unwrap()
}

#[test]
#[cfg_attr(windows, ignore = "Windows lets nobody else read a locked file")]
fn an_immediate_commit_is_in_the_files_when_the_transaction_returns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.fjall");
    let backend = FjallBackend::create(&path).unwrap();
    put(&backend, b"1", b"milk").unwrap();
    assert_eq!(get(&after_a_crash(&path), b"1").unwrap(), b"milk");
}

#[test]
#[cfg_attr(windows, ignore = "Windows lets nobody else read a locked file")]
fn a_commit_on_flush_is_visible_at_once_and_durable_after_the_flush() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.fjall");
    let backend = FjallBackend::options().durability(Durability::OnFlush).create(&path).unwrap();
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
fn close_and_drop_sync_commits_on_flush() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.fjall");
    let on_flush = FjallBackend::options().durability(Durability::OnFlush);
    let backend = on_flush.create(&path).unwrap();
    put(&backend, b"1", b"milk").unwrap();
    backend.close().unwrap();
    let backend = on_flush.open(&path).unwrap();
    assert_eq!(get(&backend, b"1").unwrap(), b"milk");
    put(&backend, b"2", b"bread").unwrap();
    drop(backend);
    assert_eq!(get(&FjallBackend::open(&path).unwrap(), b"2").unwrap(), b"bread");
}

#[test]
fn compaction_keeps_what_snapshots_show() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.fjall");
    let backend = FjallBackend::create(&path).unwrap();
    put(&backend, b"1", b"milk").unwrap();
    let snapshot = backend.snapshot().unwrap();
    put(&backend, b"1", b"bread").unwrap();
    backend.transact(&mut |tx| tx.delete(&notes(), b"1").map(drop)).unwrap();
    backend.compact().unwrap();
    put(&backend, b"2", b"tea").unwrap();
    backend.compact().unwrap();
    assert_eq!(get(&backend, b"2").unwrap(), b"tea", "from the merged file");
    assert_eq!((get(&*snapshot, b"1").unwrap(), get(&*snapshot, b"2")), (b"milk".to_vec(), None));
    assert_eq!((get(&backend, b"1"), get(&backend, b"2").unwrap()), (None, b"tea".to_vec()));
    assert!(backend.disk_bytes().unwrap() > 0);
    drop((backend, snapshot));
    let backend = FjallBackend::open(&path).unwrap();
    assert_eq!((get(&backend, b"1"), get(&backend, b"2").unwrap()), (None, b"tea".to_vec()));
}
