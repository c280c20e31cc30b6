//! The rules of `system_storages`.

use alloc::format;

use super::Storage;
use crate::backend::{Partition, Read, Transaction};
use crate::error::Result;
use crate::key::{StorageId, StorageKey};
use crate::store::{Change, EntityReader, Index, Query, Schema};
use crate::tables::system::{SystemEntity, TableMetadata, User, tables, users};

pub(in crate::tables::system) fn schema(partition: Partition) -> Schema<StorageId, Storage> {
    Schema::new(partition).guard(guard)
}

fn guard(tx: &mut dyn Transaction, change: &Change<'_, StorageId, Storage>) -> Result<()> {
    if change.new.is_some() || change.partition.as_str() != Storage::PARTITION {
        return Ok(());
    }
    if let Some(table) = first(&TableMetadata::schema(), &*tx, &tables::STORAGE, change.key)? {
        return Err(change.in_use(format!("table `{table}` uses it")));
    }
    match first(&User::schema(), &*tx, &users::STORAGE, change.key)? {
        Some(user) => Err(change.in_use(format!("user `{user}` uses it"))),
        None => Ok(()),
    }
}

/// Returns the key of the first entity that refers to the storage.
fn first<K: StorageKey, V: 'static>(
    schema: &Schema<K, V>,
    reader: &dyn Read,
    index: &Index<V, StorageId>,
    storage: &StorageId,
) -> Result<Option<K>> {
    let table = schema.at(reader);
    let keys = table.access().reader().keys_by(index, Query::range(storage..=storage).limit(1));
    Ok(keys?.pop())
}
