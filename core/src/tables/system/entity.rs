//! [`SystemEntity`]: an entity that declares its table.

use alloc::sync::Arc;

use super::SystemTableStore;
use crate::backend::{Partition, StorageBackend};
use crate::key::StorageKey;
use crate::store::{Entity, Schema};

/// An entity of a system table, which declares the table's key, partition, indexes and rules.
///
/// A [`SystemTableStore`] is built from this declaration only, so no store lacks the rules. The system's entities alone
/// implement it, so no other type can claim a partition of theirs.
pub trait SystemEntity: Entity + Sealed {
    /// The key of the table.
    type Key: StorageKey;

    /// The partition of the system table.
    const PARTITION: &'static str;

    /// Returns the schema of a table of such entities in this partition, with the indexes and rules.
    fn schema_in(partition: Partition) -> Schema<Self::Key, Self>;

    /// Creates the store of the system table in this backend.
    fn store(backend: Arc<dyn StorageBackend>) -> SystemTableStore<Self::Key, Self> {
        SystemTableStore::new(backend, Self::PARTITION)
    }

    /// Returns the schema of the system table, for a transaction or a snapshot without a store.
    fn schema() -> Schema<Self::Key, Self> {
        Self::schema_in(Partition::from(Self::PARTITION))
    }
}

/// Keeps other crates from implementing [`SystemEntity`].
pub trait Sealed {}
