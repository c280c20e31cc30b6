//! [`RawWriter`]: the writes of a table by encoded keys.

use alloc::borrow::Cow;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::access::{TableRef, WriteAccess, WriteTarget};
use super::clear_table;
use crate::backend::{Partition, Transaction, Write, check_entry};
use crate::catalog::{Agreement, IndexStates, check, check_new, register, set_built};
use crate::error::{ErrorKind, Result};
use crate::key::StorageKey;
use crate::store::access::{Access, ReadSource, scoped_key};
use crate::store::index::IndexUpdate;
use crate::store::read::RawReader;
use crate::store::schema::{EncodedChange, Layout, Sight};

/// The initial capacity of a buffer for an encoded entity. Most entities fit.
pub(super) const BUFFER: usize = 256;

/// The writes of a table inside a transaction, by encoded keys.
///
/// All writes of [`EntityWriter`](super::EntityWriter) go through it, because it updates the indexes and calls the
/// schema's guard.
pub struct RawWriter<'a, V> {
    pub(super) layout: &'a Arc<Layout<V>>,
    pub(super) scope: &'a [u8],
    pub(super) sight: Sight,
    pub(super) tx: &'a mut dyn Transaction,
    is_foreign: bool,
    /// The agreement of the definition with the catalog, once it is known.
    agreement: Option<Agreement>,
}

impl<'a, V: 'static> RawWriter<'a, V> {
    /// Creates the writer of the table in the transaction.
    #[inline]
    pub(crate) fn new(table: TableRef<'a, V>, tx: &'a mut dyn Transaction) -> Self {
        let TableRef { layout, scope, sight, is_foreign } = table;
        Self { layout, scope, sight, tx, is_foreign, agreement: None }
    }

    /// Compares the table's definition with the catalog, before the first write.
    #[inline]
    pub(crate) fn prepare(&mut self) -> Result<()> {
        if self.agreement.is_none() {
            if self.is_foreign {
                return Err(self.access().other_backend());
            }
            self.agreement = Some(check(self.layout, &*self.tx)?);
        }
        Ok(())
    }

    pub(super) fn index_states(&self) -> IndexStates {
        self.agreement.unwrap_or_default().states
    }

    /// Refuses to store an entity of a new table whose rows are in none of its indexes.
    #[inline]
    pub(super) fn check_new(&self) -> Result<()> {
        match self.agreement {
            Some(Agreement { is_new: true, states }) => check_new(self.layout, states),
            _ => Ok(()),
        }
    }

    /// Adds the table to the catalog before an entity is stored, if the catalog does not have it.
    #[inline]
    pub(super) fn register(&mut self, key: &[u8], stored: &[u8]) -> Result<()> {
        match self.agreement {
            Some(Agreement { is_new: true, .. }) => self.register_new(key, stored),
            _ => Ok(()),
        }
    }

    #[cold]
    fn register_new(&mut self, key: &[u8], stored: &[u8]) -> Result<()> {
        // A refused entity must not leave a table in the catalog.
        check_entry(&self.layout.partition, key, stored)?;
        register(self.layout, self.tx)?;
        self.agreement = Some(Agreement::default());
        Ok(())
    }

    /// Marks all indexes as built.
    pub(super) fn set_built(&mut self) -> Result<()> {
        set_built(self.layout, self.tx)?;
        self.agreement = Some(Agreement::default());
        Ok(())
    }

    /// Returns the write access to the table in this writer's transaction.
    pub(super) fn write_access(&mut self) -> WriteAccess<'_, V> {
        let table = TableRef {
            layout: self.layout,
            scope: self.scope,
            sight: self.sight,
            is_foreign: self.is_foreign,
        };
        WriteAccess { table, target: WriteTarget::Transaction(&mut *self.tx) }
    }

    pub(crate) fn access(&self) -> Access<'_, V> {
        let source = if self.is_foreign { ReadSource::Other } else { ReadSource::Pinned(&*self.tx) };
        Access { layout: self.layout, scope: self.scope, sight: self.sight, source }
    }

    pub(crate) fn reader(&self) -> RawReader<'_, V> {
        self.access().reader_of(&*self.tx, self.index_states())
    }

    /// Returns the key's bytes in the partition.
    #[inline]
    pub(crate) fn key<'k, K: StorageKey>(&self, key: &'k K) -> Cow<'k, [u8]> {
        scoped_key(self.scope, key)
    }

    /// Stores the entity. `buffer` is scratch space for its encoding, which several writes can share.
    pub(crate) fn put(&mut self, key: &[u8], entity: &V, buffer: &mut Vec<u8>) -> Result<()> {
        let old = if self.layout.needs_old() { self.reader().get_hidden_too(key)? } else { None };
        self.write(key, old.as_ref(), entity, buffer).map(drop)
    }

    pub(super) fn insert(&mut self, key: &[u8], entity: &V) -> Result<()> {
        let mut buffer = Vec::with_capacity(BUFFER);
        let old = self.reader().get_unseen(key)?;
        self.write(key, old.as_ref(), entity, &mut buffer).map(drop)
    }

    pub(super) fn update(&mut self, key: &[u8], change: impl FnOnce(&mut V) -> Result<()>) -> Result<V> {
        let missing = || ErrorKind::NotFound { place: self.layout.place(key) };
        let (mut entity, old) = self.reader().get_twice(key)?.ok_or_else(missing)?;
        change(&mut entity)?;
        let completed = self.write(key, old.as_ref(), &entity, &mut Vec::with_capacity(BUFFER))?;
        Ok(completed.unwrap_or(entity))
    }

    pub(crate) fn delete(&mut self, key: &[u8]) -> Result<bool> {
        if !self.layout.needs_old() {
            return self.tx.delete(&self.layout.partition, key);
        }
        match self.reader().get_hidden_too(key)? {
            Some(old) => self.delete_known(key, &old).map(|()| true),
            None => Ok(false),
        }
    }

    /// Deletes all entries of another table and its indexes in the transaction.
    pub(crate) fn clear(&mut self, table: &Partition) -> Result<()> {
        clear_table(self.tx, table)
    }

    /// Deletes the entity `old`, which is stored under the key.
    pub(super) fn delete_known(&mut self, key: &[u8], old: &V) -> Result<()> {
        let layout = self.layout;
        let change = EncodedChange { outline: layout, key, old: Some(old), new: None };
        let mut update = IndexUpdate::default();
        update.change(&layout.indexes, self.index_states(), key, Some(old), None);
        update.check(&*self.tx, layout)?;
        layout.check(self.tx, &change)?;
        update.apply(self.tx, Write::delete(&layout.partition, key))
    }

    /// Stores the entity as the schema completes it. Returns the stored entity if the schema has changed it.
    ///
    /// All checks that can refuse the change come before the first write. A caller that continues the transaction after an
    /// error therefore finds no partial change.
    fn write(&mut self, key: &[u8], old: Option<&V>, entity: &V, buffer: &mut Vec<u8>) -> Result<Option<V>> {
        self.check_new()?;
        let layout = self.layout;
        let partition = &layout.partition;
        let mut completed = None;
        let change = EncodedChange { outline: layout, key, old, new: Some(entity) };
        layout.complete(&*self.tx, &change, &mut |entity| completed = Some(entity))?;
        let entity = completed.as_ref().unwrap_or(entity);
        layout.check_own_key(key, entity)?;
        buffer.clear();
        layout.encode(key, entity, buffer)?;
        if layout.needs_old() {
            // `put` checks this too, but after the index entries are written.
            check_entry(partition, key, buffer)?;
            let mut update = IndexUpdate::default();
            update.change(&layout.indexes, self.index_states(), key, old, Some(entity));
            update.check(&*self.tx, layout)?;
            layout.check(self.tx, &EncodedChange { outline: layout, key, old, new: Some(entity) })?;
            self.register(key, buffer)?;
            update.apply(self.tx, Write::put(partition, key, buffer))?;
        } else {
            self.register(key, buffer)?;
            self.tx.put(partition, key, buffer)?;
        }
        Ok(completed)
    }
}
