//! Writes of many entities, whose reads and writes are handed to the engine together.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::mem;
use core::ops::Range;

use super::RawWriter;
use super::raw::BUFFER;
use crate::backend::{Write, check_entry};
use crate::error::Result;
use crate::key::StorageKey;
use crate::store::index::IndexUpdate;

/// The most entities of a batch. Those that they replace are in memory together.
pub(super) const BATCH: usize = 1024;
/// The stored length of a batch after which it takes no more entities.
const BATCH_BYTES: usize = 1 << 20;

impl<V: 'static> RawWriter<'_, V> {
    pub(super) fn put_many<K: StorageKey>(&mut self, entries: &[(K, V)]) -> Result<()> {
        // A rule reads the database as the entities before its own have left it.
        if self.layout.guard.is_some() || self.layout.complete.is_some() {
            let mut buffer = Vec::with_capacity(BUFFER);
            return entries
                .iter()
                .try_for_each(|(key, entity)| self.put(&self.key(key), entity, &mut buffer));
        }
        let mut rest = entries;
        while !rest.is_empty() {
            let batch = rest.get(..BATCH).unwrap_or(rest);
            let keys: Vec<Cow<'_, [u8]>> = batch.iter().map(|(key, _)| self.key(key)).collect();
            let keys: Vec<&[u8]> = keys.iter().map(AsRef::as_ref).collect();
            let entities: Vec<&V> = batch.iter().map(|(_, entity)| entity).collect();
            let stored = self.put_batch(&keys, &entities)?;
            rest = rest.get(stored..).unwrap_or_default();
        }
        Ok(())
    }

    /// Stores the first of these entities, at least one of them, and returns their number.
    fn put_batch(&mut self, keys: &[&[u8]], entities: &[&V]) -> Result<usize> {
        self.check_new()?;
        let layout = self.layout;
        let mut old = Vec::new();
        let mut earlier = Vec::new();
        if !layout.indexes.is_empty() {
            old = self.reader().get_many_hidden_too(keys)?;
            earlier = earlier_places(keys);
        }
        let mut update = IndexUpdate::default();
        let mut bytes = Vec::with_capacity(keys.len() * BUFFER / 2);
        let mut rows: Vec<(&[u8], Range<usize>)> = Vec::with_capacity(keys.len());
        let mut refused = Ok(());
        for (place, (&key, &entity)) in keys.iter().zip(entities).enumerate() {
            let start = bytes.len();
            refused = layout
                .check_own_key(key, entity)
                .and_then(|()| layout.encode(key, entity, &mut bytes))
                .and_then(|()| check_entry(&layout.partition, key, bytes.get(start..).unwrap_or_default()));
            if refused.is_err() {
                break;
            }
            rows.push((key, start..bytes.len()));
            if !layout.indexes.is_empty() {
                let before = match earlier.get(place).copied().flatten() {
                    Some(earlier) => entities.get(earlier).copied(),
                    None => old.get(place).and_then(Option::as_ref),
                };
                update.change(&layout.indexes, self.index_states(), key, before, Some(entity));
            }
            if bytes.len() > BATCH_BYTES {
                break;
            }
        }
        // The error of the first entity that is refused, as if they were stored one after the other.
        update.check(&*self.tx, layout)?;
        refused?;
        if let Some((key, stored)) = rows.first() {
            self.register(key, bytes.get(stored.clone()).unwrap_or_default())?;
        }
        let mut writes = Vec::with_capacity(update.len() + rows.len());
        update.push_writes(&mut writes);
        for (key, stored) in &rows {
            let stored = bytes.get(stored.clone()).unwrap_or_default();
            writes.push(Write::put(&layout.partition, key, stored));
        }
        self.tx.write_batch(&writes)?;
        Ok(rows.len())
    }

    pub(super) fn delete_many<K: StorageKey>(&mut self, keys: &[K]) -> Result<u64> {
        let mut deleted = 0;
        for keys in keys.chunks(BATCH) {
            let keys: Vec<Cow<'_, [u8]>> = keys.iter().map(|key| self.key(key)).collect();
            let keys: Vec<&[u8]> = keys.iter().map(AsRef::as_ref).collect();
            deleted += self.delete_batch(&keys)?;
        }
        Ok(deleted)
    }

    /// Deletes the entities under these keys, which may have duplicates. Returns the number of those that existed.
    pub(super) fn delete_batch(&mut self, keys: &[&[u8]]) -> Result<u64> {
        if !self.layout.needs_old() {
            return self.tx.delete_many(&self.layout.partition, keys);
        }
        if self.layout.guard.is_some() {
            let mut deleted = 0;
            for key in keys {
                deleted += u64::from(self.delete(key)?);
            }
            return Ok(deleted);
        }
        let mut old = self.reader().get_many_hidden_too(keys)?;
        for (place, earlier) in earlier_places(keys).into_iter().enumerate() {
            if let (Some(_), Some(old)) = (earlier, old.get_mut(place)) {
                *old = None;
            }
        }
        let existing: Vec<(&[u8], &V)> =
            keys.iter().zip(&old).filter_map(|(key, old)| Some((*key, old.as_ref()?))).collect();
        self.delete_existing(&existing, &[])
    }

    /// Deletes these entities, each once, in a table without a guard, and makes the other writes too. Returns their number.
    pub(super) fn delete_existing(&mut self, existing: &[(&[u8], &V)], others: &[Write<'_>]) -> Result<u64> {
        let layout = self.layout;
        let mut update = IndexUpdate::default();
        for (key, old) in existing {
            update.change(&layout.indexes, self.index_states(), key, Some(*old), None);
        }
        update.check(&*self.tx, layout)?;
        let mut writes = others.to_vec();
        update.push_writes(&mut writes);
        writes.extend(existing.iter().map(|(key, _)| Write::delete(&layout.partition, key)));
        self.tx.write_batch(&writes)?;
        Ok(u64::try_from(existing.len()).unwrap_or(u64::MAX))
    }
}

/// Returns the last place before each key where the same key is. The result is empty if no key repeats.
pub(super) fn earlier_places(keys: &[&[u8]]) -> Vec<Option<usize>> {
    let mut places = Vec::new();
    // Keys in order are common, and can't repeat.
    if keys.is_sorted_by(|one, next| one < next) {
        return places;
    }
    let mut sorted: Vec<(&[u8], usize)> = keys.iter().copied().zip(0..).collect();
    sorted.sort_unstable();
    let mut last: (&[u8], Option<usize>) = (&[], None);
    for (key, place) in sorted {
        let earlier = mem::replace(&mut last, (key, Some(place)));
        if let (before, Some(earlier)) = earlier
            && before == key
        {
            places.resize(keys.len(), None);
            if let Some(repeated) = places.get_mut(place) {
                *repeated = Some(earlier);
            }
        }
    }
    places
}
