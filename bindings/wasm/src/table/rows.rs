//! The tables that hold rows: users', shared ones and streams.

use keyloft::backend::Transaction;
use keyloft::entity::{Expiring, ExpiringWriter};
use keyloft::store::{Sight, Visibility};
use keyloft::tables::{RowWriter, SystemColumns};
use keyloft::value::decode_payload;
use keyloft::{EntityStore, Index, Schema, SharedTableStore, StorageKey, StreamTableStore, UserTableStore};
use serde::de::DeserializeOwned;

use super::doc::Doc;
use super::doc_codec::DocCodec;
use super::doc_table::{DocTable, check_key};
use super::encoded_table::EncodedTable;
use super::payload_check::PayloadCheck;
use super::rights::Rights;
use super::{Action, DocSchema, unknown_action};
use crate::failure;
use crate::protocol::row_action::{EVICT_EXPIRED, PURGE_DELETED_BEFORE, RESTORE, SOFT_DELETE};
use crate::wire::Response;

/// The index of tombstones that every typed store of rows keeps.
const DELETED: Index<Doc, i64> = Index::new("deleted", |row| row.is_deleted().then(|| row.updated()));

/// The rows of a user table.
pub(super) fn user(typed: &UserTableStore) -> DocTable {
    DocTable { rights: Rights::OwnRows, ..table(typed, |schema| schema) }
}

/// The rows of a shared table.
pub(super) fn shared(typed: &SharedTableStore) -> DocTable {
    DocTable { rights: Rights::of(typed), ..table(typed, |schema| schema) }
}

/// The rows of a stream table.
pub(super) fn stream(typed: &StreamTableStore) -> DocTable {
    DocTable {
        rights: Rights::of(typed),
        act: act_on_stream,
        ..table(typed, |schema| schema.index(Doc::EXPIRES))
    }
}

/// The table of the typed store, whose schema `complete` completes.
fn table<K: StorageKey, V: DeserializeOwned + 'static>(
    typed: &impl EntityStore<K, V>,
    complete: fn(DocSchema) -> DocSchema,
) -> DocTable {
    let schema = |tombstones| {
        let visible = VisibleInTyped { schema: typed.schema().clone(), tombstones };
        let definition = typed.schema().definition();
        let mut schema = Schema::with_codec(typed.partition().clone(), DocCodec::ENCODED)
            .key_shape(definition.key)
            .version_without_upgrade(definition.version);
        if let Some(shape) = definition.entity {
            schema = schema.shape(shape);
        }
        complete(schema.index(DELETED).visibility(visible))
    };
    DocTable {
        encoded: EncodedTable::new(typed.backend(), schema(false)),
        encoded_with_tombstones: EncodedTable::new(typed.backend(), schema(true)),
        check_key: check_key::<K>,
        payload: PayloadCheck {
            decode_all: |payload| decode_payload::<V>(payload).map(drop),
            ..PayloadCheck::by(None)
        },
        // JavaScript has no use for the indexes of purges and evictions.
        indexes: Vec::new(),
        act,
        ..DocTable::new(typed.backend(), schema(false), None)
    }
}

/// Shows the rows that the typed store shows, and with `tombstones` its tombstones too.
struct VisibleInTyped<K, V> {
    schema: Schema<K, V>,
    tombstones: bool,
}

impl<K, V> Visibility for VisibleInTyped<K, V>
where
    Schema<K, V>: keyloft::MaybeSend + keyloft::MaybeSync,
{
    fn is_visible(&self, stored: &[u8], sight: Sight) -> bool {
        let tombstones = self.tombstones || sight.tombstones;
        self.schema.is_visible(stored, Sight { tombstones, ..sight })
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
        PURGE_DELETED_BEFORE => out.u64(rows.purge_deleted_before(time, action.request.count()?)?),
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
    out.u64(table.within(tx).evict_expired(now, action.request.count()?)?);
    Ok(())
}
