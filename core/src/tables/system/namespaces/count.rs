//! How many tables a namespace has.

use alloc::sync::Arc;

use super::Namespace;
use crate::backend::{KeySpan, Read, StorageBackend, Transaction};
use crate::error::Result;
use crate::key::{NamespaceId, TableId};
use crate::store::{Change, EntityStore, Schema};
use crate::system_table::SystemTableStore;
use crate::tables::system::TableMetadata;
use crate::text;

/// Changes the count of the namespace, if it is there.
pub(in crate::tables::system) fn recount(
    tx: &mut dyn Transaction,
    backend: &Arc<dyn StorageBackend>,
    namespace: &NamespaceId,
    change: fn(u64) -> u64,
) -> Result<()> {
    // A store without the rules, which would put the old count back.
    let namespaces = SystemTableStore::<NamespaceId, Namespace>::with_schema(
        Arc::clone(backend),
        Schema::new(Namespace::PARTITION),
    );
    let Some(mut entity) = namespaces.at(&*tx).get(namespace)? else { return Ok(()) };
    entity.table_count = change(entity.table_count);
    let partition = namespaces.partition();
    let bytes = namespaces
        .serialize(&entity)
        .map_err(|error| error.at(partition, namespace.as_bytes(), text::of_key::<NamespaceId>))?;
    tx.put(partition, namespace.as_bytes(), &bytes)
}

/// The namespace with the count that is true.
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
