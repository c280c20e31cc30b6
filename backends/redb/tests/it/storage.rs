//! Storages of the caller, and their errors.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use keyloft::Read;
use keyloft_redb::{MemoryFile, RedbBackend, Storage};

use crate::helpers::{get, notes, put};
use crate::test_disk::{Operation, TestDisk};

/// A storage in memory that outlives its database. A flag makes its syncs fail, another leaves it no space to grow.
struct Memory {
    disk: TestDisk,
    broken: Arc<AtomicBool>,
    full: Arc<AtomicBool>,
}

impl Memory {
    fn new() -> Self {
        let (broken, full) = <(Arc<AtomicBool>, Arc<AtomicBool>)>::default();
        let (is_broken, is_full) = (broken.clone(), full.clone());
        let disk = TestDisk::new(move |bytes, operation, work| match operation {
            Operation::SetLen(len) if is_full.load(Ordering::Relaxed) && len > bytes.len()? => {
                Err(io::Error::new(io::ErrorKind::StorageFull, "the drawer is full"))
            }
            Operation::Sync if is_broken.load(Ordering::Relaxed) => Err(io::Error::other("the cable is out")),
            _ => work(),
        });
        Self { disk, broken, full }
    }
}

#[test]
fn a_storage_keeps_the_database_across_reopening() {
    let memory = Memory::new();
    put(&RedbBackend::with_storage(memory.disk.clone()).unwrap(), b"1", b"milk").unwrap();
    assert_eq!(get(&RedbBackend::with_storage(memory.disk).unwrap(), b"1").unwrap(), b"milk");
}

#[test]
fn a_storage_that_holds_something_else_is_refused() {
    let memory = Memory::new();
    memory.disk.set_len(5000).unwrap();
    memory.disk.write(0, b"something else").unwrap();
    let error = RedbBackend::with_storage(memory.disk).unwrap_err();
    assert_eq!(error.code(), "NotADatabase");
    assert!(error.to_string().starts_with("`the given storage` is not a database"), "{error}");
}

#[test]
fn errors_say_the_name_of_a_storage() {
    let memory = Memory::new();
    let backend = RedbBackend::options().with_storage_named("drawer 3", memory.disk.clone()).unwrap();
    memory.broken.store(true, Ordering::Relaxed);
    let error = put(&backend, b"1", b"milk").unwrap_err();
    assert_eq!(error.code(), "CommitUnknown");
    assert!(
        error.to_string().starts_with("the outcome of the commit to `drawer 3` is unknown: the cable is out")
    );
    drop(backend);

    let error = RedbBackend::options().with_storage_named("drawer 3", memory.disk).unwrap_err();
    assert_eq!(error.to_string(), "redb can't open the database `drawer 3`: I/O error: the cable is out");
}

#[test]
fn a_failed_sync_is_an_error_with_its_cause() {
    let memory = Memory::new();
    let backend = RedbBackend::with_storage(memory.disk.clone()).unwrap();
    put(&backend, b"1", b"milk").unwrap();
    memory.broken.store(true, Ordering::Relaxed);
    let error = put(&backend, b"2", b"bread").unwrap_err();
    assert_eq!(error.code(), "CommitUnknown");
    assert!(
        error.to_string().starts_with(
            "the outcome of the commit to `the given storage` is unknown: the cable is out; all of its writes are stored"
        ),
        "{error}"
    );
    let error = put(&backend, b"3", b"tea").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the storage of `the given storage` failed to sync: the cable is out; remove the cause, then reopen the database"
    );
    assert_eq!(backend.reopen().unwrap_err().code(), "SyncFailed", "nobody knows what the caches below show");
    drop(backend);

    memory.broken.store(false, Ordering::Relaxed);
    let backend = RedbBackend::with_storage(memory.disk).unwrap();
    assert_eq!(get(&backend, b"1").unwrap(), b"milk");
    assert_eq!(get(&backend, b"3"), None);
    put(&backend, b"4", b"jam").unwrap();
}

#[test]
fn a_full_storage_is_named_as_the_cause_until_the_database_is_opened_again() {
    let memory = Memory::new();
    let backend = RedbBackend::options().with_storage_named("drawer 3", memory.disk.clone()).unwrap();
    put(&backend, b"1", b"milk").unwrap();
    memory.full.store(true, Ordering::Relaxed);
    let large = vec![7; 8 << 20];
    assert_eq!(put(&backend, b"2", &large).unwrap_err().code(), "StorageFull");
    memory.full.store(false, Ordering::Relaxed);
    // redb refuses these without saying why.
    let errors = [put(&backend, b"3", b"tea"), backend.flush(), backend.compact().map(drop)];
    for error in errors.map(Result::unwrap_err) {
        assert_eq!(error.code(), "StorageFull");
        let text = error.to_string();
        assert!(
            text.starts_with("no space is left for `drawer 3`") && text.ends_with("then reopen it"),
            "{text}"
        );
    }
    drop(backend);

    let backend = RedbBackend::with_storage(memory.disk).unwrap();
    assert_eq!(get(&backend, b"1").unwrap(), b"milk");
    put(&backend, b"2", &large).unwrap();
}

/// Returns copies of an image, each with one flipped bit: in every byte of the header, and in some of the others.
fn damaged(image: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let places = (0..512).chain((512..image.len()).step_by(4099));
    places.map(|place| {
        let mut image = image.to_vec();
        image[place] ^= 1 << (place % 8);
        image
    })
}

#[test]
fn a_damaged_copy_of_a_checkpoint_has_every_commit_or_is_refused() {
    let storage = MemoryFile::from(Vec::new());
    let backend = RedbBackend::with_storage(storage.clone()).unwrap();
    put(&backend, b"1", b"milk").unwrap();
    put(&backend, b"2", b"bread").unwrap();
    backend.checkpoint().unwrap();
    let mut image = vec![0; usize::try_from(storage.len().unwrap()).unwrap()];
    storage.read(0, &mut image).unwrap();

    let mut refused = 0;
    for image in damaged(&image) {
        match RedbBackend::options().check_on_open(true).with_storage(MemoryFile::from(image)) {
            Ok(copy) => assert_eq!(get(&copy, b"2").unwrap(), b"bread"),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 100, "{refused}");
    // An ordinary opening shows no older commit either, but it may overlook the damage.
    for image in damaged(&image) {
        let Ok(copy) = RedbBackend::with_storage(MemoryFile::from(image)) else { continue };
        let mut found = None;
        if let Ok(true) = copy.get(&notes(), b"2", &mut |value| found = Some(value.to_vec())) {
            assert_eq!(found.unwrap().len(), b"bread".len());
        }
    }
    put(&backend, b"3", b"eggs").unwrap();
    assert_eq!(get(&backend, b"3").unwrap(), b"eggs");
}
