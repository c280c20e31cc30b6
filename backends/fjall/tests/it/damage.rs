//! Damaged journals: a torn end is cut off, and anything else is refused.

use std::fs;
use std::path::Path;

use keyloft_fjall::FjallBackend;

use crate::helpers::{get, put};

/// Creates a database with three transactions, of which the last two are larger than a page.
fn filled(path: &Path) {
    let backend = FjallBackend::create(path).unwrap();
    put(&backend, b"1", b"milk").unwrap();
    put(&backend, b"2", &vec![2; 20_000]).unwrap();
    put(&backend, b"3", &vec![3; 20_000]).unwrap();
}

/// Overwrites a page inside the value of these bytes with zeros, as a disk does that has written only what comes after it.
fn lose_page(path: &Path, value: u8) {
    let journal = path.join("0.jnl");
    let mut bytes = fs::read(&journal).unwrap();
    let begin = bytes.windows(64).position(|part| part == [value; 64]).unwrap();
    bytes[begin + 4096..begin + 8192].fill(0);
    fs::write(&journal, bytes).unwrap();
}

#[test]
fn a_torn_last_transaction_is_not_stored_and_the_others_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.fjall");
    filled(&path);
    lose_page(&path, 3);
    let backend = FjallBackend::open(&path).unwrap();
    assert_eq!((get(&backend, b"1").unwrap(), get(&backend, b"3")), (b"milk".to_vec(), None));
    assert_eq!(get(&backend, b"2").unwrap(), vec![2; 20_000]);
    put(&backend, b"4", b"tea").unwrap();
    drop(backend);
    let backend = FjallBackend::open(&path).unwrap();
    assert_eq!((get(&backend, b"3"), get(&backend, b"4").unwrap()), (None, b"tea".to_vec()));
}

#[test]
fn a_damaged_transaction_before_others_is_refused_and_nothing_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.fjall");
    filled(&path);
    lose_page(&path, 2);
    let before = fs::read(path.join("0.jnl")).unwrap();
    let error = FjallBackend::open(&path).unwrap_err();
    assert_eq!(error.code(), "Corrupted", "{error}");
    assert!(error.to_string().contains(&*path.to_string_lossy()), "{error}");
    assert!(fs::read(path.join("0.jnl")).unwrap() == before);
}
