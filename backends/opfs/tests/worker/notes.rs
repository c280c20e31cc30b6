//! What the tests write and read: numbered notes.

use std::ops::ControlFlow;

use keyloft::backend::{Direction, KeyRange};
use keyloft::{Partition, Read, StorageBackendExt, Transaction};
use keyloft_redb::RedbBackend;

/// Writes so many notes of 100 bytes in one transaction.
pub(crate) fn write(database: &RedbBackend, count: u32) {
    database.transaction(|tx| write_in(tx, count)).unwrap();
}

pub(crate) fn write_in(tx: &mut dyn Transaction, count: u32) -> keyloft::Result<()> {
    (0..count).try_for_each(|number| tx.put(&notes(), &number.to_be_bytes(), &[7; 100]))
}

/// How many notes there are.
pub(crate) fn count(database: &RedbBackend) -> u64 {
    database.count(&notes(), KeyRange::ALL).unwrap()
}

/// How many notes can be read, each of which is as it was written.
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

/// The file of a database with so many notes.
pub(crate) async fn file_with(count: u32) -> Vec<u8> {
    let database = keyloft_opfs::create_new("made for its file").await.unwrap();
    write(&database, count);
    database.close().unwrap();
    let file = keyloft_opfs::download("made for its file").await.unwrap();
    assert!(keyloft_opfs::delete("made for its file").await.unwrap());
    file
}

/// Where they are.
pub(crate) fn notes() -> Partition {
    Partition::from("notes")
}
