//! Failures of the storage: the code of each says what is stored, and `reopen` gives the database back.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use keyloft::{Read, StorageBackend};
use keyloft_redb::{Durability, RedbBackend};

use crate::helpers::{filled, get, notes, put};
use crate::test_disk::{Operation, TestDisk};

/// The failure of a storage at one of its next operations, once, with or without having done it.
#[derive(Clone, Debug, Default)]
struct Failing {
    /// The number of operations until the failure, negative if there is none.
    until: Arc<AtomicI64>,
    /// The operations that count: all but reads, or reads only.
    reads_fail: bool,
    does_it_first: bool,
    is_full: bool,
    closed: Arc<AtomicUsize>,
}

impl Failing {
    fn disk(self) -> (TestDisk, Self) {
        let failing = self.clone();
        let disk = TestDisk::new(move |_, operation, work| {
            let is_read = operation == Operation::Read;
            if operation == Operation::Close {
                failing.closed.fetch_add(1, Ordering::Relaxed);
                return Ok(());
            }
            if is_read != failing.reads_fail || failing.until.fetch_sub(1, Ordering::Relaxed) != 0 {
                return work();
            }
            if failing.does_it_first {
                work()?;
            }
            let kind = if failing.is_full { io::ErrorKind::StorageFull } else { io::ErrorKind::Other };
            Err(io::Error::new(kind, "the cable is out"))
        });
        (disk, self)
    }

    fn after(&self, operations: i64) {
        self.until.store(operations, Ordering::Relaxed);
    }
}

#[test]
fn only_a_commit_of_unknown_outcome_may_be_stored_after_an_error() {
    let (mut unknown, mut known, mut stored) = (0, 0, 0);
    for (does_it_first, is_full) in [(false, false), (true, false), (true, true), (false, true)] {
        for at in 0.. {
            let (disk, storage) = Failing { does_it_first, is_full, ..Failing::default() }.disk();
            storage.after(-1);
            let backend = RedbBackend::with_storage(disk.clone()).unwrap();
            put(&backend, b"1", b"milk").unwrap();
            storage.after(at);
            let large = vec![7; 300_000];
            let Err(error) = put(&backend, b"2", &large) else { break };
            storage.after(-1);
            let text = error.to_string();
            assert!(text.contains("the cable is out"), "{text}");
            assert_eq!(get(&backend, b"1").unwrap(), b"milk", "memory has it");
            let next = put(&backend, b"3", b"tea").unwrap_err();
            assert_eq!(next.code(), if is_full { "StorageFull" } else { "StorageFailed" }, "{next}");

            drop(backend);
            let backend = RedbBackend::with_storage(disk.clone()).unwrap();
            assert!(backend.check_integrity().unwrap());
            assert_eq!(get(&backend, b"1").unwrap(), b"milk");
            let found = get(&backend, b"2");
            assert!(found.as_ref().is_none_or(|found| *found == large));
            match error.code() {
                "CommitUnknown" => {
                    unknown += 1;
                    stored += usize::from(found.is_some());
                    assert!(!text.contains("nothing was written"), "{text}");
                }
                code => {
                    known += 1;
                    assert_eq!(code, if is_full { "StorageFull" } else { "StorageFailed" }, "{at}: {text}");
                    assert_eq!(found, None, "{at}: {text}");
                }
            }
        }
    }
    assert!(
        unknown > 0 && known > unknown && stored > 0,
        "{unknown} unknown, {known} known, {stored} stored"
    );
}

#[test]
fn a_failed_flush_has_an_unknown_outcome() {
    let (disk, storage) = Failing::default().disk();
    storage.after(-1);
    let options = RedbBackend::options().durability(Durability::OnFlush);
    let backend = options.with_storage(disk.clone()).unwrap();
    put(&backend, b"1", b"milk").unwrap();
    let mut codes = Vec::new();
    for at in 0..3 {
        storage.after(at);
        codes.extend(backend.flush().err().map(|error| error.code()));
        storage.after(-1);
    }
    assert!(codes.iter().all(|code| matches!(*code, "CommitUnknown" | "StorageFailed")), "{codes:?}");
}

/// Returns a database that must read its storage for each entry, because its page cache is tiny.
fn reading() -> (Failing, Arc<RedbBackend>) {
    let (disk, storage) = Failing { reads_fail: true, ..Failing::default() }.disk();
    storage.after(-1);
    let backend = RedbBackend::options().cache_bytes(0).with_storage_named("drawer 3", disk).unwrap();
    (storage, filled(backend, 100))
}

#[test]
fn a_failed_read_has_its_own_code_and_reopening_ends_it() {
    let (storage, backend) = reading();
    let snapshot = backend.snapshot().unwrap();
    storage.after(0);
    let error = backend.contains(&notes(), &7_u32.to_be_bytes()).unwrap_err();
    let text = "the storage of `drawer 3` failed to read: the cable is out; remove the cause, then reopen the database";
    assert_eq!((error.code(), error.to_string()), ("StorageFailed", text.to_owned()));
    for next in [
        backend.contains(&notes(), &8_u32.to_be_bytes()).map(drop),
        put(&*backend, b"1", b"milk"),
        snapshot.contains(&notes(), &9_u32.to_be_bytes()).map(drop),
    ] {
        assert_eq!(next.unwrap_err().to_string(), text);
    }

    assert!(backend.reopen().unwrap());
    assert_eq!(get(&*backend, &7_u32.to_be_bytes()).unwrap(), [7; 1024]);
    put(&*backend, b"1", b"milk").unwrap();
    assert_eq!(get(&*backend, b"1").unwrap(), b"milk");
    assert!(!backend.reopen().unwrap(), "nothing has failed since");
    let ended = snapshot.contains(&notes(), &7_u32.to_be_bytes()).unwrap_err();
    assert_eq!(ended.to_string(), text);
    assert_eq!(get(&*backend.snapshot().unwrap(), b"1").unwrap(), b"milk");
    assert_eq!(storage.closed.load(Ordering::Relaxed), 0);
    backend.close().unwrap();
    assert_eq!(storage.closed.load(Ordering::Relaxed), 1);
}

#[test]
fn a_failed_reopening_can_be_repeated() {
    let (storage, backend) = reading();
    storage.after(0);
    backend.contains(&notes(), &7_u32.to_be_bytes()).unwrap_err();
    for _ in 0..3 {
        storage.after(0);
        assert_eq!(backend.reopen().unwrap_err().code(), "Backend");
        assert_eq!(put(&*backend, b"1", b"milk").unwrap_err().code(), "StorageFailed");
    }
    assert!(backend.reopen().unwrap());
    put(&*backend, b"1", b"milk").unwrap();
    let inner = backend.clone();
    let nested = backend.transact(&mut |_| inner.reopen().map(drop));
    assert_eq!(nested.unwrap_err().code(), "NestedTransaction");
    backend.close().unwrap();
    assert_eq!(backend.reopen().unwrap_err().code(), "Closed");
}

#[test]
fn a_full_storage_is_reopened_when_there_is_space() {
    let (disk, storage) = Failing { is_full: true, ..Failing::default() }.disk();
    storage.after(-1);
    let backend = RedbBackend::with_storage(disk.clone()).unwrap();
    put(&backend, b"1", b"milk").unwrap();
    storage.after(0);
    assert_eq!(put(&backend, b"2", &vec![7; 300_000]).unwrap_err().code(), "StorageFull");
    assert!(backend.reopen().unwrap());
    put(&backend, b"2", &vec![7; 300_000]).unwrap();
    assert_eq!(get(&backend, b"1").unwrap(), b"milk");
}
