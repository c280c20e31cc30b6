//! The columns that every data table has beside those of its rows, `_updated` and `_deleted`, and what they are for.

use alloc::sync::Arc;
use alloc::vec::Vec;

use serde::Deserialize;

use crate::access::{CrossUserTableStore, TableAccess, WriteView};
use crate::backend::{Partition, StorageBackend, StorageBackendExt, Transaction};
use crate::error::Result;
use crate::key::{StorageKey, UserId};
use crate::store::{Entity, EntityStore, Handle, Hidden, Index, Query, Schema};
use crate::value::Envelope;

/// An entity whose first two fields are the system columns: `_updated`, milliseconds since the Unix epoch, and
/// `_deleted`.
pub trait SystemColumns: Entity {
    /// When the row was written, deleted or restored.
    fn updated(&self) -> i64;

    /// Whether the row is deleted: kept, but hidden from reads.
    fn is_deleted(&self) -> bool;

    /// Sets both columns.
    fn set_deleted(&mut self, deleted: bool, now: i64);
}

/// The first fields of a row, read without the rest.
#[derive(Deserialize)]
struct Head {
    _updated: i64,
    deleted: bool,
}

/// Whether the stored row is marked as deleted.
pub(super) fn is_deleted(stored: &[u8]) -> bool {
    let head =
        Envelope::open(stored).ok().map(|envelope| postcard::take_from_bytes::<Head>(envelope.payload));
    matches!(head, Some(Ok((Head { deleted: true, .. }, _))))
}

/// The index that a purge goes by: deleted rows, by when they were.
pub(super) const fn deleted_index<V: SystemColumns>() -> Index<V, i64> {
    Index::new("deleted", |row: &V| row.is_deleted().then(|| row.updated()))
}

/// A store of rows: what is deleted softly is hidden from every read until it is restored or purged.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::prelude::*;
///
/// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// let id = TableId::from_strings("app", "news");
/// let news = SharedTableStore::new(backend, &id, TableAccess::Public);
/// news.put(&"1".into(), &SharedTableRow::new(Row::new().with("title", "hello"), 1_000))?;
///
/// assert!(news.soft_delete(&"1".into(), 2_000)?);
/// assert!(news.get(&"1".into())?.is_none());
/// assert!(news.include_deleted().get(&"1".into())?.is_some());
///
/// assert_eq!(news.purge_deleted_before(2_000, usize::MAX)?, 0);
/// assert_eq!(news.purge_deleted_before(2_001, usize::MAX)?, 1);
/// assert!(news.include_deleted().get(&"1".into())?.is_none());
/// # Ok::<(), keyloft::Error>(())
/// ```
pub trait RowStore<K: StorageKey, V: SystemColumns>: EntityStore<K, V> + Sized {
    /// Marks the row as deleted at `now`; whether there was one to delete.
    ///
    /// [`delete`](EntityStore::delete) is the hard way: it removes the row, marked or not.
    ///
    /// # Errors
    ///
    /// As [`put`](EntityStore::put).
    fn soft_delete(&self, key: &K, now: i64) -> Result<bool> {
        self.backend().transaction(|tx| self.within(tx).soft_delete(key, now))
    }

    /// Takes the mark off at `now`; whether there was a marked row.
    ///
    /// # Errors
    ///
    /// As [`put`](EntityStore::put).
    fn restore(&self, key: &K, now: i64) -> Result<bool> {
        self.backend().transaction(|tx| self.within(tx).restore(key, now))
    }

    /// Removes at most `max` rows that were marked before `time`, the longest ago first; how many they were.
    ///
    /// It costs what it removes, whatever the table holds.
    ///
    /// # Errors
    ///
    /// As [`delete`](EntityStore::delete).
    fn purge_deleted_before(&self, time: i64, max: usize) -> Result<u64> {
        self.backend().transaction(|tx| self.within(tx).purge_deleted_before(time, max))
    }

    /// The store with the deleted rows in sight.
    fn include_deleted(&self) -> IncludeDeleted<&Self> {
        IncludeDeleted { store: self }
    }

    /// What hides rows besides the mark.
    fn hidden_otherwise(&self) -> Option<&dyn Hidden> {
        None
    }
}

/// A store of rows with the deleted ones in sight: [`RowStore::include_deleted`].
#[derive(Clone, Copy, Debug)]
pub struct IncludeDeleted<S> {
    pub(super) store: S,
}

impl<K: StorageKey, V: SystemColumns, S: RowStore<K, V>> RowStore<K, V> for &S {
    fn hidden_otherwise(&self) -> Option<&dyn Hidden> {
        (**self).hidden_otherwise()
    }
}

impl<K: StorageKey, V: SystemColumns, S: RowStore<K, V>> EntityStore<K, V> for IncludeDeleted<S> {
    fn backend(&self) -> &Arc<dyn StorageBackend> {
        self.store.backend()
    }

    fn partition(&self) -> &Partition {
        self.store.partition()
    }

    fn schema(&self) -> Option<&Schema<K, V>> {
        self.store.schema()
    }

    fn schema_version(&self) -> u32 {
        self.store.schema_version()
    }

    fn upgrade(&self, from: u32, payload: &[u8]) -> Result<V> {
        self.store.upgrade(from, payload)
    }

    fn serialize_into(&self, entity: &V, out: &mut Vec<u8>) -> Result<()> {
        self.store.serialize_into(entity, out)
    }

    fn deserialize(&self, bytes: &[u8]) -> Result<V> {
        self.store.deserialize(bytes)
    }

    fn hidden(&self) -> Option<&dyn Hidden> {
        self.store.hidden_otherwise()
    }
}

impl<K: StorageKey, V: SystemColumns, S: RowStore<K, V>> RowStore<K, V> for IncludeDeleted<S> {
    fn hidden_otherwise(&self) -> Option<&dyn Hidden> {
        self.store.hidden_otherwise()
    }
}

impl<K, V, S> CrossUserTableStore<K, V> for IncludeDeleted<&S>
where
    K: StorageKey,
    V: SystemColumns,
    S: RowStore<K, V> + CrossUserTableStore<K, V>,
{
    fn table_access(&self) -> Option<TableAccess> {
        self.store.table_access()
    }

    fn owner(&self) -> Option<&UserId> {
        self.store.owner()
    }
}

/// As the principal may do it; documented at [`RowStore`]'s methods of these names.
#[allow(missing_docs)]
impl<S, K, V> WriteView<'_, S, K, V>
where
    S: RowStore<K, V>,
    K: StorageKey,
    V: SystemColumns,
{
    pub fn soft_delete(&self, key: &K, now: i64) -> Result<bool> {
        self.store().soft_delete(key, now)
    }

    pub fn restore(&self, key: &K, now: i64) -> Result<bool> {
        self.store().restore(key, now)
    }

    pub fn purge_deleted_before(&self, time: i64, max: usize) -> Result<u64> {
        self.store().purge_deleted_before(time, max)
    }
}

/// The same inside a transaction; documented at [`RowStore`]'s methods of these names.
#[allow(missing_docs)]
impl<S, K, V, R> Handle<'_, S, K, V, R>
where
    S: RowStore<K, V>,
    K: StorageKey,
    V: SystemColumns,
    R: Transaction,
{
    pub fn soft_delete(&mut self, key: &K, now: i64) -> Result<bool> {
        self.mark(key, true, now)
    }

    pub fn restore(&mut self, key: &K, now: i64) -> Result<bool> {
        self.mark(key, false, now)
    }

    pub fn purge_deleted_before(&mut self, time: i64, max: usize) -> Result<u64> {
        self.delete_by(&deleted_index::<V>(), Query::range(..time).limit(max))
    }

    fn mark(&mut self, key: &K, deleted: bool, now: i64) -> Result<bool> {
        let all = IncludeDeleted { store: self.store };
        let row = Handle::new(&all, &self.reader).get(key)?;
        let Some(mut row) = row.filter(|row| row.is_deleted() != deleted) else { return Ok(false) };
        row.set_deleted(deleted, now);
        self.put(key, &row)?;
        Ok(true)
    }
}
