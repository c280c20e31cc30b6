//! The maintenance of a namespace's `table_count`.

use alloc::vec::Vec;

use super::Namespace;
use crate::backend::{KeySpan, Read, Transaction};
use crate::error::Result;
use crate::key::{NamespaceId, StorageKey, TableId};
use crate::store::Change;
use crate::tables::system::{SystemEntity, TableMetadata};

/// Changes the count of the namespace, if the namespace exists.
pub(in crate::tables::system) fn adjust_count(
    tx: &mut dyn Transaction,
    namespace: &NamespaceId,
    change: fn(u64) -> u64,
) -> Result<()> {
    let schema = Namespace::schema();
    let (layout, key) = (schema.layout(), namespace.encode());
    let mut found = None;
    tx.get(&layout.partition, &key, &mut |stored| found = Some(layout.decode_at(&key, stored)))?;
    let Some(mut entity) = found.transpose()? else { return Ok(()) };
    entity.table_count = change(entity.table_count);
    let mut stored = Vec::new();
    layout.encode(&key, &entity, &mut stored)?;
    // Past the table's rules, which would put the old count back.
    tx.put(&layout.partition, &key, &stored)
}

/// Returns the namespace with the correct count, or `None` if its count is correct already.
///
/// A new namespace gets the number of its tables. An existing one keeps its count, which only [`adjust_count`] changes.
pub(super) fn with_correct_count(
    reader: &dyn Read,
    change: &Change<'_, NamespaceId, Namespace>,
) -> Result<Option<Namespace>> {
    let Some(new) = change.new.filter(|_| change.partition.as_str() == Namespace::PARTITION) else {
        return Ok(None);
    };
    let table_count = if let Some(old) = change.old {
        old.table_count
    } else {
        let tables = KeySpan::of_prefix(TableId::prefix(change.key).as_bytes());
        reader.count(&TableMetadata::PARTITION.into(), tables.as_range())?
    };
    Ok((table_count != new.table_count).then(|| Namespace { table_count, ..new.clone() }))
}
