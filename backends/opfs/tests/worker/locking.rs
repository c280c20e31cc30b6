//! One opener at a time, and locks that end on every path.

use keyloft::{ErrorKind, Read, StorageBackend};
use keyloft_opfs::{OpfsStorage, create, create_new, delete, download, open, upload};
use keyloft_redb::{Durability, RedbBackend};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::notes;

#[wasm_bindgen_test]
async fn commits_persist_across_reopening() {
    let database = create_new("reopened").await.unwrap();
    notes::write(&database, 500);
    database.close().unwrap();
    let database = open("reopened").await.unwrap();
    assert_eq!(notes::count(&database), 500);
    drop(database);
    assert_eq!(notes::count(&create("reopened").await.unwrap()), 500);
}

#[wasm_bindgen_test]
async fn the_second_opener_gets_an_error_with_the_path() {
    let database = create("second").await.unwrap();
    for refused in [open("second").await, create("second").await, create_new("second").await] {
        let error = refused.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::DatabaseLocked { place } if place.path() == Some("keyloft/second.redb")),
            "{error}"
        );
    }
    notes::write(&database, 1);
    database.close().unwrap();
    assert_eq!(notes::count(&open("second").await.unwrap()), 1);
}

#[wasm_bindgen_test]
async fn close_closes_all_handles_and_unlocks_the_file() {
    let database = create("closed").await.unwrap();
    notes::write(&database, 10);
    let (clone, snapshot) = (database.clone(), database.snapshot().unwrap());
    database.close().unwrap();
    let again = open("closed").await.unwrap();
    assert!(clone.transact(&mut |tx| notes::write_in(tx, 20)).is_err(), "a closed database was written");
    let read = snapshot.get(&notes::notes(), &1_u32.to_be_bytes(), &mut |_| ());
    assert!(read.is_err(), "a closed database was read");
    assert_eq!(notes::read(&again), 10);
}

#[wasm_bindgen_test]
async fn dropping_the_last_handle_unlocks_the_file() {
    let database = create("dropped").await.unwrap();
    let clone = database.clone();
    drop(database);
    assert_eq!(open("dropped").await.unwrap_err().code(), "DatabaseLocked");
    drop(clone);
    open("dropped").await.unwrap();
}

#[wasm_bindgen_test]
async fn a_drop_syncs_commits_on_flush() {
    let lazy = RedbBackend::options().durability(Durability::OnFlush);
    let database = lazy.with_storage(OpfsStorage::create("lazy").await.unwrap()).unwrap();
    notes::write(&database, 100);
    drop(database);
    assert_eq!(notes::count(&open("lazy").await.unwrap()), 100);
}

#[wasm_bindgen_test]
async fn a_failed_opening_leaves_the_file_unlocked() {
    notes::write(&create("free").await.unwrap(), 10);
    for _ in 0..3 {
        assert_eq!(create_new("free").await.unwrap_err().code(), "DatabaseExists");
    }
    assert_eq!(notes::count(&open("free").await.unwrap()), 10);
    drop(OpfsStorage::open("free").await.unwrap());
    open("free").await.unwrap();
}

#[wasm_bindgen_test]
async fn an_open_file_can_not_be_deleted_uploaded_or_downloaded() {
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
