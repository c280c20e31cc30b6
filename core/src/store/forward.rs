//! A reference to a store is a store: what takes one by value takes one by reference.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::{Entity, EntityStore, Hidden, Schema};
use crate::backend::{Partition, StorageBackend};
use crate::error::Result;
use crate::key::StorageKey;

impl<K: StorageKey, V: Entity, S: EntityStore<K, V> + ?Sized> EntityStore<K, V> for &S {
    fn backend(&self) -> &Arc<dyn StorageBackend> {
        (**self).backend()
    }

    fn partition(&self) -> &Partition {
        (**self).partition()
    }

    fn schema(&self) -> Option<&Schema<K, V>> {
        (**self).schema()
    }

    fn schema_version(&self) -> u32 {
        (**self).schema_version()
    }

    fn upgrade(&self, from: u32, payload: &[u8]) -> Result<V> {
        (**self).upgrade(from, payload)
    }

    fn serialize_into(&self, entity: &V, out: &mut Vec<u8>) -> Result<()> {
        (**self).serialize_into(entity, out)
    }

    fn deserialize(&self, bytes: &[u8]) -> Result<V> {
        (**self).deserialize(bytes)
    }

    fn hidden(&self) -> Option<&dyn Hidden> {
        (**self).hidden()
    }
}
