//! The rules of `system_storages`.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::Storage;
use crate::backend::{Partition, Read, Transaction};
use crate::error::Result;
use crate::key::{StorageKey, TableId, UserId};
use crate::store::index::Entries;
use crate::store::read::{Chunk, IndexEntry, next_entries};
use crate::store::schema::EncodedChange;
use crate::store::{IndexDefinition, Query};
use crate::tables::system::declare::Declare;
use crate::tables::system::{SystemEntity, TableMetadata, User, tables, users};

pub(in crate::tables::system) fn declare(table: &mut impl Declare<Storage>) {
    table.guard(guard);
}

fn guard(tx: &mut dyn Transaction, change: &EncodedChange<'_, Storage>) -> Result<()> {
    if change.new.is_some() || !change.is_in(Storage::PARTITION) {
        return Ok(());
    }
    let table = |key: &[u8]| TableId::decode(key).map(|table| table.to_string());
    if let Some(table) = first(TableMetadata::PARTITION, &*tx, tables::STORAGE.name(), change.key, table)? {
        return Err(change.in_use(format!("table `{table}` uses it")));
    }
    let user = |key: &[u8]| UserId::decode(key).map(UserId::into_string);
    match first(User::PARTITION, &*tx, users::STORAGE.name(), change.key, user)? {
        Some(user) => Err(change.in_use(format!("user `{user}` uses it"))),
        None => Ok(()),
    }
}

/// Returns the key of the first entity that refers to the storage, as `text` shows it.
fn first(
    table: &'static str,
    reader: &dyn Read,
    index: &str,
    storage: &[u8],
    text: fn(&[u8]) -> Result<String>,
) -> Result<Option<String>> {
    let entries = Entries::new(index, false, &Partition::from(table));
    let mut of_storage = Query::<Vec<u8>>::exactly(storage).map_span(|span| entries.span_of(span));
    let chunk = Chunk { max: 1, is_anchored: false };
    let found = next_entries(&entries, &[], reader, &mut of_storage, chunk)?;
    let Some(IndexEntry { entry, parsed }) = found.iter().next() else { return Ok(None) };
    let key = parsed.and_then(|(_, key)| text(key).ok());
    key.map(Some).ok_or_else(|| entries.malformed(entry))
}
