//! Helpers that most tests use.

use std::fs;
use std::path::Path;

use keyloft::{Partition, Read, Result, StorageBackend};

pub(crate) fn notes() -> Partition {
    Partition::from("notes")
}

pub(crate) fn put(backend: &impl StorageBackend, key: &[u8], value: &[u8]) -> Result<()> {
    backend.transact(&mut |tx| tx.put(&notes(), key, value))
}

pub(crate) fn get(from: &(impl Read + ?Sized), key: &[u8]) -> Option<Vec<u8>> {
    let mut found = None;
    from.get(&notes(), key, &mut |value| found = Some(value.to_vec())).unwrap();
    found
}

/// Copies the folder of a database.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
