//! The writes of a [`Handle`]: the one way in, which keeps the indexes.

use alloc::borrow::ToOwned;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::index::BoundIndex;
use super::upkeep::{Place, Upkeep};
use super::{Change, Entity, EntityStore, Handle, Query, Schema};
use crate::backend::{Direction, KeyRange, Transaction, check_entry};
use crate::error::{Error, Result};
use crate::key::{Prefix, StorageKey};
use crate::text;

/// How many entities a deletion of many looks at before it deletes them.
const DELETE_CHUNK: usize = 512;

/// What a buffer for an entity's bytes has room for from the start: most never grow.
const BUFFER: usize = 256;

/// Writes, inside a transaction; documented at the [store](EntityStore)'s methods of these names.
#[allow(missing_docs)]
impl<S, K, V, R> Handle<'_, S, K, V, R>
where
    S: EntityStore<K, V> + ?Sized,
    K: StorageKey,
    V: Entity,
    R: Transaction,
{
    pub fn put(&mut self, key: &K, entity: &V) -> Result<()> {
        self.put_through(key, entity, &mut Vec::with_capacity(BUFFER))
    }

    pub fn put_many(&mut self, entries: &[(K, V)]) -> Result<()> {
        let mut buffer = Vec::with_capacity(BUFFER);
        entries.iter().try_for_each(|(key, entity)| self.put_through(key, entity, &mut buffer))
    }

    pub fn insert(&mut self, key: &K, entity: &V) -> Result<()> {
        let bytes = key.encode();
        let partition = self.store.partition();
        if self.contains(key)? {
            return Err(Error::AlreadyExists {
                partition: partition.as_str().to_owned(),
                key: text::of_key::<K>(&bytes),
            });
        }
        self.put(key, entity)
    }

    pub fn update(&mut self, key: &K, mut change: impl FnMut(&mut V) -> Result<()>) -> Result<V> {
        let bytes = key.encode();
        let missing = || Error::NotFound {
            partition: self.store.partition().as_str().to_owned(),
            key: text::of_key::<K>(&bytes),
        };
        let mut entity = self.get_stored(&bytes, false)?.ok_or_else(missing)?;
        let old = if self.watches_changes() { self.get_stored(&bytes, true)? } else { None };
        change(&mut entity)?;
        let completed = self.write(key, &bytes, old.as_ref(), &entity, &mut Vec::with_capacity(BUFFER))?;
        Ok(completed.unwrap_or(entity))
    }

    pub fn delete(&mut self, key: &K) -> Result<bool> {
        let bytes = key.encode();
        if !self.watches_changes() {
            return self.reader.delete(self.store.partition(), &bytes);
        }
        match self.get_stored(&bytes, true)? {
            Some(old) => self.delete_known(key, &bytes, &old),
            None => Ok(false),
        }
    }

    pub fn delete_many(&mut self, keys: &[K]) -> Result<u64> {
        let mut deleted = 0;
        for key in keys {
            deleted += u64::from(self.delete(key)?);
        }
        Ok(deleted)
    }

    pub fn delete_prefix(&mut self, prefix: &Prefix<K>) -> Result<u64> {
        let mut span = Query::prefix(prefix.clone()).span;
        let partition = self.store.partition();
        if !self.watches_changes() {
            return self.reader.delete_range(partition, span.as_range());
        }
        let mut deleted = 0;
        loop {
            let mut keys = Vec::new();
            self.reader.scan(partition, span.as_range(), Direction::Forward, &mut |key, _| {
                keys.push(key.to_vec());
                if keys.len() < DELETE_CHUNK { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            })?;
            let Some(last) = keys.last() else { return Ok(deleted) };
            span.resume_after(last, Direction::Forward);
            for key in &keys {
                deleted += u64::from(self.delete(&K::decode(key)?)?);
            }
        }
    }

    pub fn discard(&mut self, key: &[u8]) -> Result<bool> {
        for BoundIndex { entries, .. } in self.indexes() {
            let mut doomed = Vec::new();
            self.reader.scan(
                &entries.partition,
                KeyRange::ALL,
                Direction::Forward,
                &mut |entry, value| {
                    if entries.parse(entry, value).is_ok_and(|(_, named)| named == key) {
                        doomed.push(entry.to_vec());
                    }
                    ControlFlow::Continue(())
                },
            )?;
            for entry in doomed {
                self.reader.delete(&entries.partition, &entry)?;
            }
        }
        self.reader.delete(self.store.partition(), key)
    }

    /// Deletes the entity that is stored under the key.
    pub(super) fn delete_known(&mut self, key: &K, bytes: &[u8], old: &V) -> Result<bool> {
        let mut upkeep = Upkeep::between(self.indexes(), Some(old), None);
        upkeep.check(&self.reader, self.place(bytes))?;
        self.check(&change(self.store, key, Some(old), None))?;
        upkeep.carry_out(&mut self.reader, bytes)?;
        self.reader.delete(self.store.partition(), bytes)
    }

    fn put_through(&mut self, key: &K, entity: &V, buffer: &mut Vec<u8>) -> Result<()> {
        let bytes = key.encode();
        let old = if self.watches_changes() { self.get_stored(&bytes, true)? } else { None };
        self.write(key, &bytes, old.as_ref(), entity, buffer)?;
        Ok(())
    }

    /// Stores the entity, or the one that the schema makes of it, which is returned.
    ///
    /// Everything that can refuse the change comes before the first write, so that a caller who goes on after an
    /// error has half of nothing in the transaction.
    fn write(
        &mut self,
        key: &K,
        bytes: &[u8],
        old: Option<&V>,
        entity: &V,
        buffer: &mut Vec<u8>,
    ) -> Result<Option<V>> {
        let store = self.store;
        let partition = store.partition();
        let completed = match store.schema() {
            Some(schema) => schema.completed(&self.reader, &change(store, key, old, Some(entity)))?,
            None => None,
        };
        let entity = completed.as_ref().unwrap_or(entity);
        buffer.clear();
        store
            .serialize_into(entity, buffer)
            .map_err(|error| error.at(partition, bytes, text::of_key::<K>))?;
        if self.watches_changes() {
            check_entry(partition, bytes, buffer)?;
            let mut upkeep = Upkeep::between(self.indexes(), old, Some(entity));
            upkeep.check(&self.reader, self.place(bytes))?;
            self.check(&change(store, key, old, Some(entity)))?;
            upkeep.carry_out(&mut self.reader, bytes)?;
        }
        self.reader.put(partition, bytes, buffer)?;
        Ok(completed)
    }

    fn check(&mut self, change: &Change<'_, K, V>) -> Result<()> {
        self.store.schema().map_or(Ok(()), |schema| schema.check(&mut self.reader, change))
    }

    fn place<'a>(&'a self, key: &'a [u8]) -> Place<'a> {
        Place { table: self.store.partition(), key, shown: text::of_key::<K> }
    }

    fn watches_changes(&self) -> bool {
        self.store.schema().is_some_and(Schema::watches_changes)
    }
}

fn change<'a, S, K, V>(store: &'a S, key: &'a K, old: Option<&'a V>, new: Option<&'a V>) -> Change<'a, K, V>
where
    S: EntityStore<K, V> + ?Sized,
    K: StorageKey,
    V: Entity,
{
    Change { partition: store.partition(), backend: store.backend(), key, old, new }
}
