//! The upkeep of a namespace's `table_count`.

use super::Namespace;
use crate::backend::{KeySpan, Read, Transaction};
use crate::error::Result;
use crate::key::{NamespaceId, TableId};
use crate::store::{Change, EntityReader, EntityWriter, Schema};
use crate::tables::system::{SystemEntity, TableMetadata};

/// Changes the count of the namespace if it exists.
pub(in crate::tables::system) fn recount(
    tx: &mut dyn Transaction,
    namespace: &NamespaceId,
    change: fn(u64) -> u64,
) -> Result<()> {
    // The rules of the table would restore the old count, so this schema has none.
    let namespaces = Schema::<NamespaceId, Namespace>::new(Namespace::PARTITION).of_system();
    let mut namespaces = namespaces.within(tx);
    let Some(mut entity) = namespaces.get(namespace)? else { return Ok(()) };
    entity.table_count = change(entity.table_count);
    namespaces.put(namespace, &entity)
}

/// Returns the namespace with the true count, or `None` if its count is true already.
pub(super) fn keep(
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
