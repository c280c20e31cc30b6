//! [`SystemTableStore`]: the store of a system table.

use alloc::sync::Arc;

use super::SystemEntity;
use crate::access::{CrossUserTableStore, TableAccess};
use crate::backend::{Partition, StorageBackend};
use crate::key::StorageKey;
#[cfg(feature = "std")]
use crate::store::EntityWatch;
use crate::store::{Access, EntityReader, EntityStore, Schema, Table};

/// A system table, with the indexes and rules that its entity [declares](SystemEntity).
///
/// ```
/// use std::sync::Arc;
/// use keyloft::prelude::*;
/// use keyloft::tables::system::User;
///
/// let users = SystemTableStore::<UserId, User>::new(Arc::new(keyloft_memory::MemoryBackend::new()), "staff");
/// users.put(&"1".into(), &User::new("1", "alice", Role::User, 1_000))?;
/// let taken = users.put(&"2".into(), &User::new("2", "Alice", Role::User, 1_000));
/// assert_eq!(taken.unwrap_err().code(), "UniqueViolation");
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// Use [`Table`] for the tables of an application.
pub struct SystemTableStore<K, V> {
    table: Table<K, V>,
}

impl<K: StorageKey, V: SystemEntity<Key = K>> SystemTableStore<K, V> {
    /// Creates the store of the table in this partition. [`SystemEntity::store`] uses the partition of the system
    /// table.
    pub fn new(backend: Arc<dyn StorageBackend>, partition: impl Into<Partition>) -> Self {
        Self { table: Table::with_schema(backend, V::schema_in(partition.into())) }
    }
}

impl<K: StorageKey, V: 'static> EntityReader<K, V> for SystemTableStore<K, V> {
    fn access(&self) -> Access<'_, V> {
        self.newest()
    }
}

impl<K: StorageKey, V: 'static> EntityStore<K, V> for SystemTableStore<K, V> {
    fn backend(&self) -> &Arc<dyn StorageBackend> {
        self.table.backend()
    }

    fn schema(&self) -> &Schema<K, V> {
        self.table.schema()
    }
}

#[cfg(feature = "std")]
impl<K: StorageKey, V: 'static> EntityWatch<K, V> for SystemTableStore<K, V> {}

impl<K: StorageKey, V: 'static> CrossUserTableStore<K, V> for SystemTableStore<K, V> {
    fn table_access(&self) -> Option<TableAccess> {
        None
    }
}

impl<K, V> Clone for SystemTableStore<K, V> {
    fn clone(&self) -> Self {
        Self { table: self.table.clone() }
    }
}
