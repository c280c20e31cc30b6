//! Clearing a table.

use crate::backend::{KeyRange, Partition, Transaction};
use crate::error::Result;

/// Removes all entities of the table in this partition and all that its indexes have, whatever they are: without
/// decoding anything, and past the table's guard.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::store::clear_table;
/// use keyloft::tables::system::{SystemTables, User};
/// use keyloft::backend::Read;
/// use keyloft::prelude::*;
///
/// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
/// let users = SystemTables::new(backend.clone()).users;
/// users.put(&"1".into(), &User::new("1", "ada", Role::User, 1_000))?;
/// backend.transaction(|tx| clear_table(tx, users.partition()))?;
/// assert!(backend.partitions()?.is_empty());
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// # Errors
///
/// What the backend reports.
pub fn clear_table(tx: &mut dyn Transaction, table: &Partition) -> Result<()> {
    clear_indexes(tx, table)?;
    tx.delete_range(table, KeyRange::ALL).map(|_| ())
}

/// The same of the indexes alone, also of those that the table's schema does not have any more.
pub(super) fn clear_indexes(tx: &mut dyn Transaction, table: &Partition) -> Result<()> {
    for partition in tx.partitions()? {
        if partition.is_index_of(table) {
            tx.delete_range(&partition, KeyRange::ALL)?;
        }
    }
    Ok(())
}
