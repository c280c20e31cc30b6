//! Dropping a table, with everything in it.

use alloc::borrow::ToOwned;

use super::shared::SharedTableStore;
use super::stream::StreamTableStore;
use super::system::{TableMetadata, TableType};
use super::user::UserTableStore;
use crate::backend::{StorageBackendExt, Transaction};
use crate::error::{Error, Result};
use crate::key::TableId;
use crate::store::{EntityStore, Handle, clear_table};
use crate::system_table::SystemTableStore;

impl SystemTableStore<TableId, TableMetadata> {
    /// Removes the table: its rows, its indexes and its entry here, in one transaction; whether there was one.
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
    /// assert!(backend.partitions()?.is_empty());
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InUse`] for a table of the system's, or what the backend reports; then nothing was removed.
    pub fn drop_table(&self, table: &TableId) -> Result<bool> {
        self.backend().transaction(|tx| self.within(tx).drop_table(table))
    }
}

impl<R: Transaction> Handle<'_, SystemTableStore<TableId, TableMetadata>, TableId, TableMetadata, R> {
    /// The same inside a transaction: [`SystemTableStore::drop_table`].
    ///
    /// # Errors
    ///
    /// [`Error::InUse`] for a table of the system's, or what the backend reports.
    pub fn drop_table(&mut self, table: &TableId) -> Result<bool> {
        let Some(metadata) = self.get(table)? else { return Ok(false) };
        let store = self.store;
        metadata.drop_rows(&mut self.reader, table, |tx| store.within(tx).delete(table).map(|_| ()))?;
        Ok(true)
    }
}

impl TableMetadata {
    /// Removes the table's rows and their indexes after `forget`, which removes its entry. The store of the entries does
    /// so by itself; this is for one that holds them in a form of its own.
    ///
    /// # Errors
    ///
    /// [`Error::InUse`] for a table of the system's, before `forget`; what that returns, or what the backend reports.
    pub fn drop_rows(
        &self,
        tx: &mut dyn Transaction,
        table: &TableId,
        forget: impl FnOnce(&mut dyn Transaction) -> Result<()>,
    ) -> Result<()> {
        let rows = match self.table_type {
            TableType::User => UserTableStore::partition_of(table),
            TableType::Shared => SharedTableStore::partition_of(table),
            TableType::Stream => StreamTableStore::partition_of(table),
            TableType::System => {
                return Err(Error::InUse {
                    partition: Self::PARTITION.to_owned(),
                    key: alloc::format!("{table}"),
                    reason: "it is a table of the system".to_owned(),
                });
            }
        };
        forget(tx)?;
        clear_table(tx, &rows)
    }
}
