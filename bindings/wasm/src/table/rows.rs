//! The tables that hold rows: users', shared ones and streams.

use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use keyloft::store::Hidden;
use keyloft::tables::SystemColumns;
use keyloft::{
    EntityStore, Principal, Result, RowStore, SharedTableStore, StorageBackend, StorageKey, StreamTableStore,
    Transaction, UserTableStore,
};

use super::doc::{Doc, Entity};
use super::docs::Docs;
use super::rules::{DocIndex, Parts, Rules};
use super::system::allow;
use super::{Access, Action, no_action};
use crate::failure;
use crate::raw::Raw;
use crate::wire::Response;

const SOFT_DELETE: u8 = 1;
const RESTORE: u8 = 2;
const PURGE_DELETED_BEFORE: u8 = 3;
const EVICT_EXPIRED: u8 = 4;

/// The rules of a table of rows: those of its typed store.
struct Rows<S, K, V> {
    typed: S,
    types: PhantomData<fn() -> (K, V)>,
}

/// What the kinds of tables are not alike in.
trait Kind {
    fn allow(&self, principal: &Principal, access: Access) -> Result<()>;

    /// Removes rows that have expired; how many they were.
    fn evict_expired(&self, tx: &mut dyn Transaction, now: i64, max: usize) -> failure::Result<u64> {
        let _ = (tx, now, max);
        Err(no_action())
    }
}

pub(super) fn user(typed: UserTableStore) -> Docs {
    table(typed, vec![deleted()])
}

pub(super) fn shared(typed: SharedTableStore) -> Docs {
    table(typed, vec![deleted()])
}

pub(super) fn stream(typed: StreamTableStore) -> Docs {
    table(typed, vec![deleted(), expires()])
}

fn table<S, K, V>(typed: S, indexes: Vec<DocIndex>) -> Docs
where
    S: RowStore<K, V> + Kind + 'static,
    K: StorageKey,
    V: SystemColumns,
{
    let backend: Arc<dyn StorageBackend> = Arc::clone(typed.backend());
    let partition = typed.partition().clone();
    let version = typed.schema_version();
    let rules = Rc::new(Rows { typed, types: PhantomData });
    Docs::new(Parts { backend, partition, version, indexes, checked: false, rules })
}

/// The indexes that the typed stores keep, of which JavaScript has no use.
fn deleted() -> DocIndex {
    internal("deleted", |row: &Doc| row.is_deleted().then(|| row.updated()))
}

fn expires() -> DocIndex {
    internal("expires", Doc::expires_at)
}

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
    S: RowStore<K, V> + Kind,
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

    fn allow(&self, principal: &Principal, access: Access) -> Result<()> {
        self.typed.allow(principal, access)
    }

    fn hidden(&self, deleted_too: bool) -> Option<&dyn Hidden> {
        if deleted_too { self.typed.hidden_otherwise() } else { self.typed.hidden() }
    }

    fn act(
        &self,
        docs: &Docs,
        _: &Raw,
        tx: &mut dyn Transaction,
        mut action: Action<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        let time = action.request.i64()?;
        match action.code {
            SOFT_DELETE => out.flag(docs.within(tx).soft_delete(action.key()?, time)?),
            RESTORE => out.flag(docs.within(tx).restore(action.key()?, time)?),
            PURGE_DELETED_BEFORE => {
                out.u64(docs.within(tx).purge_deleted_before(time, action.request.count()?)?);
            }
            EVICT_EXPIRED => out.u64(self.typed.evict_expired(tx, time, action.request.count()?)?),
            _ => return Err(no_action()),
        }
        Ok(())
    }
}

impl Kind for UserTableStore {
    /// Whoever it is has rows of their own, and the scope of the open table is these.
    fn allow(&self, _: &Principal, _: Access) -> Result<()> {
        Ok(())
    }
}

impl Kind for SharedTableStore {
    fn allow(&self, principal: &Principal, access: Access) -> Result<()> {
        allow(self, principal, access)
    }
}

impl Kind for StreamTableStore {
    fn allow(&self, principal: &Principal, access: Access) -> Result<()> {
        allow(self, principal, access)
    }

    fn evict_expired(&self, tx: &mut dyn Transaction, now: i64, max: usize) -> failure::Result<u64> {
        Ok(self.within(tx).evict_expired(now, max)?)
    }
}
