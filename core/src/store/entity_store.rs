//! [`EntityStore`]: entities of one type, under keys of one type.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::ops::ControlFlow;

#[cfg(feature = "std")]
use super::{Changes, Watch};
use super::{
    Cursor, Entity, Entry, Handle, Hidden, IndexOn, Iter, Mismatch, Page, Query, Schema, UniqueIndex, load,
};
use crate::backend::{Partition, Read, Snapshot, StorageBackend, StorageBackendExt, Transaction};
use crate::error::{DecodeReason, Error, Result};
use crate::key::{Prefix, StorageKey};
#[cfg(feature = "std")]
use crate::layers::Filter;
use crate::value::{self, Envelope};

/// Entities `V` under keys `K`, in one partition of a backend.
///
/// [`SystemTableStore`](crate::SystemTableStore) is one for any key and entity. A type of your own needs two methods;
/// every other is provided, and each call is a transaction or a consistent read by itself. For several in one, see
/// [`within`](EntityStore::within) and [`at`](EntityStore::at): the same calls under the same names.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Debug, PartialEq)]
/// struct Note {
///     text: String,
/// }
///
/// struct Notes {
///     backend: Arc<dyn StorageBackend>,
///     partition: Partition,
/// }
///
/// impl EntityStore<UserRowId, Note> for Notes {
///     fn backend(&self) -> &Arc<dyn StorageBackend> {
///         &self.backend
///     }
///
///     fn partition(&self) -> &Partition {
///         &self.partition
///     }
/// }
///
/// let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// let notes = Notes { backend, partition: "notes".into() };
/// notes.put(&UserRowId::from_strings("bob", "1"), &Note { text: "milk".into() })?;
/// notes.put(&UserRowId::from_strings("bobby", "1"), &Note { text: "bread".into() })?;
///
/// let of_bob = notes.scan_prefix(&UserRowId::prefix("bob"))?;
/// assert_eq!(of_bob, [(UserRowId::from_strings("bob", "1"), Note { text: "milk".into() })]);
/// # Ok::<(), keyloft::Error>(())
/// ```
pub trait EntityStore<K: StorageKey, V: Entity> {
    /// Where the bytes are kept.
    fn backend(&self) -> &Arc<dyn StorageBackend>;

    /// The partition the entities are in.
    fn partition(&self) -> &Partition;

    /// The table's version, indexes and guard; `None` is version 1 with neither. Its partition is that of the store.
    fn schema(&self) -> Option<&Schema<K, V>> {
        None
    }

    /// The version that new values are written with.
    fn schema_version(&self) -> u32 {
        self.schema().map_or(1, Schema::schema_version)
    }

    /// Makes an entity of a payload of an older version.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] if the store has no upgrade from it, or the payload is not of that version.
    fn upgrade(&self, from: u32, payload: &[u8]) -> Result<V> {
        let upgraded = self.schema().and_then(|schema| schema.upgrade_from(from, payload));
        upgraded.unwrap_or_else(|| {
            Err(DecodeReason::NoUpgrade { found: from, known: self.schema_version() }.into())
        })
    }

    /// Appends the entity as it is stored: in the [envelope](crate::value).
    ///
    /// # Errors
    ///
    /// [`Error::Encode`].
    fn serialize_into(&self, entity: &V, out: &mut Vec<u8>) -> Result<()> {
        value::seal(self.schema_version(), entity, out).map_err(|source| Error::Encode {
            partition: self.partition().as_str().into(),
            key: alloc::string::String::new(),
            source,
        })
    }

    /// The entity as it is stored: what [`serialize_into`](EntityStore::serialize_into) appends.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`].
    fn serialize(&self, entity: &V) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        self.serialize_into(entity, &mut out)?;
        Ok(out)
    }

    /// The entity of stored bytes, upgraded if they are of an older version.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] or [`Error::NewerVersion`].
    fn deserialize(&self, bytes: &[u8]) -> Result<V> {
        let known = self.schema_version();
        let Envelope { version, payload } = Envelope::open(bytes)?;
        match version.cmp(&known) {
            Ordering::Equal => value::decode_payload(payload),
            Ordering::Less => self.upgrade(version, payload),
            Ordering::Greater => Err(Error::newer(version, known)),
        }
    }

    /// Tells which stored entities reads do not see; `None`, they see all.
    ///
    /// A hidden entity is as if it were not there, for every read and for [`insert`](EntityStore::insert) and
    /// [`update`](EntityStore::update). It keeps its index entries, its value in a unique index included, and the
    /// deletions remove it and count it.
    fn hidden(&self) -> Option<&dyn Hidden> {
        None
    }

    /// The store as a snapshot, or any other [`Read`], sees it.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use keyloft::{EntityStore, JobId, StorageBackend, SystemTableStore};
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let jobs = SystemTableStore::<JobId, u32>::new(backend.clone(), "jobs");
    /// let before = backend.snapshot()?;
    /// jobs.put(&"1".into(), &1)?;
    /// assert_eq!(jobs.at(&before).count()?, 0);
    /// assert_eq!(jobs.count()?, 1);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    fn at<R: Read>(&self, reader: R) -> Handle<'_, Self, K, V, R> {
        Handle::new(self, reader)
    }

    /// The store inside a transaction, which may span several stores and partitions.
    ///
    /// The transaction is one of this store's own [`backend`](EntityStore::backend): in one of another backend, or of the
    /// one under a layer, the store would write there, past the layer. Calls on the store itself do not see what the
    /// transaction has written.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use keyloft::{EntityStore, Error, JobId, StorageBackend, StorageBackendExt, SystemTableStore, UserId};
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let jobs = SystemTableStore::<JobId, u32>::new(backend.clone(), "jobs");
    /// let totals = SystemTableStore::<UserId, u32>::new(backend.clone(), "totals");
    /// backend.transaction(|tx| -> Result<(), Error> {
    ///     jobs.within(tx).put(&"1".into(), &7)?;
    ///     let sum = jobs.within(tx).scan_all()?.iter().map(|(_, cost)| cost).sum();
    ///     totals.within(tx).put(&"alice".into(), &sum)
    /// })?;
    /// assert_eq!(totals.get(&"alice".into())?, Some(7));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    fn within<'a>(&'a self, tx: &'a mut dyn Transaction) -> Handle<'a, Self, K, V, &'a mut dyn Transaction> {
        Handle::new(self, tx)
    }

    /// Stores the entity, whether the key is there or not. Without an index, a guard or anything else that asks what was
    /// there before, that is replaced unread: also what can't be decoded, or is of a newer version.
    ///
    /// # Errors
    ///
    /// [`Error::UniqueViolation`], and what the schema's guard or the backend reports; then nothing was written.
    fn put(&self, key: &K, entity: &V) -> Result<()> {
        self.backend().transaction(|tx| self.within(tx).put(key, entity))
    }

    /// Stores all of these, or none, one after the other: a unique value must be free when its entity has its turn, so that
    /// two of them can't be swapped. Inside a transaction, return its error from the body: what came before the entity that
    /// was refused is stored there.
    ///
    /// # Errors
    ///
    /// As [`put`](EntityStore::put).
    fn put_many(&self, entries: &[(K, V)]) -> Result<()> {
        self.backend().transaction(|tx| self.within(tx).put_many(entries))
    }

    /// Stores any number of entities, in any order, and syncs seldom; how many they were. Of several under one key the
    /// last counts.
    ///
    /// It sorts them by key in runs of some megabytes, of which one is in memory, and each of which is a transaction: for
    /// all or none, or for entities that take over each other's unique values in the order they are given in, see
    /// [`put_many`](EntityStore::put_many).
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use keyloft::{EntityStore, JobId, SystemTableStore};
    ///
    /// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let jobs = SystemTableStore::<JobId, u32>::new(backend, "jobs");
    /// let lines = "b 2\na 1\nc 3";
    /// let entries = lines.lines().filter_map(|line| line.split_once(' '));
    /// assert_eq!(jobs.load(entries.map(|(id, cost)| (id.into(), cost.parse().unwrap())))?, 3);
    /// assert_eq!(jobs.first()?, Some(("a".into(), 1)));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`put`](EntityStore::put); then the runs before the one with the error have been stored.
    fn load(&self, entries: impl IntoIterator<Item = (K, V)>) -> Result<u64> {
        load::load(self, entries)
    }

    /// Stores the entity under a key that is not there yet.
    ///
    /// # Errors
    ///
    /// [`Error::AlreadyExists`], or as [`put`](EntityStore::put).
    fn insert(&self, key: &K, entity: &V) -> Result<()> {
        self.backend().transaction(|tx| self.within(tx).insert(key, entity))
    }

    /// Reads the entity, changes it and stores it, in one transaction; returns it as it is now.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], what `change` returns (then nothing was written), or as [`put`](EntityStore::put).
    fn update(&self, key: &K, mut change: impl FnMut(&mut V) -> Result<()>) -> Result<V> {
        self.backend().transaction(|tx| self.within(tx).update(key, &mut change))
    }

    /// Removes the entity; whether it was there.
    ///
    /// # Errors
    ///
    /// What the schema's guard or the backend reports.
    fn delete(&self, key: &K) -> Result<bool> {
        self.backend().transaction(|tx| self.within(tx).delete(key))
    }

    /// Removes all of these; how many were there.
    ///
    /// # Errors
    ///
    /// As [`delete`](EntityStore::delete).
    fn delete_many(&self, keys: &[K]) -> Result<u64> {
        self.backend().transaction(|tx| self.within(tx).delete_many(keys))
    }

    /// Removes every entity whose key has the prefix, hidden ones too; how many they were.
    ///
    /// # Errors
    ///
    /// As [`delete`](EntityStore::delete).
    fn delete_prefix(&self, prefix: &Prefix<K>) -> Result<u64> {
        self.backend().transaction(|tx| self.within(tx).delete_prefix(prefix))
    }

    /// Removes the entities whose values in the index the query takes, up to its limit, [hidden](EntityStore::hidden) ones
    /// too; how many they were. It costs what it removes, whatever the table holds.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::{EntityStore, Index, JobId, Schema, SystemTableStore};
    ///
    /// const DUE: Index<i64, i64> = Index::new("due", |due| Some(*due));
    ///
    /// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let alarms = SystemTableStore::<JobId, i64>::with_schema(backend, Schema::new("alarms").index(DUE));
    /// alarms.put_many(&[("tea".into(), 30), ("cake".into(), 10), ("nap".into(), 20)])?;
    /// assert_eq!(alarms.delete_by(&DUE, ..=20)?, 2);
    /// assert_eq!(alarms.scan_all()?, [("tea".into(), 30)]);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// Entries that the index has by mistake, which [`verify`](EntityStore::verify) finds, are removed, and not what they
    /// name, if they name anything.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownIndex`] if the schema does not have the index, or as [`delete`](EntityStore::delete).
    fn delete_by<I: StorageKey>(
        &self,
        index: &impl IndexOn<V, I>,
        query: impl Into<Query<I>>,
    ) -> Result<u64> {
        let query = query.into();
        self.backend().transaction(|tx| self.within(tx).delete_by(index, query.clone()))
    }

    /// Removes what is stored under these bytes of a key, whether they and that can be decoded or not, and every index
    /// entry that names it; whether anything was there.
    ///
    /// This is for what [`verify`](EntityStore::verify) finds [unreadable](super::Mismatch::Unreadable). It looks through
    /// whole indexes, and asks no guard.
    ///
    /// # Errors
    ///
    /// What the backend reports.
    fn discard(&self, key: &[u8]) -> Result<bool> {
        self.backend().transaction(|tx| self.within(tx).discard(key))
    }

    /// The entity of the key.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`], [`Error::NewerVersion`], or what the backend reports.
    fn get(&self, key: &K) -> Result<Option<V>> {
        self.at(self.backend()).get(key)
    }

    /// The entities of the keys, each in its key's place.
    ///
    /// # Errors
    ///
    /// As [`get`](EntityStore::get).
    fn get_many(&self, keys: &[K]) -> Result<Vec<Option<V>>> {
        self.at(self.backend()).get_many(keys)
    }

    /// Whether the key is there.
    ///
    /// # Errors
    ///
    /// What the backend reports.
    fn contains(&self, key: &K) -> Result<bool> {
        self.at(self.backend()).contains(key)
    }

    /// How many entities there are.
    ///
    /// # Errors
    ///
    /// What the backend reports.
    fn count(&self) -> Result<u64> {
        self.at(self.backend()).count()
    }

    /// How many entities the query takes.
    ///
    /// # Errors
    ///
    /// What the backend reports.
    fn count_in(&self, query: impl Into<Query<K>>) -> Result<u64> {
        self.at(self.backend()).count_in(query)
    }

    /// The entity with the lowest key.
    ///
    /// # Errors
    ///
    /// As [`get`](EntityStore::get).
    fn first(&self) -> Result<Option<(K, V)>> {
        self.at(self.backend()).first()
    }

    /// The entity with the highest key.
    ///
    /// # Errors
    ///
    /// As [`get`](EntityStore::get).
    fn last(&self) -> Result<Option<(K, V)>> {
        self.at(self.backend()).last()
    }

    /// Every entity, in key order.
    ///
    /// # Errors
    ///
    /// As [`get`](EntityStore::get).
    fn scan_all(&self) -> Result<Vec<(K, V)>> {
        self.at(self.backend()).scan(Query::all())
    }

    /// Every entity whose key has the prefix, in key order.
    ///
    /// # Errors
    ///
    /// As [`get`](EntityStore::get).
    fn scan_prefix(&self, prefix: &Prefix<K>) -> Result<Vec<(K, V)>> {
        self.at(self.backend()).scan(prefix)
    }

    /// The entities of the query, in its order.
    ///
    /// # Errors
    ///
    /// As [`get`](EntityStore::get).
    fn scan(&self, query: impl Into<Query<K>>) -> Result<Vec<(K, V)>> {
        self.at(self.backend()).scan(query)
    }

    /// The entities of the query one by one, as they are now, whatever is written while the iterator is open.
    ///
    /// An entity that can't be decoded is an `Err` in its place; an error of the backend ends the iteration.
    ///
    /// # Errors
    ///
    /// What the backend reports.
    #[allow(clippy::iter_not_returning_iterator)] // it is in the `Ok`
    fn iter(&self, query: impl Into<Query<K>>) -> Result<Iter<'_, Self, K, V, Arc<dyn Snapshot>>> {
        Ok(self.at(self.backend().snapshot()?).iter(query))
    }

    /// Lends the entities of the query, still encoded, to `visit`, until it breaks: see [`Entry`].
    ///
    /// # Errors
    ///
    /// What `visit` returns, or what the backend reports.
    fn visit(
        &self,
        query: impl Into<Query<K>>,
        visit: impl FnMut(Entry<'_, Self, K, V>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        self.at(self.backend()).visit(query, visit)
    }

    /// A page of at most `limit` entities of the query, from its beginning or from where `after` ended.
    ///
    /// A limit of the query's own caps each page, not their number; a page of 0 says nothing of what follows.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidCursor`] if `after` is of another query, or as [`get`](EntityStore::get).
    fn page(&self, query: impl Into<Query<K>>, limit: usize, after: Option<&Cursor>) -> Result<Page<K, V>> {
        self.at(self.backend().snapshot()?).page(query, limit, after)
    }

    /// The entity that has this value in the unique index.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownIndex`] if the schema does not have it, or as [`get`](EntityStore::get).
    fn find<I: StorageKey>(&self, index: &UniqueIndex<V, I>, value: &I) -> Result<Option<(K, V)>> {
        self.at(self.backend().snapshot()?).find(index, value)
    }

    /// The entities that have this value in the index, in key order.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownIndex`] if the schema does not have it, or as [`get`](EntityStore::get).
    fn find_all<I: StorageKey>(&self, index: &impl IndexOn<V, I>, value: &I) -> Result<Vec<(K, V)>> {
        self.at(self.backend().snapshot()?).find_all(index, value)
    }

    /// The entities whose values in the index the query takes, in the order of the values, then the keys.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownIndex`] if the schema does not have it, or what the backend reports.
    fn iter_by<I: StorageKey>(
        &self,
        index: &impl IndexOn<V, I>,
        query: impl Into<Query<I>>,
    ) -> Result<Iter<'_, Self, K, V, Arc<dyn Snapshot>>> {
        self.at(self.backend().snapshot()?).iter_by(index, query)
    }

    /// A page of [`iter_by`](EntityStore::iter_by).
    ///
    /// # Errors
    ///
    /// [`Error::InvalidCursor`], [`Error::UnknownIndex`], or as [`get`](EntityStore::get).
    fn page_by<I: StorageKey>(
        &self,
        index: &impl IndexOn<V, I>,
        query: impl Into<Query<I>>,
        limit: usize,
        after: Option<&Cursor>,
    ) -> Result<Page<K, V>> {
        self.at(self.backend().snapshot()?).page_by(index, query, limit, after)
    }

    /// How many entities have a value in the index that the query takes.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownIndex`] if the schema does not have it, or what the backend reports.
    fn count_by<I: StorageKey>(&self, index: &impl IndexOn<V, I>, query: impl Into<Query<I>>) -> Result<u64> {
        self.at(self.backend().snapshot()?).count_by(index, query)
    }

    /// Compares the entities with the entries of the indexes, both ways, as they are now; every mismatch there is.
    ///
    /// It sees hidden entities too. It holds a few hundred entries at a time, and what it has found: see
    /// [`verify_each`](EntityStore::verify_each).
    ///
    /// # Errors
    ///
    /// What the backend reports. An entity that can't be decoded is a mismatch, not an error.
    fn verify(&self) -> Result<Vec<Mismatch>> {
        self.at(self.backend().snapshot()?).verify()
    }

    /// As [`verify`](EntityStore::verify), one mismatch after the other.
    ///
    /// # Errors
    ///
    /// What `report` returns, which ends it, or what the backend reports.
    fn verify_each(&self, report: impl FnMut(Mismatch) -> Result<()>) -> Result<()> {
        self.at(self.backend().snapshot()?).verify_each(report)
    }

    /// Makes the indexes anew from the entities, in one transaction; how many entries they have. This is how an index
    /// is added to a table that has entities already, and how one that the schema has no more leaves nothing behind.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use keyloft::{EntityStore, JobId, Schema, SystemTableStore, UniqueIndex};
    ///
    /// const NUMBER: UniqueIndex<u32, u32> = UniqueIndex::new("number", |number| Some(*number));
    ///
    /// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
    /// SystemTableStore::<JobId, u32>::new(backend.clone(), "jobs").put(&"a".into(), &7)?;
    ///
    /// let jobs = SystemTableStore::<JobId, u32>::with_schema(backend, Schema::new("jobs").index(NUMBER));
    /// assert_eq!(jobs.verify()?.len(), 1);
    /// assert_eq!(jobs.reindex()?, 1);
    /// assert!(jobs.verify()?.is_empty());
    /// assert_eq!(jobs.find(&NUMBER, &7)?, Some(("a".into(), 7)));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::UniqueViolation`] if two entities have one value in a unique index, [`Error::InvalidKey`],
    /// [`Error::Decode`] or [`Error::NewerVersion`] if one can't be decoded, [`Error::KeyTooLong`] if a value is too long
    /// for an index, or what the backend reports; then nothing was written.
    fn reindex(&self) -> Result<u64> {
        self.backend().transaction(|tx| self.within(tx).reindex())
    }

    /// The entities of the query, and then the changes to them, with neither a gap nor an overlap between the two.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::{EntityStore, Event, JobId, SystemTableStore, layers::Observed};
    /// use keyloft_memory::MemoryBackend;
    ///
    /// let backend = Arc::new(Observed::new(MemoryBackend::new()));
    /// let jobs = SystemTableStore::<JobId, u32>::new(backend, "jobs");
    /// jobs.put(&"2026-01".into(), &1)?;
    ///
    /// let watch = jobs.watch(JobId::prefix("2026-"))?;
    /// jobs.put(&"2025-12".into(), &7)?;
    /// jobs.put(&"2026-01".into(), &2)?;
    /// assert_eq!(watch.current, [("2026-01".into(), 1)]);
    /// let event = watch.changes.try_recv().transpose()?;
    /// assert!(matches!(event, Some(Event::Updated { old: 1, new: 2, .. })));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NotObserved`] if the backend is not wrapped in [`Observed`](crate::layers::Observed),
    /// [`Error::UnwatchableQuery`] if the query has a limit, [`Error::NestedTransaction`] inside a transaction of this
    /// backend on the same thread, or as [`scan`](EntityStore::scan).
    #[cfg(feature = "std")]
    fn watch(&self, query: impl Into<Query<K>>) -> Result<Watch<&Self, K, V>> {
        Watch::of(self, query, Filter::DEFAULT_CAPACITY)
    }

    /// The changes to the entities of the query from now on, without those that there are.
    ///
    /// # Errors
    ///
    /// As [`watch`](EntityStore::watch).
    #[cfg(feature = "std")]
    fn changes(&self, query: impl Into<Query<K>>) -> Result<Changes<&Self, K, V>> {
        Changes::of(self, query, Filter::DEFAULT_CAPACITY)
    }
}
