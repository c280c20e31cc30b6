//! The reads of a table by an index, with encoded values.

use alloc::vec::Vec;
use core::ops::{Bound, ControlFlow};

use super::raw::{Found, count_entries};
use super::scan::Scan;
use super::{Iter, Query, RawReader, decode_key};
use crate::backend::{KeySpan, Read};
use crate::error::{Error, Result};
use crate::key::StorageKey;
use crate::store::access::{Access, Pinned, PinnedState};
use crate::store::index::{Entries, IndexOn, TableIndex, Values};

impl<V: 'static> RawReader<'_, V> {
    fn pinned(&self) -> Pinned<'_> {
        Pinned { state: PinnedState::Borrowed(self.reader), indexes: self.indexes }
    }

    /// Returns the entity that has the value in the unique index.
    pub(super) fn find<K: StorageKey>(&self, index: &TableIndex<V>, value: &[u8]) -> Result<Option<(K, V)>> {
        self.require_built(index)?;
        let mut key = None;
        self.reader.get(&index.entries.partition, value, &mut |holder| key = Some(holder.to_vec()))?;
        // An entity outside the scope must look like a missing one.
        let Some(key) = key.filter(|key| key.starts_with(self.scope)) else { return Ok(None) };
        let mut found = Found::Missing;
        self.reader.get(&self.layout.partition, &key, &mut |stored| found = self.classify(&key, stored))?;
        match self.resolve(index, value, &key, found)? {
            Some(entity) => Ok(Some((decode_key(self.layout, self.scope.len(), &key)?, entity))),
            None => Ok(None),
        }
    }

    /// Returns the entities that have the value in the index.
    pub(super) fn find_all<K: StorageKey, I: StorageKey>(
        &self,
        access: Access<'_, V>,
        index: &impl IndexOn<V, I>,
        value: &[u8],
    ) -> Result<Vec<(K, V)>> {
        let range =
            KeySpan { lower: Bound::Included(value.to_vec()), upper: Bound::Included(value.to_vec()) };
        let scan = Scan::by_index(self.layout, index, Query::<I>::all().map_span(|_| range))?;
        Iter::new(access, self.pinned(), scan).collect()
    }

    /// Returns the number of entities that the scan of the index fetches.
    pub(super) fn count_by<K: StorageKey>(&self, access: Access<'_, V>, scan: Scan<V>) -> Result<u64> {
        // The index also has entries of hidden entities and of other scopes. Only the entities tell them apart.
        if self.layout.visibility.is_some() || !self.scope.is_empty() {
            let mut entries = Iter::<K, V>::new(access, self.pinned(), scan);
            return entries.try_fold(0, |count, entry| entry.map(|_| count + 1));
        }
        if let Some(index) = &scan.index {
            self.require_built(index)?;
        }
        count_entries(self.reader, scan.partition(&self.layout.partition), &scan.query, None)
    }

    /// Returns the entities of the query that have no value in the index.
    pub(super) fn missing<K: StorageKey>(
        &self,
        index: &TableIndex<V>,
        mut query: Query<K>,
    ) -> Result<Vec<(K, V)>> {
        let limit = query.limit.take().unwrap_or(usize::MAX);
        let mut entries = Vec::new();
        if limit == 0 {
            return Ok(entries);
        }
        self.visit(query, |entry| {
            let entity = entry.entity()?;
            if Values::of(&*index.definition, &entity).as_slice().is_empty() {
                entries.push((entry.key()?, entity));
            }
            Ok(if entries.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        })?;
        Ok(entries)
    }

    /// Returns the entity that an index entry names, or `None` if it is hidden. `found` is the entity under the entry's
    /// key.
    ///
    /// # Errors
    ///
    /// [`Error::IndexMismatch`] if the entity does not exist or has another value.
    pub(crate) fn resolve(
        &self,
        index: &TableIndex<V>,
        value: &[u8],
        key: &[u8],
        found: Found<V>,
    ) -> Result<Option<V>> {
        let reason = match found {
            Found::Missing => "for this key, which does not exist",
            Found::Hidden => return Ok(None),
            Found::Entity(entity) => match entity? {
                entity if index.definition.has(&entity, value) => return Ok(Some(entity)),
                _ => "for this key, which has another value",
            },
        };
        Err(Error::IndexMismatch { place: self.layout.place(key), index: index.entries.name.clone(), reason })
    }
}

/// An entry of an index, as it is stored and parsed.
pub(crate) struct IndexEntry {
    /// The key of the entry.
    pub(crate) entry: Vec<u8>,
    /// The indexed value and the entity's key, or `None` if the entry can't be parsed.
    pub(crate) parsed: Option<(Vec<u8>, Vec<u8>)>,
}

/// Returns the first `max` entries of the query in the index.
pub(crate) fn scan_entries(
    index: &Entries,
    reader: &dyn Read,
    query: &Query<Vec<u8>>,
    max: usize,
) -> Result<Vec<IndexEntry>> {
    let mut found = Vec::new();
    if max > 0 {
        reader.scan(&index.partition, query.span.as_range(), query.direction, &mut |entry, stored| {
            let parsed =
                index.parse(entry, stored).ok().map(|(value, key)| (value.into_owned(), key.to_vec()));
            found.push(IndexEntry { entry: entry.to_vec(), parsed });
            if found.len() < max { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
    }
    Ok(found)
}
