//! [`ReadView`] and [`WriteView`]: a store as a principal may use it.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::marker::PhantomData;
use core::ops::{ControlFlow, Deref};

use crate::backend::{Read, Snapshot, Transaction};
use crate::error::Result;
use crate::key::{Prefix, StorageKey};
#[cfg(feature = "std")]
use crate::store::{Changes, Watch};
use crate::store::{Cursor, Entity, EntityStore, Entry, Handle, IndexOn, Iter, Page, Query, UniqueIndex};

/// A store as a principal may read it; [`CrossUserTableStore::read_as`](super::CrossUserTableStore::read_as) makes one.
pub struct ReadView<'s, S: ?Sized, K, V> {
    store: &'s S,
    types: PhantomData<fn() -> (K, V)>,
}

/// A store as a principal may write it, and read it;
/// [`CrossUserTableStore::write_as`](super::CrossUserTableStore::write_as) makes one.
pub struct WriteView<'s, S: ?Sized, K, V> {
    read: ReadView<'s, S, K, V>,
}

impl<'s, S: ?Sized, K, V> ReadView<'s, S, K, V> {
    pub(super) fn new(store: &'s S) -> Self {
        Self { store, types: PhantomData }
    }

    /// The store, for the rest of this crate: it asks nobody.
    pub(crate) fn store(&self) -> &'s S {
        self.store
    }
}

impl<'s, S: ?Sized, K, V> WriteView<'s, S, K, V> {
    pub(super) fn new(store: &'s S) -> Self {
        Self { read: ReadView::new(store) }
    }
}

impl<'s, S: ?Sized, K, V> Deref for WriteView<'s, S, K, V> {
    type Target = ReadView<'s, S, K, V>;

    fn deref(&self) -> &Self::Target {
        &self.read
    }
}

/// The store's reads; documented at the [store](EntityStore)'s methods of these names.
#[allow(missing_docs)]
impl<'s, S, K, V> ReadView<'s, S, K, V>
where
    S: EntityStore<K, V>,
    K: StorageKey,
    V: Entity,
{
    pub fn at<'r>(&self, reader: &'r dyn Read) -> Handle<'s, S, K, V, &'r dyn Read> {
        self.store.at(reader)
    }

    pub fn get(&self, key: &K) -> Result<Option<V>> {
        self.store.get(key)
    }

    pub fn get_many(&self, keys: &[K]) -> Result<Vec<Option<V>>> {
        self.store.get_many(keys)
    }

    pub fn contains(&self, key: &K) -> Result<bool> {
        self.store.contains(key)
    }

    pub fn count(&self) -> Result<u64> {
        self.store.count()
    }

    pub fn count_in(&self, query: impl Into<Query<K>>) -> Result<u64> {
        self.store.count_in(query)
    }

    pub fn first(&self) -> Result<Option<(K, V)>> {
        self.store.first()
    }

    pub fn last(&self) -> Result<Option<(K, V)>> {
        self.store.last()
    }

    pub fn scan_all(&self) -> Result<Vec<(K, V)>> {
        self.store.scan_all()
    }

    pub fn scan_prefix(&self, prefix: &Prefix<K>) -> Result<Vec<(K, V)>> {
        self.store.scan_prefix(prefix)
    }

    pub fn scan(&self, query: impl Into<Query<K>>) -> Result<Vec<(K, V)>> {
        self.store.scan(query)
    }

    #[allow(clippy::iter_not_returning_iterator)] // it is in the `Ok`
    pub fn iter(&self, query: impl Into<Query<K>>) -> Result<Iter<'s, S, K, V, Arc<dyn Snapshot>>> {
        self.store.iter(query)
    }

    pub fn visit(
        &self,
        query: impl Into<Query<K>>,
        visit: impl FnMut(Entry<'_, S, K, V>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        self.store.visit(query, visit)
    }

    pub fn page(
        &self,
        query: impl Into<Query<K>>,
        limit: usize,
        after: Option<&Cursor>,
    ) -> Result<Page<K, V>> {
        self.store.page(query, limit, after)
    }

    #[cfg(feature = "std")]
    pub fn watch(&self, query: impl Into<Query<K>>) -> Result<Watch<&'s S, K, V>> {
        self.store.watch(query)
    }

    #[cfg(feature = "std")]
    pub fn changes(&self, query: impl Into<Query<K>>) -> Result<Changes<&'s S, K, V>> {
        self.store.changes(query)
    }

    pub fn find<I: StorageKey>(&self, index: &UniqueIndex<V, I>, value: &I) -> Result<Option<(K, V)>> {
        self.store.find(index, value)
    }

    pub fn find_all<I: StorageKey>(&self, index: &impl IndexOn<V, I>, value: &I) -> Result<Vec<(K, V)>> {
        self.store.find_all(index, value)
    }

    pub fn iter_by<I: StorageKey>(
        &self,
        index: &impl IndexOn<V, I>,
        query: impl Into<Query<I>>,
    ) -> Result<Iter<'s, S, K, V, Arc<dyn Snapshot>>> {
        self.store.iter_by(index, query)
    }

    pub fn page_by<I: StorageKey>(
        &self,
        index: &impl IndexOn<V, I>,
        query: impl Into<Query<I>>,
        limit: usize,
        after: Option<&Cursor>,
    ) -> Result<Page<K, V>> {
        self.store.page_by(index, query, limit, after)
    }

    pub fn count_by<I: StorageKey>(
        &self,
        index: &impl IndexOn<V, I>,
        query: impl Into<Query<I>>,
    ) -> Result<u64> {
        self.store.count_by(index, query)
    }
}

/// The store's writes; documented at the [store](EntityStore)'s methods of these names.
#[allow(missing_docs)]
impl<S, K, V> WriteView<'_, S, K, V>
where
    S: EntityStore<K, V>,
    K: StorageKey,
    V: Entity,
{
    pub fn within<'a>(&'a self, tx: &'a mut dyn Transaction) -> Handle<'a, S, K, V, &'a mut dyn Transaction> {
        self.store.within(tx)
    }

    pub fn put(&self, key: &K, entity: &V) -> Result<()> {
        self.store.put(key, entity)
    }

    pub fn put_many(&self, entries: &[(K, V)]) -> Result<()> {
        self.store.put_many(entries)
    }

    pub fn insert(&self, key: &K, entity: &V) -> Result<()> {
        self.store.insert(key, entity)
    }

    pub fn update(&self, key: &K, change: impl FnMut(&mut V) -> Result<()>) -> Result<V> {
        self.store.update(key, change)
    }

    pub fn delete(&self, key: &K) -> Result<bool> {
        self.store.delete(key)
    }

    pub fn delete_many(&self, keys: &[K]) -> Result<u64> {
        self.store.delete_many(keys)
    }

    pub fn delete_prefix(&self, prefix: &Prefix<K>) -> Result<u64> {
        self.store.delete_prefix(prefix)
    }

    pub fn delete_by<I: StorageKey>(
        &self,
        index: &impl IndexOn<V, I>,
        query: impl Into<Query<I>>,
    ) -> Result<u64> {
        self.store.delete_by(index, query)
    }
}
