//! Tests with syncs that fail or are counted.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use keyloft::backend::KeyRange;
use keyloft::{Partition, Read, Result, StorageBackend};
use tempfile::TempDir;

use crate::engine::Engine;
use crate::error::{Fault, OpenMode};
use crate::opened::Opened;
use crate::{Durability, FjallBackend};

fn notes() -> Partition {
    Partition::from("notes")
}

fn put(backend: &FjallBackend, key: &[u8]) -> Result<()> {
    backend.transact(&mut |tx| tx.put(&notes(), key, b"milk"))
}

/// Creates a database with this sync.
fn with_sync(durability: Durability, sync: fn(&Opened) -> Result<(), Fault>) -> (TempDir, FjallBackend) {
    let folder = tempfile::tempdir().unwrap();
    let options = FjallBackend::options().durability(durability);
    let mut engine = Engine::open(&folder.path().join("a.fjall"), OpenMode::Create, &options).unwrap();
    engine.sync = sync;
    (folder, FjallBackend::new(engine))
}

fn the_cable_is_out() -> Fault {
    Fault::Io(Arc::new(io::Error::other("the cable is out")))
}

#[test]
fn a_failed_sync_is_unknown_and_ends_the_writes_until_the_reopening() {
    static FAILS: AtomicBool = AtomicBool::new(false);
    let (_folder, backend) = with_sync(Durability::Immediate, |opened| {
        if FAILS.load(Ordering::Relaxed) { Err(the_cable_is_out()) } else { opened.sync() }
    });
    put(&backend, b"1").unwrap();
    let snapshot = backend.snapshot().unwrap();
    FAILS.store(true, Ordering::Relaxed);
    let error = put(&backend, b"2").unwrap_err();
    assert_eq!(error.code(), "CommitUnknown");
    assert!(error.to_string().contains("the cable is out"), "{error}");
    FAILS.store(false, Ordering::Relaxed);
    let next = put(&backend, b"3").unwrap_err();
    assert_eq!(next.code(), "StorageFailed");
    assert!(next.to_string().contains("the cable is out"), "{next}");
    // Nobody sees what may be lost.
    assert_eq!(backend.count(&notes(), KeyRange::ALL).unwrap(), 1);
    assert_eq!(backend.snapshot().unwrap().count(&notes(), KeyRange::ALL).unwrap(), 1);

    let reopened = backend.reopen();
    if cfg!(target_os = "linux") {
        assert!(reopened.unwrap());
        put(&backend, b"3").unwrap();
        assert!(backend.contains(&notes(), b"1").unwrap() && backend.contains(&notes(), b"3").unwrap());
        assert!(!backend.reopen().unwrap(), "nothing has failed since");
    } else {
        assert_eq!(reopened.unwrap_err().code(), "SyncFailed");
    }
    assert_eq!(snapshot.contains(&notes(), b"1").unwrap_err().code(), "Closed");
}

#[test]
fn a_failed_flush_has_an_unknown_outcome() {
    let (_folder, backend) = with_sync(Durability::OnFlush, |_| Err(the_cable_is_out()));
    put(&backend, b"1").unwrap();
    assert!(backend.contains(&notes(), b"1").unwrap());
    assert_eq!(backend.flush().unwrap_err().code(), "CommitUnknown");
    assert_eq!(put(&backend, b"2").unwrap_err().code(), "StorageFailed");
    assert_eq!(backend.close().unwrap_err().code(), "CommitUnknown");
    assert_eq!(put(&backend, b"2").unwrap_err().code(), "Closed");
}

#[test]
fn the_transactions_of_several_threads_share_syncs() {
    const THREADS: usize = 8;
    const PUTS: usize = 25;
    static SYNCS: AtomicUsize = AtomicUsize::new(0);
    let (_folder, backend) = with_sync(Durability::Immediate, |opened| {
        SYNCS.fetch_add(1, Ordering::Relaxed);
        thread::sleep(Duration::from_millis(2));
        opened.sync()
    });
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let backend = &backend;
            scope.spawn(move || {
                for number in 0..PUTS {
                    let key = [thread, number].map(|part| u8::try_from(part).unwrap());
                    put(backend, &key).unwrap();
                    assert!(backend.contains(&notes(), &key).unwrap(), "a member reads its own commit");
                }
            });
        }
    });
    let syncs = SYNCS.load(Ordering::Relaxed);
    assert!(syncs < THREADS * PUTS / 2, "{syncs} syncs for {} transactions", THREADS * PUTS);
    assert_eq!(backend.count(&notes(), KeyRange::ALL).unwrap(), u64::try_from(THREADS * PUTS).unwrap());
}

#[test]
fn all_members_of_a_group_learn_that_its_sync_has_failed() {
    const THREADS: u8 = 6;
    static FAILS: AtomicBool = AtomicBool::new(false);
    let (_folder, backend) = with_sync(Durability::Immediate, |opened| {
        thread::sleep(Duration::from_millis(20));
        if FAILS.load(Ordering::Relaxed) { Err(the_cable_is_out()) } else { opened.sync() }
    });
    put(&backend, b"first").unwrap();
    FAILS.store(true, Ordering::Relaxed);
    let codes: Vec<_> = thread::scope(|scope| {
        let backend = &backend;
        let threads: Vec<_> = (0..THREADS).map(|key| scope.spawn(move || put(backend, &[key]))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap().unwrap_err().code()).collect()
    });
    // Those of a group that began after the failure were refused before they were written.
    assert!(codes.iter().all(|code| matches!(*code, "CommitUnknown" | "StorageFailed")), "{codes:?}");
    assert!(codes.contains(&"CommitUnknown"), "{codes:?}");
    assert_eq!(backend.count(&notes(), KeyRange::ALL).unwrap(), 1);
}

#[test]
fn a_read_after_a_compaction_takes_a_snapshot_with_the_newest_files() {
    let (_folder, backend) = with_sync(Durability::Immediate, Opened::sync);
    put(&backend, b"1").unwrap();
    let before = backend.engine().newest().unwrap();
    assert!(backend.contains(&notes(), b"1").unwrap());
    assert!(Arc::ptr_eq(&before, &backend.engine().newest().unwrap()), "nothing has changed");
    backend.compact().unwrap();
    backend.transact(&mut |_| backend.contains(&notes(), b"1").map(drop)).unwrap();
    assert!(Arc::ptr_eq(&before, &backend.engine().newest().unwrap()), "not inside of a transaction");
    assert!(backend.contains(&notes(), b"1").unwrap());
    assert!(!Arc::ptr_eq(&before, &backend.engine().newest().unwrap()));
}

#[test]
fn a_transaction_without_writes_costs_no_sync() {
    static SYNCS: AtomicUsize = AtomicUsize::new(0);
    let (_folder, backend) = with_sync(Durability::Immediate, |opened| {
        SYNCS.fetch_add(1, Ordering::Relaxed);
        opened.sync()
    });
    backend.transact(&mut |tx| tx.contains(&notes(), b"1").map(drop)).unwrap();
    backend.transact(&mut |tx| tx.delete(&notes(), b"1").map(drop)).unwrap();
    backend
        .transact(&mut |tx| tx.put(&notes(), b"1", b"").and(Err(keyloft::ErrorKind::Aborted.into())))
        .unwrap_err();
    assert_eq!(SYNCS.load(Ordering::Relaxed), 0);
}
