//! The removal of all entries of a table.

use crate::backend::{KeyRange, Partition, Transaction};
use crate::catalog::unregister;
use crate::error::Result;

/// Deletes all entities and index entries of the table in this partition, and its definition in the
/// [catalog](crate::catalog).
///
/// It decodes no entity and does not call the schema's [guard](crate::Schema::guard).
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
/// The errors of the backend.
pub fn clear_table(tx: &mut dyn Transaction, table: &Partition) -> Result<()> {
    clear_indexes(tx, table)?;
    unregister(tx, table)?;
    tx.delete_range(table, KeyRange::ALL).map(|_| ())
}

/// Deletes the entries of all indexes of the table, including indexes that the schema no longer has.
pub(super) fn clear_indexes(tx: &mut dyn Transaction, table: &Partition) -> Result<()> {
    for partition in tx.partitions()? {
        if partition.is_index_of(table) {
            tx.delete_range(&partition, KeyRange::ALL)?;
        }
    }
    Ok(())
}
