//! [`SystemEntity`]: an entity that declares its table.

use alloc::sync::Arc;

use super::SystemTableStore;
use crate::backend::{Partition, StorageBackend};
use crate::key::StorageKey;
use crate::store::{Entity, Schema};

/// An entity of a table of the system, which declares the table's key, partition, indexes and rules.
///
/// A [`SystemTableStore`] is made from this declaration alone, so it can't lack the rules.
pub trait SystemEntity: Entity {
    /// The key of the table.
    type Key: StorageKey;

    /// The partition that the system keeps the table in.
    const PARTITION: &'static str;

    /// Returns the table's schema in this partition.
    fn schema_in(partition: Partition) -> Schema<Self::Key, Self>;

    /// Returns the system's table of these entities, in this backend.
    fn store(backend: Arc<dyn StorageBackend>) -> SystemTableStore<Self::Key, Self> {
        SystemTableStore::new(backend, Self::PARTITION)
    }

    /// Returns the schema of the system's table, for its use in a transaction.
    fn schema() -> Schema<Self::Key, Self> {
        Self::schema_in(Partition::from(Self::PARTITION)).of_system()
    }
}
