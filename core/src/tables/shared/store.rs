//! [`SharedTableStore`]: the store of a shared table.

use alloc::format;
use alloc::sync::Arc;

use super::SharedTableRow;
use crate::access::{CrossUserTableStore, TableAccess};
use crate::backend::{Partition, StorageBackend};
use crate::error::Result;
use crate::key::{RowId, TableId, UserId};
#[cfg(feature = "std")]
use crate::store::EntityWatch;
use crate::store::{Access, EntityReader, EntityStore, Schema};
use crate::tables::system::{TableMetadata, TableType};
use crate::tables::system_columns::lasting_schema;

/// A table of rows of several users, under an access level. Its partition is `shared_{namespace}:{table}`.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::prelude::*;
///
/// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// let id = TableId::from_strings("app", "news");
/// let news = SharedTableStore::new(backend, &id, TableAccess::Public).owned_by("alice".into());
///
/// let alice = Principal::new("alice", Role::User);
/// let bob = Principal::new("bob", Role::User);
/// let row = SharedTableRow::new(Row::new().with("title", "hello"), 1_000);
/// news.write_as(&alice)?.put(&"1".into(), &row)?;
/// assert_eq!(news.read_as(&bob)?.get(&"1".into())?, Some(row));
/// assert_eq!(news.write_as(&bob).err().unwrap().code(), "AccessDenied");
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Clone)]
pub struct SharedTableStore {
    backend: Arc<dyn StorageBackend>,
    schema: Schema<RowId, SharedTableRow>,
    access: TableAccess,
    owner: Option<UserId>,
}

impl SharedTableStore {
    /// Creates the store of the shared table with this id, with this access level and without an owner.
    pub fn new(backend: Arc<dyn StorageBackend>, table: &TableId, access: TableAccess) -> Self {
        Self { backend, schema: lasting_schema(Self::partition_of(table)), access, owner: None }
    }

    /// Creates the store of the shared table that the metadata describes, with its access level and its owner.
    ///
    /// Without a level, the table is [`Restricted`](TableAccess::Restricted).
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::prelude::*;
    /// use keyloft::tables::system::{TableMetadata, TableType};
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let id = TableId::from_strings("app", "diary");
    /// let metadata = TableMetadata {
    ///     access_level: Some(TableAccess::Private),
    ///     owner: Some("alice".into()),
    ///     ..TableMetadata::new(id, TableType::Shared, 1_000)
    /// };
    /// let diary = SharedTableStore::of(backend, &metadata)?;
    /// assert!(diary.read_as(&Principal::new("alice", Role::User)).is_ok());
    /// assert!(diary.read_as(&Principal::new("root", Role::System)).is_err());
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) if the metadata is of another type of table.
    pub fn of(backend: Arc<dyn StorageBackend>, metadata: &TableMetadata) -> Result<Self> {
        metadata.require_type(TableType::Shared, "it is not a shared table")?;
        let access = metadata.access_level.unwrap_or(TableAccess::Restricted);
        Ok(Self { owner: metadata.owner.clone(), ..Self::new(backend, &metadata.table_id, access) })
    }

    /// Sets the owner.
    #[must_use]
    pub fn owned_by(self, owner: UserId) -> Self {
        Self { owner: Some(owner), ..self }
    }

    /// Returns the partition of the shared table of this id.
    pub fn partition_of(table: &TableId) -> Partition {
        Partition::from(format!("shared_{table}"))
    }
}

impl EntityReader<RowId, SharedTableRow> for SharedTableStore {
    fn access(&self) -> Access<'_, SharedTableRow> {
        self.newest()
    }
}

impl EntityStore<RowId, SharedTableRow> for SharedTableStore {
    fn backend(&self) -> &Arc<dyn StorageBackend> {
        &self.backend
    }

    fn schema(&self) -> &Schema<RowId, SharedTableRow> {
        &self.schema
    }
}

#[cfg(feature = "std")]
impl EntityWatch<RowId, SharedTableRow> for SharedTableStore {}

impl CrossUserTableStore<RowId, SharedTableRow> for SharedTableStore {
    fn table_access(&self) -> Option<TableAccess> {
        Some(self.access)
    }

    fn owner(&self) -> Option<&UserId> {
        self.owner.as_ref()
    }
}
