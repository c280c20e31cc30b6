//! The file of an open database: its name, its folder, its locks.

use std::fs;

use keyloft::backend::KeyRange;
use keyloft::{Partition, Read, StorageBackend, transfer};
use keyloft_redb::RedbBackend;
use redb::{Database, MultimapTableDefinition, TableDefinition};

use crate::helpers::{filled, get, notes, put};

#[test]
fn a_renamed_file_stays_claimed_and_frees_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old.redb"), folder.path().join("new.redb"));
    let first = RedbBackend::create(&old).unwrap();
    put(&first, b"1", b"milk").unwrap();
    fs::rename(&old, &new).unwrap();
    assert_eq!(RedbBackend::open(&new).unwrap_err().code(), "DatabaseLocked");
    // On other systems files have no numbers, so the old name stays taken as long as the database is open.
    if cfg!(unix) {
        let second = RedbBackend::create(&old).unwrap();
        assert_eq!(get(&second, b"1"), None);
    }
    put(&first, b"2", b"bread").unwrap();
    drop(first);
    assert_eq!(get(&RedbBackend::open(&new).unwrap(), b"2").unwrap(), b"bread");
}

#[test]
fn the_size_is_that_of_the_open_file_wherever_the_program_goes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let backend = filled(RedbBackend::create(&path).unwrap(), 100);
    let len = fs::metadata(&path).unwrap().len();
    assert_eq!(backend.stats().unwrap().file_bytes, Some(len));
    fs::rename(&path, folder.path().join("b.redb")).unwrap();
    fs::write(&path, "another file").unwrap();
    assert_eq!(backend.stats().unwrap().file_bytes, Some(len));
}

#[test]
fn a_snapshot_answers_nothing_after_close() {
    let backend = filled(RedbBackend::in_memory().unwrap(), 10);
    let (snapshot, early) = (backend.snapshot().unwrap(), backend.snapshot().unwrap());
    assert_eq!(early.count(&notes(), KeyRange::ALL).unwrap(), 10);
    backend.close().unwrap();
    for snapshot in [snapshot, early] {
        assert_eq!(snapshot.count(&notes(), KeyRange::ALL).unwrap_err().code(), "Closed");
        assert_eq!(snapshot.contains(&notes(), &1_u32.to_be_bytes()).unwrap_err().code(), "Closed");
        assert_eq!(snapshot.partitions().unwrap_err().code(), "Closed");
    }
}

#[test]
fn tables_of_other_programs_are_no_partitions() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    put(&RedbBackend::create(&path).unwrap(), b"1", b"milk").unwrap();
    let database = Database::open(&path).unwrap();
    let write = database.begin_write().unwrap();
    write.open_table(TableDefinition::<u64, &str>::new("theirs")).unwrap().insert(1, "x").unwrap();
    write
        .open_multimap_table(MultimapTableDefinition::<u64, u64>::new("others"))
        .unwrap()
        .insert(1, 2)
        .unwrap();
    write.commit().unwrap();
    drop(database);

    let backend = RedbBackend::open(&path).unwrap();
    assert_eq!(backend.partitions().unwrap(), [notes()]);
    let listed = backend.transact(&mut |tx| {
        assert_eq!(tx.partitions()?, [notes()]);
        Ok(())
    });
    listed.unwrap();
    let mut stream = Vec::new();
    assert_eq!(transfer::export(&backend, &mut stream).unwrap().entries, 1);
    let theirs = Partition::from("theirs");
    assert_eq!(backend.transact(&mut |tx| tx.put(&theirs, b"1", b"milk")).unwrap_err().code(), "Backend");
    backend.close().unwrap();
    let database = Database::open(&path).unwrap();
    let read = redb::ReadableDatabase::begin_read(&database).unwrap();
    let table = read.open_table(TableDefinition::<u64, &str>::new("theirs")).unwrap();
    assert_eq!(table.get(1).unwrap().unwrap().value(), "x");
}
