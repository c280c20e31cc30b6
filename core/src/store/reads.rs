//! The reads of a [`Handle`].

use alloc::borrow::{Cow, ToOwned};
use alloc::vec::Vec;
use core::ops::{Bound, ControlFlow};

use super::delete_by::{Named, named};
use super::index::BoundIndex;
use super::iter::Scan;
use super::{Cursor, Entity, EntityStore, Entry, Handle, IndexOn, Iter, Page, Query, UniqueIndex};
use crate::backend::{Direction, KeySpan, Read};
use crate::error::{Error, Result};
use crate::key::{Prefix, StorageKey};
use crate::text;

/// Reads, on a snapshot and inside a transaction; documented at the [store](EntityStore)'s methods of these names.
#[allow(missing_docs)]
impl<'s, S, K, V, R> Handle<'s, S, K, V, R>
where
    S: EntityStore<K, V> + ?Sized,
    K: StorageKey,
    V: Entity,
    R: Read,
{
    pub fn get(&self, key: &K) -> Result<Option<V>> {
        self.get_stored(&key.encode(), false)
    }

    pub fn get_many(&self, keys: &[K]) -> Result<Vec<Option<V>>> {
        let encoded: Vec<Cow<'_, [u8]>> = keys.iter().map(StorageKey::encode).collect();
        let bytes: Vec<&[u8]> = encoded.iter().map(AsRef::as_ref).collect();
        let mut entities = Vec::new();
        entities.resize_with(keys.len(), || None);
        // Of several that can't be decoded, the one whose key comes first is told of.
        let mut failed: Option<(usize, Error)> = None;
        self.reader.get_many(self.store.partition(), &bytes, &mut |place, stored| {
            let (Some(entity), Some(key)) = (entities.get_mut(place), bytes.get(place)) else { return };
            match self.found(key, stored).visible() {
                Some(Err(error)) if failed.as_ref().is_none_or(|(first, _)| place < *first) => {
                    failed = Some((place, error));
                }
                found => *entity = found.and_then(Result::ok),
            }
        })?;
        match failed {
            Some((_, error)) => Err(error),
            None => Ok(entities),
        }
    }

    pub fn contains(&self, key: &K) -> Result<bool> {
        let key = key.encode();
        let partition = self.store.partition();
        let Some(hidden) = self.store.hidden() else { return self.reader.contains(partition, &key) };
        let mut visible = false;
        self.reader.get(partition, &key, &mut |bytes| visible = !hidden.hides(bytes))?;
        Ok(visible)
    }

    pub fn count(&self) -> Result<u64> {
        self.count_in(Query::all())
    }

    pub fn count_in(&self, query: impl Into<Query<K>>) -> Result<u64> {
        let query = query.into();
        let range = query.span.as_range();
        let partition = self.store.partition();
        let Some(hidden) = self.store.hidden() else {
            return Ok(query.capped(self.reader.count(partition, range)?));
        };
        let mut count = 0;
        self.reader.scan(partition, range, Direction::Forward, &mut |_, bytes| {
            count += u64::from(!hidden.hides(bytes));
            ControlFlow::Continue(())
        })?;
        Ok(query.capped(count))
    }

    pub fn first(&self) -> Result<Option<(K, V)>> {
        Ok(self.scan(Query::all().limit(1))?.pop())
    }

    pub fn last(&self) -> Result<Option<(K, V)>> {
        Ok(self.scan(Query::all().reverse().limit(1))?.pop())
    }

    pub fn scan_all(&self) -> Result<Vec<(K, V)>> {
        self.scan(Query::all())
    }

    pub fn scan_prefix(&self, prefix: &Prefix<K>) -> Result<Vec<(K, V)>> {
        self.scan(prefix)
    }

    pub fn scan(&self, query: impl Into<Query<K>>) -> Result<Vec<(K, V)>> {
        let mut entries = Vec::new();
        self.visit(query, |entry| {
            entries.push((entry.key()?, entry.entity()?));
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(entries)
    }

    pub fn visit(
        &self,
        query: impl Into<Query<K>>,
        mut visit: impl FnMut(Entry<'_, S, K, V>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let query = query.into();
        let mut left = query.limit.unwrap_or(usize::MAX);
        if left == 0 {
            return Ok(());
        }
        let mut stopped = Ok(());
        let range = query.span.as_range();
        let hidden = self.store.hidden();
        self.reader.scan(self.store.partition(), range, query.direction, &mut |key, value| {
            if hidden.is_some_and(|hidden| hidden.hides(value)) {
                return ControlFlow::Continue(());
            }
            // Zero only if the backend goes on after it was told to stop.
            left = left.saturating_sub(1);
            match visit(Entry::new(self.store, key, value)) {
                Ok(ControlFlow::Continue(())) if left > 0 => ControlFlow::Continue(()),
                Ok(_) => ControlFlow::Break(()),
                Err(error) => {
                    stopped = Err(error);
                    ControlFlow::Break(())
                }
            }
        })?;
        stopped
    }

    pub fn iter(self, query: impl Into<Query<K>>) -> Iter<'s, S, K, V, R> {
        Iter::new(self, Scan::of_entities(query.into()))
    }

    pub fn page(
        &self,
        query: impl Into<Query<K>>,
        limit: usize,
        after: Option<&Cursor>,
    ) -> Result<Page<K, V>> {
        Page::read(&self.erased(), Scan::of_entities(query.into()), limit, after)
    }

    pub fn find<I: StorageKey>(&self, index: &UniqueIndex<V, I>, value: &I) -> Result<Option<(K, V)>> {
        let bound = self.bound(index)?;
        let mut key = None;
        self.reader
            .get(&bound.entries.partition, &value.encode(), &mut |holder| key = Some(holder.to_owned()))?;
        let Some(key) = key else { return Ok(None) };
        let mut found = Found::Missing;
        self.reader.get(self.store.partition(), &key, &mut |bytes| found = self.found(&key, bytes))?;
        match self.indexed(bound, &value.encode(), &key, found)? {
            Some(entity) => Ok(Some((K::decode(&key)?, entity))),
            None => Ok(None),
        }
    }

    pub fn find_all<I: StorageKey>(&self, index: &impl IndexOn<V, I>, value: &I) -> Result<Vec<(K, V)>> {
        let value = value.encode();
        let span =
            KeySpan { lower: Bound::Included(value.to_vec()), upper: Bound::Included(value.into_owned()) };
        let query = Query::<I>::all().map_span(|_| span);
        let mut found = Vec::new();
        for entry in Iter::new(self.erased(), self.scan_by(index, query)?) {
            found.push(entry?);
        }
        Ok(found)
    }

    pub fn iter_by<I: StorageKey>(
        self,
        index: &impl IndexOn<V, I>,
        query: impl Into<Query<I>>,
    ) -> Result<Iter<'s, S, K, V, R>> {
        let scan = self.scan_by(index, query.into())?;
        Ok(Iter::new(self, scan))
    }

    pub fn page_by<I: StorageKey>(
        &self,
        index: &impl IndexOn<V, I>,
        query: impl Into<Query<I>>,
        limit: usize,
        after: Option<&Cursor>,
    ) -> Result<Page<K, V>> {
        Page::read(&self.erased(), self.scan_by(index, query.into())?, limit, after)
    }

    pub fn count_by<I: StorageKey>(
        &self,
        index: &impl IndexOn<V, I>,
        query: impl Into<Query<I>>,
    ) -> Result<u64> {
        let scan = self.scan_by(index, query.into())?;
        if self.store.hidden().is_some() {
            let mut entries = Iter::new(self.erased(), scan);
            return entries.try_fold(0, |count, entry| entry.map(|_| count + 1));
        }
        let count = self.reader.count(scan.partition(self.store.partition()), scan.query.span.as_range())?;
        Ok(scan.query.capped(count))
    }

    /// The keys of the entities that the index has in the query, hidden ones too.
    pub(crate) fn keys_by<I: StorageKey>(
        &self,
        index: &impl IndexOn<V, I>,
        query: impl Into<Query<I>>,
    ) -> Result<Vec<K>> {
        let entries = &self.bound(index)?.entries;
        let query = query.into().map_span(|span| entries.of(span));
        let named = named(entries, &self.reader, &query, query.limit.unwrap_or(usize::MAX))?;
        let key = |Named { entry, named }: &Named| match named {
            Some((_, key)) => K::decode(key).map_err(|_| entries.malformed(entry)),
            None => Err(entries.malformed(entry)),
        };
        named.iter().map(key).collect()
    }

    /// The same on a reader without a type: so what is not done for every entity is compiled once for each store.
    pub(super) fn erased(&self) -> Handle<'s, S, K, V, &dyn Read> {
        Handle::new(self.store, &self.reader)
    }

    fn scan_by<I: StorageKey>(&self, index: &impl IndexOn<V, I>, query: Query<I>) -> Result<Scan<'s, V>> {
        let index = self.bound(index)?;
        Ok(Scan { query: query.map_span(|span| index.entries.of(span)), by: Some(index) })
    }

    pub(super) fn bound<I: StorageKey>(&self, index: &impl IndexOn<V, I>) -> Result<&'s BoundIndex<V>> {
        match self.store.schema() {
            Some(schema) => schema.bound(index),
            None => Err(Error::UnknownIndex {
                partition: self.store.partition().as_str().to_owned(),
                index: index.name().to_owned(),
            }),
        }
    }

    /// The entity of the key, hidden ones too if asked for.
    pub(super) fn get_stored(&self, key: &[u8], hidden_too: bool) -> Result<Option<V>> {
        let partition = self.store.partition();
        let hidden = self.store.hidden().filter(|_| !hidden_too);
        let mut entity = Ok(None);
        self.reader.get(partition, key, &mut |bytes| {
            if hidden.is_none_or(|hidden| !hidden.hides(bytes)) {
                entity = self.store.deserialize(bytes).map(Some);
            }
        })?;
        if let Err(error) = entity {
            return Err(error.at(partition, key, text::of_key::<K>));
        }
        entity
    }

    /// What there is under the keys, each by itself: one that can't be decoded does not keep the others back.
    pub(super) fn get_many_encoded(&self, keys: &[&[u8]]) -> Result<Vec<Found<V>>> {
        let mut all = Vec::new();
        all.resize_with(keys.len(), || Found::Missing);
        self.reader.get_many(self.store.partition(), keys, &mut |place, bytes| {
            if let (Some(found), Some(key)) = (all.get_mut(place), keys.get(place)) {
                *found = self.found(key, bytes);
            }
        })?;
        Ok(all)
    }

    fn found(&self, key: &[u8], bytes: &[u8]) -> Found<V> {
        if self.store.hidden().is_some_and(|hidden| hidden.hides(bytes)) {
            return Found::Hidden;
        }
        Found::Entity(
            self.store
                .deserialize(bytes)
                .map_err(|error| error.at(self.store.partition(), key, text::of_key::<K>)),
        )
    }

    /// The entity that an index entry for this value names: it must be there and have the value, but may be hidden.
    pub(super) fn indexed(
        &self,
        index: &BoundIndex<V>,
        value: &[u8],
        key: &[u8],
        found: Found<V>,
    ) -> Result<Option<V>> {
        let reason = match found {
            Found::Missing => "which is not there",
            Found::Hidden => return Ok(None),
            Found::Entity(entity) => match entity? {
                entity if index.definition.has(&entity, value) => return Ok(Some(entity)),
                _ => "which has another value",
            },
        };
        Err(Error::IndexMismatch {
            partition: self.store.partition().as_str().to_owned(),
            index: index.entries.name.clone(),
            key: text::of_key::<K>(key),
            reason,
        })
    }
}

/// What there is under a key.
pub(super) enum Found<V> {
    Missing,
    Hidden,
    Entity(Result<V>),
}

impl<V> Found<V> {
    fn visible(self) -> Option<Result<V>> {
        match self {
            Self::Missing | Self::Hidden => None,
            Self::Entity(entity) => Some(entity),
        }
    }
}
