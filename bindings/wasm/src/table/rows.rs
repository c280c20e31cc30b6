//! The tables that hold rows: users', shared ones and streams.

use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use keyloft::store::Hidden;
use keyloft::tables::SystemColumns;
use keyloft::tables::stream::Expiring;
use keyloft::{
    EntityStore, Result, RowStore, SharedTableStore, StorageKey, StreamTableStore, Transaction,
    UserTableStore,
};

use super::doc::{Doc, Entity};
use super::docs::Docs;
use super::rights::Rights;
use super::rules::{DocIndex, Parts, Rules};
use super::{Action, no_action};
use crate::failure;
use crate::protocol::row_action::{EVICT_EXPIRED, PURGE_DELETED_BEFORE, RESTORE, SOFT_DELETE};
use crate::wire::Response;

/// The rules of a table of rows: those of its typed store.
struct Rows<S, K, V> {
    typed: S,
    expire: bool,
    types: PhantomData<fn() -> (K, V)>,
}

pub(super) fn user(typed: UserTableStore) -> Docs {
    table(typed, Rights::Everyones, false)
}

pub(super) fn shared(typed: SharedTableStore) -> Docs {
    let rights = Rights::of(&typed);
    table(typed, rights, false)
}

pub(super) fn stream(typed: StreamTableStore) -> Docs {
    let rights = Rights::of(&typed);
    table(typed, rights, true)
}

fn table<S, K, V>(typed: S, rights: Rights, expire: bool) -> Docs
where
    S: RowStore<K, V> + 'static,
    K: StorageKey,
    V: SystemColumns,
{
    let mut indexes = vec![internal("deleted", |row| row.is_deleted().then(|| row.updated()))];
    if expire {
        indexes.push(internal("expires", Doc::expires_at));
    }
    Docs::new(Parts {
        backend: Arc::clone(typed.backend()),
        partition: typed.partition().clone(),
        version: typed.schema_version(),
        indexes,
        checked: false,
        rights,
        rules: Rc::new(Rows { typed, expire, types: PhantomData }),
    })
}

/// An index that the typed stores keep, of which JavaScript has no use.
fn internal(name: &str, value: fn(&Doc) -> Option<i64>) -> DocIndex {
    DocIndex {
        name: name.to_owned(),
        unique: false,
        open: false,
        value: Box::new(move |row: &Doc| value(row).map(|time| time.encode().into_owned())),
    }
}

impl<S, K, V> Rules for Rows<S, K, V>
where
    S: RowStore<K, V>,
    K: StorageKey,
    V: SystemColumns,
{
    fn decode(&self, _: &[u8]) -> Result<Entity> {
        Ok(Entity::Unread)
    }

    fn verify(&self, stored: &[u8]) -> Result<()> {
        self.typed.deserialize(stored).map(|_| ())
    }

    fn check_key(&self, key: &[u8]) -> Result<()> {
        K::decode(key).map(|_| ())
    }

    fn hidden(&self, deleted_too: bool) -> Option<&dyn Hidden> {
        if deleted_too { self.typed.hidden_otherwise() } else { self.typed.hidden() }
    }

    fn act(
        &self,
        docs: &Docs,
        tx: &mut dyn Transaction,
        action: Action<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        if action.code == EVICT_EXPIRED && !self.expire {
            Err(no_action())
        } else {
            act(docs, tx, action, out)
        }
    }
}

fn act(
    docs: &Docs,
    tx: &mut dyn Transaction,
    mut action: Action<'_>,
    out: &mut Response<'_>,
) -> failure::Result<()> {
    let time = action.request.i64()?;
    let mut rows = docs.within(tx);
    match action.code {
        SOFT_DELETE => out.flag(rows.soft_delete(action.key()?, time)?),
        RESTORE => out.flag(rows.restore(action.key()?, time)?),
        PURGE_DELETED_BEFORE => out.u64(rows.purge_deleted_before(time, action.request.count()?)?),
        EVICT_EXPIRED => out.u64(rows.evict_expired(time, action.request.count()?)?),
        _ => return Err(no_action()),
    }
    Ok(())
}
