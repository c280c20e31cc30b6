//! The rules of the table.

use alloc::format;
use alloc::sync::Arc;

use super::Storage;
use crate::backend::{Partition, Read, Transaction};
use crate::error::Result;
use crate::key::{StorageId, StorageKey};
use crate::store::{Change, Entity, EntityStore, Index, Query, Schema};
use crate::system_table::SystemTableStore;
use crate::tables::system::{TableMetadata, User, tables, users};

pub(in crate::tables::system) fn schema(partition: Partition) -> Schema<StorageId, Storage> {
    Schema::new(partition).guard(guard)
}

fn guard(tx: &mut dyn Transaction, change: &Change<'_, StorageId, Storage>) -> Result<()> {
    if change.new.is_some() || change.partition.as_str() != Storage::PARTITION {
        return Ok(());
    }
    let tables = TableMetadata::store(Arc::clone(change.backend));
    if let Some(table) = first(&tables, &*tx, &tables::STORAGE, change.key)? {
        return Err(change.in_use(format!("table `{table}` is kept there")));
    }
    let users = User::store(Arc::clone(change.backend));
    match first(&users, &*tx, &users::STORAGE, change.key)? {
        Some(user) => Err(change.in_use(format!("the rows of user `{user}` are kept there"))),
        None => Ok(()),
    }
}

/// The first key that has the storage in the index.
fn first<K: StorageKey, V: Entity>(
    store: &SystemTableStore<K, V>,
    reader: &dyn Read,
    index: &Index<V, StorageId>,
    storage: &StorageId,
) -> Result<Option<K>> {
    Ok(store.at(reader).keys_by(index, Query::range(storage..=storage).limit(1))?.pop())
}
