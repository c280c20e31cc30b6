//! [`TableDropper`]: the removal of a table and its rows.

use super::shared::SharedTableStore;
use super::stream::StreamTableStore;
use super::system::{TableMetadata, TableType};
use super::user::UserTableStore;
use crate::backend::Partition;
use crate::error::{ErrorKind, Result};
use crate::key::TableId;
use crate::store::EntityWriter;

/// The deletion of tables of rows, as a method of the table `system_tables`.
pub trait TableDropper: EntityWriter<TableId, TableMetadata> {
    /// Deletes the table's rows, indexes and metadata in one transaction. Returns `true` if the table existed.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::prelude::*;
    /// use keyloft::tables::system::{SystemTables, TableMetadata, TableType};
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let system = SystemTables::new(backend.clone());
    /// let id = TableId::from_strings("app", "notes");
    /// system.tables.put(&id, &TableMetadata::new(id.clone(), TableType::User, 1_000))?;
    /// let notes = UserTableStore::new(backend.clone(), &id);
    /// notes.put(&UserRowId::from_strings("bob", "1"), &UserTableRow::new(Row::new(), 1_000))?;
    ///
    /// assert!(system.tables.drop_table(&id)?);
    /// assert_eq!((notes.count()?, system.tables.count()?), (0, 0));
    /// assert!(!backend.partitions()?.contains(notes.partition()));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InUse`] for a system table, or an error of the backend.
    fn drop_table(self, table: &TableId) -> Result<bool> {
        let place = self.access().place(table);
        self.write(|writer| {
            let key = writer.key(table);
            let Some(metadata) = writer.reader().get(&key)? else { return Ok(false) };
            let Some(rows) = metadata.rows(table) else {
                return Err(
                    ErrorKind::InUse { place: place.clone(), reason: "it is a system table".into() }.into()
                );
            };
            writer.delete(&key)?;
            writer.clear(&rows)?;
            Ok(true)
        })
    }
}

impl<W: EntityWriter<TableId, TableMetadata>> TableDropper for W {}

impl TableMetadata {
    /// Returns the partition of the table's rows, or `None` for a system table.
    pub fn rows(&self, table: &TableId) -> Option<Partition> {
        match self.table_type {
            TableType::User => Some(UserTableStore::partition_of(table)),
            TableType::Shared => Some(SharedTableStore::partition_of(table)),
            TableType::Stream => Some(StreamTableStore::partition_of(table)),
            TableType::System => None,
        }
    }
}
