//! [`UserTableStore`]: the store of a user table.

use alloc::format;
use alloc::sync::Arc;

use super::{UserRows, UserTableRow, UserWriteView};
use crate::access::Principal;
use crate::backend::{Partition, StorageBackend};
use crate::key::{TableId, UserRowId};
#[cfg(feature = "std")]
use crate::store::EntityWatch;
use crate::store::{Access, EntityReader, EntityStore, Schema};
use crate::tables::system_columns::lasting_schema;

/// A table of rows that each belong to one user. Its partition is `user_{namespace}:{table}`.
///
/// The store reads and writes the rows of all users, so it is for code that the program trusts.
/// [`read_as`](UserTableStore::read_as) and [`write_as`](UserTableStore::write_as) restrict a principal to the principal's
/// rows.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::prelude::*;
///
/// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// let notes = UserTableStore::new(backend, &TableId::from_strings("app", "notes"));
/// let bob = Principal::new("bob", Role::User);
/// let bobby = Principal::new("bobby", Role::System);
///
/// let row = UserTableRow::new(Row::new().with("text", "milk"), 1_000);
/// notes.write_as(&bob).put(&"1".into(), &row)?;
/// assert_eq!(notes.read_as(&bob).get(&"1".into())?, Some(row));
/// assert_eq!(notes.read_as(&bobby).count()?, 0);
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Clone)]
pub struct UserTableStore {
    backend: Arc<dyn StorageBackend>,
    schema: Schema<UserRowId, UserTableRow>,
}

impl UserTableStore {
    /// Creates the store of the user table with this id.
    pub fn new(backend: Arc<dyn StorageBackend>, table: &TableId) -> Self {
        Self { backend, schema: lasting_schema(Self::partition_of(table)) }
    }

    /// Returns the partition of the user table of this id.
    pub fn partition_of(table: &TableId) -> Partition {
        Partition::from(format!("user_{table}"))
    }

    /// Returns the principal's read access to the principal's rows.
    pub fn read_as(&self, principal: &Principal) -> UserRows<'_> {
        UserRows::new(self, principal.user_id().clone())
    }

    /// Returns the principal's read and write access to the principal's rows.
    pub fn write_as(&self, principal: &Principal) -> UserWriteView<'_> {
        UserWriteView::new(self.read_as(principal))
    }
}

impl EntityReader<UserRowId, UserTableRow> for UserTableStore {
    fn access(&self) -> Access<'_, UserTableRow> {
        self.newest()
    }
}

impl EntityStore<UserRowId, UserTableRow> for UserTableStore {
    fn backend(&self) -> &Arc<dyn StorageBackend> {
        &self.backend
    }

    fn schema(&self) -> &Schema<UserRowId, UserTableRow> {
        &self.schema
    }
}

#[cfg(feature = "std")]
impl EntityWatch<UserRowId, UserTableRow> for UserTableStore {}
