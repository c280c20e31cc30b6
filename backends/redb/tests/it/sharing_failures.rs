//! A failing storage under one of several handles to a file: the others go on.

use std::fs::File;
use std::io;
use std::ops::Bound;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use keyloft_redb::{RedbBackend, Sharing, Storage};
use redb::BackendError;
use redb::backends::FileBackend;

use crate::helpers::{get, put};

/// A file with its locks, whose writes and syncs can be made to fail.
#[derive(Debug)]
struct FaultyFile {
    file: FileBackend,
    faults: Arc<Faults>,
}

#[derive(Debug, Default)]
struct Faults {
    writes: AtomicBool,
    syncs: AtomicBool,
}

impl FaultyFile {
    fn open(path: &Path) -> (RedbBackend, Arc<Faults>) {
        let file = File::options().read(true).write(true).create(true).truncate(false).open(path).unwrap();
        let faults = Arc::<Faults>::default();
        let storage = Self { file: FileBackend::new(file).unwrap(), faults: faults.clone() };
        (RedbBackend::options().sharing(Sharing::MultiWriter).with_storage(storage).unwrap(), faults)
    }
}

fn fail_if(fault: &AtomicBool) -> io::Result<()> {
    if fault.load(Ordering::Relaxed) { Err(io::Error::other("the cable is out")) } else { Ok(()) }
}

impl Storage for FaultyFile {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.file.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.file.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        fail_if(&self.faults.syncs)?;
        self.file.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        fail_if(&self.faults.writes)?;
        self.file.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.file.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_range(start, end)
    }

    fn try_lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.query_lock_range(start, end)
    }
}

#[test]
fn a_failed_write_stops_one_handle_until_it_is_reopened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let (failing, faults) = FaultyFile::open(&path);
    let (other, _) = FaultyFile::open(&path);
    put(&failing, b"1", b"milk").unwrap();
    faults.writes.store(true, Ordering::Relaxed);
    assert_eq!(put(&failing, b"1", b"lost").unwrap_err().code(), "StorageFailed");
    put(&other, b"2", b"bread").unwrap();
    assert_eq!(put(&failing, b"1", b"lost").unwrap_err().code(), "StorageFailed");
    faults.writes.store(false, Ordering::Relaxed);
    assert!(failing.reopen().unwrap());
    for backend in [&failing, &other] {
        assert_eq!(
            (get(backend, b"1").unwrap(), get(backend, b"2").unwrap()),
            (b"milk".into(), b"bread".into())
        );
        put(backend, b"3", b"tea").unwrap();
        assert!(backend.check_integrity().unwrap());
    }
}

#[test]
fn a_failed_sync_is_the_end_of_one_handle() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let (failing, faults) = FaultyFile::open(&path);
    let (other, _) = FaultyFile::open(&path);
    put(&failing, b"1", b"milk").unwrap();
    faults.syncs.store(true, Ordering::Relaxed);
    let error = put(&failing, b"1", b"lost").unwrap_err();
    // The first sync of a commit, before its header.
    assert_eq!(error.code(), "StorageFailed", "{error}");
    assert_eq!(get(&other, b"1").unwrap(), b"milk");
    put(&other, b"1", b"tea").unwrap();
    assert_eq!(failing.reopen().unwrap_err().code(), "SyncFailed");
    failing.close().unwrap_err();
    put(&other, b"2", b"bread").unwrap();
    assert!(other.check_integrity().unwrap());
}
