//! The tables that hold rows: users', shared ones and streams.

use std::sync::Arc;

use keyloft::backend::Transaction;
use keyloft::catalog::TableDefinition;
use keyloft::entity::Expiring;
use keyloft::store::{Sight, Visibility};
use keyloft::tables::{RowWriter, SystemColumns};
use keyloft::value::{Envelope, decode_payload};
use keyloft::{
    Clock, EntityStore, EntityWriter, Index, Partition, Query, Schema, StorageBackend, StorageKey,
};
use serde::de::DeserializeOwned;

use super::doc::Doc;
use super::doc_codec::DocCodec;
use super::doc_table::{CheckKey, DocTable, VisibleIn, check_key};
use super::payload_check::DecodeAll;
use super::rights::Rights;
use super::{Action, NamedIndex, unknown_action};
use crate::failure;
use crate::protocol::row_action::{EVICT_EXPIRED, PURGE_DELETED_BEFORE, RESTORE, SOFT_DELETE};
use crate::wire::Response;

/// The index of tombstones that every typed store of rows keeps.
const DELETED: Index<Doc, i64> = Index::new("deleted", |row| row.is_deleted().then(|| row.updated()));

/// Returns the table with the rows of the typed store.
pub(super) fn table<K: StorageKey, V: DeserializeOwned + 'static>(
    typed: &impl EntityStore<K, V>,
    rights: Rights,
) -> DocTable {
    let schema = typed.schema();
    let visible: Arc<dyn Visibility> = Arc::new(VisibleIn(schema.clone()));
    let decode_all: DecodeAll = |payload| decode_payload::<V>(payload).map(drop);
    let typed = (typed.backend(), typed.partition(), schema.definition());
    untyped(typed, &visible, check_key::<K>, decode_all, rights)
}

/// The code of [`table`] that is the same for all types.
fn untyped(
    (backend, partition, definition): (&Arc<dyn StorageBackend>, &Partition, TableDefinition),
    visible: &Arc<dyn Visibility>,
    check_key: CheckKey,
    decode_all: DecodeAll,
    rights: Rights,
) -> DocTable {
    let expires = definition.expires;
    let mut plain = Schema::with_codec(partition.clone(), DocCodec::ENCODED)
        .key_shape(definition.key)
        .version_without_upgrade(definition.version)
        .index(DELETED);
    if let Some(shape) = definition.entity {
        plain = plain.shape(shape);
    }
    if let Some(field) = &expires {
        plain = plain.expires_by(field).index(Doc::EXPIRES);
    }
    let schema = |tombstones| plain.clone().visibility(Shown { visible: Arc::clone(visible), tombstones });
    let mut table = DocTable::with_reads(backend, schema(false), None, [schema(false), schema(true)]);
    table.check_key = check_key;
    table.payload.decode_all = decode_all;
    // JavaScript has no use for the indexes of purges and evictions.
    table.indexes.clear();
    table.rights = rights;
    table.act = if expires.is_some() { act_on_stream } else { act };
    table
}

/// Shows the rows that the typed store shows, and with `tombstones` its tombstones too.
struct Shown {
    visible: Arc<dyn Visibility>,
    tombstones: bool,
}

impl Visibility for Shown {
    fn is_visible(&self, row: Envelope<'_>, sight: Sight) -> bool {
        let tombstones = self.tombstones || sight.tombstones;
        self.visible.is_visible(row, Sight { tombstones, ..sight })
    }

    fn clock(&self) -> Option<&dyn Clock> {
        self.visible.clock()
    }
}

fn act(
    table: &DocTable,
    tx: &mut dyn Transaction,
    action: &mut Action<'_>,
    out: &mut Response<'_>,
) -> failure::Result<()> {
    let time = action.request.i64()?;
    let mut rows = table.within(tx);
    match action.code {
        SOFT_DELETE => out.flag(rows.soft_delete(action.key()?, time)?),
        RESTORE => out.flag(rows.restore(action.key()?, time)?),
        PURGE_DELETED_BEFORE => {
            let old = Query::range(..time.encode().into_owned()).limit(action.request.count()?);
            out.u64(rows.delete_by(&NamedIndex::of(&DELETED), old)?);
        }
        _ => return Err(unknown_action()),
    }
    Ok(())
}

fn act_on_stream(
    table: &DocTable,
    tx: &mut dyn Transaction,
    action: &mut Action<'_>,
    out: &mut Response<'_>,
) -> failure::Result<()> {
    if action.code != EVICT_EXPIRED {
        return act(table, tx, action, out);
    }
    let now = action.request.i64()?;
    let expired = Query::range(..=now.encode().into_owned()).limit(action.request.count()?);
    out.u64(table.within(tx).delete_by(&NamedIndex::of(&Doc::EXPIRES), expired)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use keyloft::tables::row::Row;
    use keyloft::{
        RowId, SharedTableRow, SharedTableStore, StorageBackendExt, StreamTableRow, StreamTableStore,
        TableAccess, TableId, UserId, UserRowId, UserTableRow, UserTableStore, catalog,
    };
    use keyloft_memory::MemoryBackend;

    use super::*;

    /// Writes a row by each language, in both orders. The catalog must have the definition of Rust's table after each.
    fn has_one_definition<K, V, S>(open: impl Fn(Arc<dyn StorageBackend>) -> S, key: &K, row: &V)
    where
        K: StorageKey,
        V: DeserializeOwned + 'static,
        S: EntityStore<K, V>,
    {
        for is_rust_first in [true, false] {
            let backend: Arc<dyn StorageBackend> = Arc::new(MemoryBackend::new());
            let typed = open(backend.clone());
            let document = table(&typed, Rights::OwnRows);
            let bytes = key.encode().into_owned();
            let stored = typed.serialize(key, row).unwrap();
            let payload = Envelope::open(typed.partition(), &bytes, &stored).unwrap().payload;
            for by_rust in [is_rust_first, !is_rust_first] {
                if by_rust {
                    (&typed).put(key, row).unwrap();
                } else {
                    backend.transaction(|tx| document.put(tx, &bytes, payload, false)).unwrap();
                }
                let found = catalog::table(&*backend, typed.partition()).unwrap().unwrap();
                assert_eq!(found.definition, typed.schema().definition(), "Rust first: {is_rust_first}");
            }
        }
    }

    #[test]
    fn a_table_has_one_definition_in_rust_and_in_javascript() {
        let id = TableId::from_strings("app", "rows");
        let key = RowId::from(vec![1]);
        let stream = |backend| StreamTableStore::new(backend, &id, TableAccess::Public, Arc::new(|| 0));
        has_one_definition(stream, &key, &StreamTableRow::new(Row::default(), 0, 7));
        let shared = |backend| SharedTableStore::new(backend, &id, TableAccess::Public);
        has_one_definition(shared, &key, &SharedTableRow::new(Row::default(), 0));
        let users = |backend| UserTableStore::new(backend, &id);
        let own = UserRowId::new(UserId::from("ada"), vec![1]);
        has_one_definition(users, &own, &UserTableRow::new(Row::default(), 0));
    }
}
