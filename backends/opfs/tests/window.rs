//! Tests on a page's main thread, which can use databases as whole files but open none.

#![cfg(all(target_family = "wasm", target_os = "unknown"))]
// A panic fails the test.
#![allow(clippy::unwrap_used)]

use keyloft::{Partition, Read, StorageBackendExt};
use keyloft_redb::{MemoryFile, RedbBackend};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn opening_fails_and_names_the_dedicated_worker() {
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
async fn an_uploaded_file_downloads_again() {
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
