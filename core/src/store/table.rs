//! [`Table`]: the store for any key and entity.

use alloc::sync::Arc;

#[cfg(feature = "std")]
use super::EntityWatch;
use super::access::Access;
use super::{Entity, EntityReader, EntityStore, Schema};
use crate::backend::{Partition, StorageBackend};
use crate::key::StorageKey;

/// A table in a backend, for any key and any entity.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::prelude::*;
/// use keyloft_memory::MemoryBackend;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Backup {
///     finished: bool,
/// }
///
/// let backups = Table::<JobId, Backup>::new(Arc::new(MemoryBackend::new()), "backups");
/// backups.put(&JobId::new("2026-11-23"), &Backup { finished: true })?;
/// assert_eq!(backups.scan_prefix(&JobId::prefix("2026-"))?.len(), 1);
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// A key of another type does not compile:
///
/// ```compile_fail
/// # use std::sync::Arc;
/// # use keyloft::prelude::*;
/// # let jobs = Table::<JobId, String>::new(Arc::new(keyloft_memory::MemoryBackend::new()), "jobs");
/// jobs.get(&UserId::new("alice"));
/// ```
///
/// Cloning a table shares its backend and its schema.
pub struct Table<K, V> {
    backend: Arc<dyn StorageBackend>,
    schema: Schema<K, V>,
}

impl<K: StorageKey, V: 'static> Table<K, V> {
    /// Creates a handle to the table in this partition of this backend, with version 1 and without indexes.
    ///
    /// It stores nothing. The partition exists as long as it has an entry.
    pub fn new(backend: Arc<dyn StorageBackend>, partition: impl Into<Partition>) -> Self
    where
        V: Entity,
    {
        Self::with_schema(backend, Schema::new(partition))
    }

    /// Creates a handle to the table of this schema in this backend.
    pub fn with_schema(backend: Arc<dyn StorageBackend>, schema: Schema<K, V>) -> Self {
        Self { backend, schema }
    }
}

impl<K: StorageKey, V: 'static> EntityReader<K, V> for Table<K, V> {
    #[inline]
    fn access(&self) -> Access<'_, V> {
        self.newest()
    }
}

impl<K: StorageKey, V: 'static> EntityStore<K, V> for Table<K, V> {
    #[inline]
    fn backend(&self) -> &Arc<dyn StorageBackend> {
        &self.backend
    }

    #[inline]
    fn schema(&self) -> &Schema<K, V> {
        &self.schema
    }
}

#[cfg(feature = "std")]
impl<K: StorageKey, V: 'static> EntityWatch<K, V> for Table<K, V> {}

impl<K, V> Clone for Table<K, V> {
    fn clone(&self) -> Self {
        Self { backend: Arc::clone(&self.backend), schema: self.schema.clone() }
    }
}
