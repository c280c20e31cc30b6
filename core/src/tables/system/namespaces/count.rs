//! The maintenance of a namespace's `table_count`.

use super::Namespace;
use crate::backend::{KeySpan, Read, Transaction};
use crate::error::{DecodeReason, Result};
use crate::key::{NamespaceId, StorageKey, TableId};
use crate::store::schema::{EncodedChange, KeyType, Outline, version_mismatch};
use crate::stored::Field;
use crate::tables::system::{SystemEntity, TableMetadata};
use crate::value::{Envelope, Header};

/// Changes the count of the namespace, if the namespace exists.
pub(in crate::tables::system) fn adjust_count(
    tx: &mut dyn Transaction,
    namespace: &NamespaceId,
    change: fn(u64) -> u64,
) -> Result<()> {
    // An outline only: the schema would be a second one in a program that erases it.
    let outline = Outline::new(Namespace::PARTITION.into(), KeyType::of::<NamespaceId>());
    let key = namespace.encode();
    let mut stored = None;
    tx.get(&outline.partition, &key, &mut |bytes| stored = Some(bytes.to_vec()))?;
    let Some(mut stored) = stored else { return Ok(()) };
    let mut entity = read(&outline, &key, &stored).map_err(|reason| outline.undecodable(&key, reason))?;
    entity.table_count = change(entity.table_count);
    stored.clear();
    let header = Header::append(outline.version, &mut stored);
    entity.store(&mut stored);
    header.complete(&outline.partition, &key, &mut stored);
    // Past the table's rules, which would put the old count back.
    tx.put(&outline.partition, &key, &stored)
}

fn read(outline: &Outline, key: &[u8], stored: &[u8]) -> Result<Namespace, DecodeReason> {
    let Envelope { version, payload } = outline.open(key, stored)?;
    if version != outline.version {
        return Err(version_mismatch(version, outline.version));
    }
    Namespace::from_payload(payload)
}

/// Passes the namespace with the correct count to `take`, unless its count is correct already.
///
/// A new namespace gets the number of its tables. An existing one keeps its count, which only [`adjust_count`] changes.
pub(super) fn correct_count(
    reader: &dyn Read,
    change: &EncodedChange<'_, Namespace>,
    take: &mut dyn FnMut(Namespace),
) -> Result<()> {
    let Some(new) = change.new.filter(|_| change.is_in(Namespace::PARTITION)) else { return Ok(()) };
    let table_count = match change.old {
        Some(old) => old.table_count,
        None => reader.count(&TableMetadata::PARTITION.into(), tables_of(change.key).as_range())?,
    };
    if table_count != new.table_count {
        take(Namespace { table_count, ..new.clone() });
    }
    Ok(())
}

/// Returns the span of the keys of the tables of the namespace with this key.
pub(super) fn tables_of(namespace: &[u8]) -> KeySpan {
    KeySpan::of_prefix(&TableId::prefix_of(namespace))
}
