//! Helpers that most tests use.

use std::sync::Arc;

use keyloft::{Partition, Read, Result, StorageBackend};
use keyloft_redb::RedbBackend;

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

/// Fills a database with `entries` entries of 1 KiB.
pub(crate) fn filled(backend: RedbBackend, entries: u32) -> Arc<RedbBackend> {
    backend
        .transact(&mut |tx| {
            for entry in 0..entries {
                tx.put(&notes(), &entry.to_be_bytes(), &[7; 1024])?;
            }
            Ok(())
        })
        .unwrap();
    Arc::new(backend)
}
