//! Numbered notes, which the tests write and read.

use std::ops::ControlFlow;

use keyloft::backend::{Direction, KeyRange};
use keyloft::{Partition, Read, StorageBackendExt, Transaction};
use keyloft_redb::RedbBackend;

/// Writes `count` notes of 100 bytes in one transaction.
pub(crate) fn write(database: &RedbBackend, count: u32) {
    database.transaction(|tx| write_in(tx, count)).unwrap();
}

pub(crate) fn write_in(tx: &mut dyn Transaction, count: u32) -> keyloft::Result<()> {
    (0..count).try_for_each(|number| tx.put(&notes(), &number.to_be_bytes(), &[7; 100]))
}

/// Returns the number of notes.
pub(crate) fn count(database: &RedbBackend) -> u64 {
    database.count(&notes(), KeyRange::ALL).unwrap()
}

/// Returns the number of notes that can be read, and checks each of them.
pub(crate) fn read(database: &RedbBackend) -> u32 {
    let mut read = 0_u32;
    let scanned = database.scan(&notes(), KeyRange::ALL, Direction::Forward, &mut |key, value| {
        assert_eq!((key, value), (read.to_be_bytes().as_slice(), [7; 100].as_slice()));
        read += 1;
        ControlFlow::Continue(())
    });
    scanned.unwrap();
    read
}

/// Returns the file of a database with `count` notes.
pub(crate) async fn file_with(count: u32) -> Vec<u8> {
    let database = keyloft_opfs::create_new("made for its file").await.unwrap();
    write(&database, count);
    database.close().unwrap();
    let file = keyloft_opfs::download("made for its file").await.unwrap();
    assert!(keyloft_opfs::delete("made for its file").await.unwrap());
    file
}

/// Returns the partition of the notes.
pub(crate) fn notes() -> Partition {
    Partition::from("notes")
}
