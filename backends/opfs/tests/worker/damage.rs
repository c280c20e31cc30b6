//! Files that are not databases, and damaged databases.

use keyloft::{ErrorKind, Result};
use keyloft_opfs::{OpfsStorage, create, create_new, delete, download, exists, list, open, upload};
use keyloft_redb::{RedbBackend, Storage};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::notes;

/// Overwrites the file of a database with any bytes.
async fn fill(name: &str, bytes: &[u8]) {
    let file = OpfsStorage::create(name).await.unwrap();
    file.set_len(0).unwrap();
    file.write(0, bytes).unwrap();
    file.close().unwrap();
}

/// Opens a database, checks it, counts its notes and closes it.
async fn checked_count(name: &str) -> Result<u64> {
    let database = open(name).await?;
    let checked = database.check_integrity();
    let count = notes::count(&database);
    database.close()?;
    checked.map(|_| count)
}

#[wasm_bindgen_test]
async fn a_file_of_another_kind_is_refused_and_not_changed() {
    let page = b"<!doctype html><title>not a database</title>".repeat(200);
    for bytes in [b"x".as_slice(), b"redb", &page] {
        fill("else", bytes).await;
        for _ in 0..2 {
            for refused in [open("else").await, create("else").await] {
                let error = refused.unwrap_err();
                assert!(
                    matches!(error.kind(), ErrorKind::NotADatabase { place, .. } if place.path() == Some("keyloft/else.redb")),
                    "{error}"
                );
            }
        }
        assert_eq!(create_new("else").await.unwrap_err().code(), "DatabaseExists");
        assert_eq!(download("else").await.unwrap(), bytes);
    }
    assert!(delete("else").await.unwrap());
}

#[wasm_bindgen_test]
async fn an_interrupted_creation_counts_as_missing() {
    for rest in [0, 5, 4096, 1 << 20] {
        fill("interrupted", &vec![0; rest]).await;
        assert_eq!(open("interrupted").await.unwrap_err().code(), "DatabaseMissing");
        assert!(!exists("interrupted").await.unwrap());
        assert!(!list().await.unwrap().contains(&"interrupted".to_owned()));
        let database = create_new("interrupted").await.unwrap();
        notes::write(&database, 5);
        database.close().unwrap();
        assert_eq!(checked_count("interrupted").await.unwrap(), 5);
    }
}

#[wasm_bindgen_test]
async fn a_truncated_file_never_opens_with_missing_notes() {
    let whole = notes::file_with(3000).await;
    for part in [10, 63, 100, 4095, 4096, 10_000, whole.len() / 2, whole.len() - 4096, whole.len() - 1] {
        fill("cut", &whole[..part]).await;
        if let Ok(count) = checked_count("cut").await {
            assert_eq!(count, 3000, "the first {part} of {} bytes opened", whole.len());
        }
        fill("cut", &whole).await;
        assert_eq!(checked_count("cut").await.unwrap(), 3000, "the lock stayed after {part} bytes");
    }
}

#[wasm_bindgen_test]
async fn an_upload_that_is_not_a_database_replaces_nothing() {
    let whole = notes::file_with(3000).await;
    upload("kept", whole.clone()).await.unwrap();
    let half = whole[..whole.len() / 2].to_vec();
    for bad in [Vec::new(), b"hello".to_vec(), vec![0x5a; 100_000], vec![0; 4096], half] {
        for name in ["kept", "never kept"] {
            let error = upload(name, bad.clone()).await.unwrap_err();
            assert!(matches!(error.code(), "NotADatabase" | "Corrupted"), "{error}");
        }
    }
    assert!(!exists("never kept").await.unwrap());
    assert_eq!(checked_count("kept").await.unwrap(), 3000);
}

#[wasm_bindgen_test]
async fn an_upload_with_a_damaged_page_is_refused_unless_the_page_is_unused() {
    let whole = notes::file_with(3000).await;
    let mut refused = 0;
    for page in 0..whole.len() / 4096 {
        let mut damaged = whole.clone();
        damaged[page * 4096..][..4096].iter_mut().for_each(|byte| *byte ^= 0x5a);
        if upload("damaged", damaged).await.is_err() {
            refused += 1;
        } else {
            let database = open("damaged").await.unwrap();
            assert_eq!(notes::read(&database), 3000, "page {page} is in use");
            database.close().unwrap();
        }
    }
    assert!(refused > 80, "{refused} damaged pages were found, but the notes alone fill more than 80");
}

#[wasm_bindgen_test]
async fn reads_past_the_end_are_errors() {
    let file = OpfsStorage::create("ends").await.unwrap();
    file.write(0, &[1; 100]).unwrap();
    assert_eq!(file.len().unwrap(), 100);
    let mut out = [0; 50];
    file.read(50, &mut out).unwrap();
    assert_eq!(out, [1; 50]);
    for offset in [51, 100, 1000, 1 << 53, u64::MAX] {
        file.read(offset, &mut out).unwrap_err();
    }
    file.set_len(200).unwrap();
    file.read(150, &mut out).unwrap();
    assert_eq!(out, [0; 50], "new bytes are zero");
    file.set_len(1 << 60).unwrap_err();
    file.close().unwrap();
    file.len().unwrap_err();
    file.close().unwrap_err();
}

#[wasm_bindgen_test]
async fn a_failed_opening_unlocks_the_file() {
    let database = create("half").await.unwrap();
    notes::write(&database, 2000);
    database.close().unwrap();
    let whole = download("half").await.unwrap();
    // The flag says that the file was not closed properly, so redb repairs it. The truncation makes the repair fail.
    let mut unclean = whole[..whole.len() / 2].to_vec();
    unclean[9] |= 2;
    fill("half", &unclean).await;
    let error = open("half").await.unwrap_err();
    assert!(format!("{error} {error:?}").contains("keyloft/half.redb"), "{error:?}");
    let storage = OpfsStorage::open("half").await.unwrap();
    RedbBackend::with_storage(storage).unwrap_err();
    fill("half", &whole).await;
    assert_eq!(checked_count("half").await.unwrap(), 2000);
}
