//! [`SystemTableStore`]: one generic store for every system table.

use alloc::sync::Arc;

use crate::access::{CrossUserTableStore, TableAccess};
use crate::backend::{Partition, StorageBackend};
use crate::key::StorageKey;
use crate::store::{Entity, EntityStore, Schema};
use crate::tables::system;

/// A table of the system, of any key and any entity, over any backend.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::{EntityStore, JobId, SystemTableStore};
/// use keyloft_memory::MemoryBackend;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Backup {
///     finished: bool,
/// }
///
/// let backups = SystemTableStore::<JobId, Backup>::new(Arc::new(MemoryBackend::new()), "backups");
/// backups.put(&JobId::new("2026-11-23"), &Backup { finished: true })?;
/// assert_eq!(backups.scan_prefix(&JobId::prefix("2026-"))?.len(), 1);
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// The wrong key does not compile:
///
/// ```compile_fail
/// # use std::sync::Arc;
/// # use keyloft::{EntityStore, JobId, SystemTableStore, UserId};
/// # let jobs = SystemTableStore::<JobId, String>::new(Arc::new(keyloft_memory::MemoryBackend::new()), "jobs");
/// jobs.get(&UserId::new("alice"));
/// ```
pub struct SystemTableStore<K, V> {
    backend: Arc<dyn StorageBackend>,
    schema: Arc<Schema<K, V>>,
}

impl<K: StorageKey, V: Entity> SystemTableStore<K, V> {
    /// The table in this partition of this backend. For the types of the [system's tables](crate::tables::system) it
    /// has their indexes and rules, for any others none.
    pub fn new(backend: Arc<dyn StorageBackend>, partition: impl Into<Partition>) -> Self {
        Self::with_schema(backend, system::schema_of(partition.into()))
    }

    /// The table of this schema: its partition, version and indexes.
    pub fn with_schema(backend: Arc<dyn StorageBackend>, schema: Schema<K, V>) -> Self {
        Self { backend, schema: Arc::new(schema) }
    }
}

impl<K: StorageKey, V: Entity> EntityStore<K, V> for SystemTableStore<K, V> {
    fn backend(&self) -> &Arc<dyn StorageBackend> {
        &self.backend
    }

    fn partition(&self) -> &Partition {
        self.schema.partition()
    }

    fn schema(&self) -> Option<&Schema<K, V>> {
        Some(&self.schema)
    }
}

impl<K: StorageKey, V: Entity> CrossUserTableStore<K, V> for SystemTableStore<K, V> {
    fn table_access(&self) -> Option<TableAccess> {
        None
    }
}

impl<K, V> Clone for SystemTableStore<K, V> {
    fn clone(&self) -> Self {
        Self { backend: Arc::clone(&self.backend), schema: Arc::clone(&self.schema) }
    }
}
