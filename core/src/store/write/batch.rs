//! Writes of many entities, whose reads and writes are handed to the engine together.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::ops::Range;

use super::RawWriter;
use super::raw::BUFFER;
use crate::backend::{Write, check_entry};
use crate::catalog::IndexStates;
use crate::error::Result;
use crate::key::StorageKey;
use crate::store::index::IndexUpdate;
use crate::store::read::Copies;
use crate::store::repeats::earlier_places;
use crate::store::schema::Layout;

/// The most entities of a batch. Those that they replace are in memory together.
pub(super) const BATCH: usize = 1024;
/// The stored length of a batch after which it takes no more entities.
const BATCH_BYTES: usize = 1 << 20;

impl<V: 'static> RawWriter<'_, V> {
    pub(super) fn put_many<K: StorageKey>(&mut self, entries: &[(K, V)]) -> Result<()> {
        // A rule reads the database as the entities before its own have left it.
        let Layout { guard, complete, .. } = &**self.layout;
        if guard.is_some() || complete.is_some() {
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
        // Without indexes nothing is read, so an engine can keep the writes.
        let (copies, earlier) = if layout.indexes.is_empty() {
            (Copies::default(), Vec::new())
        } else {
            (Copies::read(&*self.tx, &layout.partition, keys)?, earlier_places(keys))
        };
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
            let old = match copies.get(place).map(|stored| layout.decode_at(key, stored)).transpose() {
                Ok(old) => old,
                Err(error) => {
                    refused = Err(error);
                    break;
                }
            };
            let earlier =
                earlier.get(place).copied().flatten().and_then(|place| entities.get(place).copied());
            let before = earlier.or(old.as_ref());
            update.change(&layout.indexes, self.index_states(), key, before, Some(entity));
            rows.push((key, start..bytes.len()));
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
        let copies = Copies::read(&*self.tx, &self.layout.partition, keys)?;
        let earlier = earlier_places(keys);
        let mut deletion = Deletion::default();
        for (place, key) in keys.iter().enumerate() {
            if let (Some(stored), None) = (copies.get(place), earlier.get(place).copied().flatten()) {
                deletion.add(self.layout, self.index_states(), key, &self.layout.decode_at(key, stored)?);
            }
        }
        deletion.write(self)
    }
}

/// The deletion of entities of a table without a guard.
#[derive(Default)]
pub(super) struct Deletion<'k> {
    update: IndexUpdate<'k>,
    keys: Vec<&'k [u8]>,
    /// The entries of an index that no entity has.
    pub(super) dangling: Vec<Write<'k>>,
}

impl<'k> Deletion<'k> {
    /// Adds an entity, which must not be added twice.
    pub(super) fn add<V>(&mut self, layout: &'k Layout<V>, states: IndexStates, key: &'k [u8], old: &V) {
        self.update.change(&layout.indexes, states, key, Some(old), None);
        self.keys.push(key);
    }

    /// Deletes the entities and their index entries. Returns the number of entities.
    pub(super) fn write<V: 'static>(mut self, table: &mut RawWriter<'_, V>) -> Result<u64> {
        self.update.check(&*table.tx, table.layout)?;
        let mut writes = self.dangling;
        self.update.push_writes(&mut writes);
        writes.extend(self.keys.iter().map(|key| Write::delete(&table.layout.partition, key)));
        table.tx.write_batch(&writes)?;
        Ok(u64::try_from(self.keys.len()).unwrap_or(u64::MAX))
    }
}
