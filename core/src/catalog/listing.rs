//! The reads of the catalog.

use alloc::vec::Vec;
use core::ops::ControlFlow;
use core::str;

use super::CatalogEntry;
use crate::backend::{CATALOG, Direction, KeyRange, Partition, Read};
use crate::error::Result;

/// Returns the tables of the catalog with their entries, in the order of their names.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::catalog;
/// use keyloft::prelude::*;
///
/// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
/// Table::<u32, String>::new(backend.clone(), "notes").put(&1, &"milk".into())?;
/// let tables = catalog::tables(&*backend.snapshot()?)?;
/// let (partition, entry) = &tables[0];
/// assert_eq!((partition.as_str(), entry.definition.key.to_string()), ("notes", "u32".into()));
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::Decode`](crate::ErrorKind::Decode), or an error of the backend.
pub fn tables(reader: &dyn Read) -> Result<Vec<(Partition, CatalogEntry)>> {
    let mut tables = Vec::new();
    let mut outcome = Ok(());
    reader.scan(&Partition::from(CATALOG), KeyRange::ALL, Direction::Forward, &mut |key, stored| {
        let table = Partition::from_stored(str::from_utf8(key).unwrap_or_default());
        match CatalogEntry::decode(&table, stored) {
            Ok(entry) => {
                tables.push((table, entry));
                ControlFlow::Continue(())
            }
            Err(error) => {
                outcome = Err(error);
                ControlFlow::Break(())
            }
        }
    })?;
    outcome.map(|()| tables)
}

/// Returns the entry of the table in this partition, or `None` if it was never written.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::catalog::{self, IndexState};
/// use keyloft::prelude::*;
///
/// const NUMBER: UniqueIndex<u32, u32> = UniqueIndex::new("number", |number| Some(*number));
///
/// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
/// let jobs = Table::<JobId, u32>::with_schema(backend.clone(), Schema::new("jobs").index(NUMBER));
/// assert!(catalog::table(&*backend.snapshot()?, jobs.partition())?.is_none());
///
/// jobs.put(&"a".into(), &7)?;
/// let entry = catalog::table(&*backend.snapshot()?, jobs.partition())?.unwrap();
/// assert_eq!((entry.definition.version, entry.oldest), (1, 1));
/// assert_eq!(entry.definition.indexes[0].to_string(), "unique, of u32");
/// assert_eq!(entry.state_of("number"), Some(IndexState::Built));
/// assert!(entry.is_settled());
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// # Errors
///
/// The errors of [`tables`].
pub fn table(reader: &dyn Read, partition: &Partition) -> Result<Option<CatalogEntry>> {
    CatalogEntry::read(reader, partition)
}
