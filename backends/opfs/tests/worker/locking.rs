//! One opener at a time, and a lock that always goes.

use keyloft::{Error, Read, StorageBackend};
use keyloft_opfs::{OpfsStorage, create, create_new, delete, download, open, upload};
use keyloft_redb::{Durability, RedbBackend};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::notes;

#[wasm_bindgen_test]
async fn what_was_committed_is_there_when_it_is_opened_again() {
    let database = create_new("reopened").await.unwrap();
    notes::write(&database, 500);
    database.close().unwrap();
    let database = open("reopened").await.unwrap();
    assert_eq!(notes::count(&database), 500);
    drop(database);
    assert_eq!(notes::count(&create("reopened").await.unwrap()), 500);
}

#[wasm_bindgen_test]
async fn the_second_opener_is_told_which_file_is_open() {
    let database = create("second").await.unwrap();
    for refused in [open("second").await, create("second").await, create_new("second").await] {
        let error = refused.unwrap_err();
        assert!(matches!(&error, Error::DatabaseLocked { path } if path == "keyloft/second.redb"), "{error}");
    }
    notes::write(&database, 1);
    database.close().unwrap();
    assert_eq!(notes::count(&open("second").await.unwrap()), 1);
}

#[wasm_bindgen_test]
async fn close_frees_the_file_for_all_handles_at_once() {
    let database = create("closed").await.unwrap();
    notes::write(&database, 10);
    let (clone, snapshot) = (database.clone(), database.snapshot().unwrap());
    database.close().unwrap();
    let again = open("closed").await.unwrap();
    assert!(clone.transact(&mut |tx| notes::write_in(tx, 20)).is_err(), "a closed database is not written");
    let read = snapshot.get(&notes::notes(), &1_u32.to_be_bytes(), &mut |_| ());
    assert!(read.is_err(), "a closed database is not read");
    assert_eq!(notes::read(&again), 10);
}

#[wasm_bindgen_test]
async fn the_last_handle_that_is_dropped_frees_the_file() {
    let database = create("dropped").await.unwrap();
    let clone = database.clone();
    drop(database);
    assert_eq!(open("dropped").await.unwrap_err().code(), "DatabaseLocked");
    drop(clone);
    open("dropped").await.unwrap();
}

#[wasm_bindgen_test]
async fn what_is_not_synced_is_when_it_is_closed() {
    let lazy = RedbBackend::options().durability(Durability::OnFlush);
    let database = lazy.with_storage(OpfsStorage::create("lazy").await.unwrap()).unwrap();
    notes::write(&database, 100);
    drop(database);
    assert_eq!(notes::count(&open("lazy").await.unwrap()), 100);
}

#[wasm_bindgen_test]
async fn an_opening_that_fails_leaves_the_file_free() {
    notes::write(&create("free").await.unwrap(), 10);
    for _ in 0..3 {
        assert_eq!(create_new("free").await.unwrap_err().code(), "DatabaseExists");
    }
    assert_eq!(notes::count(&open("free").await.unwrap()), 10);
    drop(OpfsStorage::open("free").await.unwrap());
    open("free").await.unwrap();
}

#[wasm_bindgen_test]
async fn nothing_is_done_to_a_file_that_is_open() {
    let file = notes::file_with(3).await;
    let database = create("busy").await.unwrap();
    notes::write(&database, 10);
    assert_eq!(delete("busy").await.unwrap_err().code(), "DatabaseLocked");
    assert_eq!(upload("busy", file.clone()).await.unwrap_err().code(), "DatabaseLocked");
    assert_eq!(download("busy").await.unwrap_err().code(), "DatabaseLocked");
    assert_eq!(notes::count(&database), 10);
    database.close().unwrap();
    upload("busy", file).await.unwrap();
    assert_eq!(notes::count(&open("busy").await.unwrap()), 3);
}
