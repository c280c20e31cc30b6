//! [`evicted`]: the tables whose expired entities are deleted here.

use std::sync::Arc;

use keyloft::catalog::TableDefinition;
use keyloft::entity::Expiring;
use keyloft::{Partition, StorageBackend, StorageKey, StreamTableStore, TableAccess, TableId};

use super::defined::Defined;
use super::rights::Rights;
use super::{Doc, DocTable, NamedIndex, rows};
use crate::host;

/// Returns `true` if the expired entities of the table can be deleted here: all indexes must be known.
pub(crate) fn can_evict(partition: &Partition, definition: &TableDefinition) -> bool {
    let is_known = || {
        definition.entity.is_some()
            && definition.has_envelope
            && definition.indexes.iter().all(|index| !index.fields.is_empty())
    };
    stream(partition).is_some() || definition.expires.is_some() && is_known()
}

/// Returns the table and its index of expiry, if its expired entities can be deleted here.
pub(crate) fn evicted(
    backend: &Arc<dyn StorageBackend>,
    partition: &Partition,
    definition: TableDefinition,
) -> Option<(DocTable, NamedIndex)> {
    if !can_evict(partition, &definition) {
        return None;
    }
    let index = NamedIndex::of(&Doc::EXPIRES);
    if let Some(id) = stream(partition) {
        let store = StreamTableStore::new(Arc::clone(backend), &id, TableAccess::Public, Arc::new(host::now));
        return Some((rows::table(&store, Rights::of(&store)), index));
    }
    let table = Defined::stored(partition, definition).table(backend).ok()?;
    Some((table, index))
}

/// Returns the id of the stream table in this partition.
fn stream(partition: &Partition) -> Option<TableId> {
    TableId::decode(partition.as_str().strip_prefix("stream_")?.as_bytes()).ok()
}
