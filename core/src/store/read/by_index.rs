//! The reads of a table by an index, with encoded values.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::index_entries::{Hit, IndexEntry};
use super::raw::count_entries;
use super::scan::Scan;
use super::{Query, RawReader, decode_key};
use crate::error::{ErrorKind, Result};
use crate::key::StorageKey;
use crate::store::index::{TableIndex, Values};

/// The number of entities that are counted at a time, if the entries can't be counted.
const CHUNK: usize = 64;

impl<V: 'static> RawReader<'_, V> {
    /// Returns the entity that has the value in the unique index.
    pub(super) fn find<K: StorageKey>(&self, index: &TableIndex<V>, value: &[u8]) -> Result<Option<(K, V)>> {
        self.require_built(index)?;
        let mut key = None;
        self.reader.get(&index.entries.partition, value, &mut |holder| key = Some(holder.to_vec()))?;
        // An entity outside the scope must look like a missing one.
        let Some(key) = key.filter(|key| key.starts_with(self.scope)) else { return Ok(None) };
        let missing = Hit { entry: IndexEntry { entry: value, parsed: Some((value, &key)) }, stored: None };
        let mut found = None;
        self.reader.get(&self.layout.partition, &key, &mut |stored| {
            found = Some(self.resolve(index, Hit { stored: Some(stored), ..missing }));
        })?;
        let entity = found.unwrap_or_else(|| self.resolve(index, missing));
        entity.transpose().map(|entity| self.entry(missing, entity)).transpose()
    }

    /// Returns the number of entities that the scan fetches.
    pub(crate) fn count<K: StorageKey>(&self, mut scan: Scan<V>) -> Result<u64> {
        let table = &self.layout.partition;
        let is_hiding = self.layout.visibility.is_some();
        let Some(index) = &scan.index else {
            let hides = if is_hiding { Some((&**self.layout, self.sight)) } else { None };
            return count_entries(self.reader, table, &scan.query, hides);
        };
        // The index also has entries of hidden entities and of other scopes. Only the entities tell them apart.
        if !is_hiding && self.scope.is_empty() {
            self.require_built(index)?;
            return count_entries(self.reader, &index.entries.partition, &scan.query, None);
        }
        let mut count = 0;
        let mut failed = None;
        let mut more = true;
        while more && failed.is_none() {
            more = scan.fetch(self, CHUNK, &mut |hit, entity| match self.entry::<K>(hit, entity) {
                Ok(_) => count += 1,
                Err(error) => failed = failed.take().or(Some(error)),
            })?;
            scan.is_anchored = true;
        }
        failed.map_or(Ok(count), Err)
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

    /// Returns the entity of an index entry, or `None` if it is hidden.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::IndexMismatch`] if the entry can't be parsed, or if the entity does not exist or has another value.
    pub(super) fn resolve(&self, index: &TableIndex<V>, hit: Hit<'_>) -> Result<Option<V>> {
        let Some((value, key)) = hit.entry.parsed else {
            return Err(index.entries.malformed(hit.entry.entry));
        };
        let reason = match hit.stored {
            None => "for this key, which does not exist",
            Some(stored) => {
                let Some(entity) = self.layout.decode_seen_at(key, stored, self.sight)? else {
                    return Ok(None);
                };
                if index.definition.has(&entity, value) {
                    return Ok(Some(entity));
                }
                "for this key, which has another value"
            }
        };
        Err(ErrorKind::IndexMismatch {
            place: self.layout.place(key),
            index: index.entries.name.clone(),
            reason,
        }
        .into())
    }

    /// Returns the key and the entity of a hit.
    pub(crate) fn entry<K: StorageKey>(&self, hit: Hit<'_>, entity: Result<V>) -> Result<(K, V)> {
        let entity = entity?;
        Ok((decode_key(self.layout, self.scope.len(), hit.key())?, entity))
    }
}
