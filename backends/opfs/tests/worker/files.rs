//! Operations on databases as files: list, delete, download and upload.

use keyloft::ErrorKind;
use keyloft_opfs::{create, create_new, delete, download, exists, list, open, upload};
use keyloft_redb::{RedbBackend, Storage};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::notes;

/// Names that are special to some file system or in a URL.
const ODD_NAMES: [&str; 8] =
    ["a b", "ünïcödé 漢字 🗄", "with.redb", "a:b?c*d|e", "%2F", "CON", ".hidden", "a.redb.crswap"];

#[wasm_bindgen_test]
async fn operations_on_a_missing_database_create_nothing() {
    let error = open("never made").await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::DatabaseMissing { place } if place.path() == Some("keyloft/never made.redb")),
        "{error}"
    );
    assert_eq!(download("never made").await.unwrap_err().code(), "DatabaseMissing");
    assert!(!delete("never made").await.unwrap());
    assert!(!exists("never made").await.unwrap());
    assert!(!list().await.unwrap().contains(&"never made".to_owned()));
}

#[wasm_bindgen_test]
async fn names_are_listed_and_deleted() {
    for name in ODD_NAMES {
        let database = create_new(name).await.unwrap();
        assert!(exists(name).await.unwrap(), "{name} exists while it is open");
        assert!(list().await.unwrap().contains(&name.to_owned()), "{name} is listed while it is open");
        database.close().unwrap();
    }
    let listed = list().await.unwrap();
    assert!(listed.is_sorted());
    for name in ODD_NAMES {
        assert!(listed.contains(&name.to_owned()), "{name} is in {listed:?}");
        assert!(delete(name).await.unwrap(), "{name} existed");
        assert!(!exists(name).await.unwrap() && !delete(name).await.unwrap(), "{name} still exists");
    }
    assert!(list().await.unwrap().iter().all(|name| !ODD_NAMES.contains(&name.as_str())));
}

#[wasm_bindgen_test]
async fn names_of_200_bytes_are_the_longest() {
    let longest = "é".repeat(100);
    create_new(&longest).await.unwrap().close().unwrap();
    let file = download(&longest).await.unwrap();
    upload(&longest, file).await.unwrap();
    assert!(delete(&longest).await.unwrap());
    assert_eq!(create(&format!("{longest}e")).await.unwrap_err().code(), "InvalidDatabaseName");
}

#[wasm_bindgen_test]
async fn names_of_other_paths_are_refused() {
    for name in ["", ".", "..", "a/b", "/", "../a", "a\\b", "a\0", "a\n"] {
        let refused = [
            open(name).await.map(drop),
            create(name).await.map(drop),
            create_new(name).await.map(drop),
            exists(name).await.map(drop),
            delete(name).await.map(drop),
            download(name).await.map(drop),
            upload(name, [1]).await,
        ];
        for refused in refused {
            assert_eq!(refused.unwrap_err().code(), "InvalidDatabaseName", "{name:?}");
        }
    }
}

#[wasm_bindgen_test]
async fn a_download_opens_in_memory_and_uploads_again() {
    let database = create_new("travels").await.unwrap();
    notes::write(&database, 1000);
    database.close().unwrap();
    let file = download("travels").await.unwrap();

    let elsewhere = redb::backends::InMemoryBackend::new();
    elsewhere.set_len(file.len().try_into().unwrap()).unwrap();
    elsewhere.write(0, &file).unwrap();
    assert_eq!(notes::count(&RedbBackend::with_storage(elsewhere).unwrap()), 1000);

    upload("came back", file.clone()).await.unwrap();
    assert_eq!(notes::count(&open("came back").await.unwrap()), 1000);
}

#[wasm_bindgen_test]
async fn an_upload_replaces_the_whole_file() {
    let small = notes::file_with(5).await;
    let large = notes::file_with(20_000).await;
    assert!(large.len() > small.len());
    for (file, count) in [(&large, 20_000), (&small, 5), (&large, 20_000)] {
        upload("replaced", file.clone()).await.unwrap();
        assert!(
            download("replaced").await.unwrap().len() < 2 * file.len(),
            "the file keeps bytes of a longer one"
        );
        let database = open("replaced").await.unwrap();
        assert_eq!(notes::count(&database), count);
        assert!(database.check_integrity().unwrap());
        database.close().unwrap();
    }
    let listed = list().await.unwrap();
    assert_eq!(listed.iter().filter(|name| name.starts_with("replaced")).count(), 1, "{listed:?}");
}
