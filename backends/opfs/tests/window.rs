//! On a page's main thread, where a browser gives no synchronous files but those of databases as a whole.

#![cfg(all(target_family = "wasm", target_os = "unknown"))]
// They are what fails a test.
#![allow(clippy::unwrap_used)]

use keyloft::{Partition, Read, StorageBackendExt};
use keyloft_redb::{MemoryFile, RedbBackend};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn what_opens_a_database_says_where_to_use_it() {
    for refused in [
        keyloft_opfs::open("app").await,
        keyloft_opfs::create("app").await,
        keyloft_opfs::create_new("app").await,
    ] {
        let error = refused.unwrap_err();
        assert_eq!(error.code(), "StorageUnavailable");
        assert!(error.to_string().contains("dedicated worker"), "{error}");
    }
    assert!(!keyloft_opfs::exists("app").await.unwrap());
}

#[wasm_bindgen_test]
async fn files_go_in_and_out() {
    let (file, notes) = (MemoryFile::from(Vec::new()), Partition::from("notes"));
    let database = RedbBackend::with_storage(file.clone()).unwrap();
    database.transaction(|tx| tx.put(&notes, b"1", b"milk")).unwrap();
    database.close().unwrap();
    keyloft_opfs::upload("app", file.take()).await.unwrap();
    assert_eq!(keyloft_opfs::list().await.unwrap(), ["app"]);
    let copy = MemoryFile::from(keyloft_opfs::download("app").await.unwrap());
    assert!(RedbBackend::with_storage(copy).unwrap().contains(&notes, b"1").unwrap());
    assert_eq!(keyloft_opfs::upload("app", [1]).await.unwrap_err().code(), "NotADatabase");
    assert!(keyloft_opfs::delete("app").await.unwrap());
    assert_eq!(keyloft_opfs::download("app").await.unwrap_err().code(), "DatabaseMissing");
}
