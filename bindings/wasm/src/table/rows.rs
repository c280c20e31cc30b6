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
    let expires = definition.expires.is_some();
    let mut plain = Schema::with_codec(partition.clone(), DocCodec::ENCODED)
        .key_shape(definition.key)
        .version_without_upgrade(definition.version)
        .index(DELETED);
    if let Some(shape) = definition.entity {
        plain = plain.shape(shape);
    }
    if expires {
        plain = plain.index(Doc::EXPIRES);
    }
    let schema = |tombstones| plain.clone().visibility(Shown { visible: Arc::clone(visible), tombstones });
    let mut table = DocTable::with_reads(backend, schema(false), None, [schema(false), schema(true)]);
    table.check_key = check_key;
    table.payload.decode_all = decode_all;
    // JavaScript has no use for the indexes of purges and evictions.
    table.indexes.clear();
    table.rights = rights;
    table.act = if expires { act_on_stream } else { act };
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
