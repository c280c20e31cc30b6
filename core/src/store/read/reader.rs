//! [`EntityReader`]: every read of a table.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::by_index::Scan;
use super::{Cursor, Entry, Iter, Mismatch, Page, Query, TableReader};
use crate::backend::{Partition, Read};
use crate::error::Result;
use crate::key::{AsKey, Prefix, StorageKey};
use crate::store::access::{Access, Source};
use crate::store::index::{IndexOn, UniqueIndex};

/// The reads of a table: of its newest state, on a snapshot, inside a transaction, or as a principal.
///
/// Implementors say where they read; every read is provided. A read of a store is consistent by itself, and two may see
/// different states. For several reads of one state, see [`at`](EntityReader::at).
///
/// ```
/// use keyloft::prelude::*;
///
/// /// Works on a store, a snapshot and a transaction alike.
/// fn total(costs: &impl EntityReader<JobId, u32>) -> Result<u32> {
///     costs.iter(..)?.map(|entry| Ok(entry?.1)).sum()
/// }
///
/// # let backend: std::sync::Arc<dyn StorageBackend> = std::sync::Arc::new(keyloft_memory::MemoryBackend::new());
/// let costs = Table::<JobId, u32>::new(backend.clone(), "costs");
/// costs.put_many(&[("1".into(), 7), ("2".into(), 5)])?;
/// assert_eq!(total(&costs)?, 12);
/// assert_eq!(total(&costs.at(&backend.snapshot()?))?, 12);
/// # Ok::<(), keyloft::Error>(())
/// ```
pub trait EntityReader<K: StorageKey, V: 'static> {
    /// Returns where the entities are read.
    fn access(&self) -> Access<'_, V>;

    /// Returns the partition that the entities are in.
    fn partition(&self) -> &Partition {
        self.access().partition()
    }

    /// Returns the same table as this snapshot, or any other [`Read`], sees it.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use keyloft::prelude::*;
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let jobs = Table::<JobId, u32>::new(backend.clone(), "jobs");
    /// let before = backend.snapshot()?;
    /// jobs.put(&"1".into(), &1)?;
    /// assert_eq!(jobs.at(&before).count()?, 0);
    /// assert_eq!(jobs.count()?, 1);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    fn at<'a>(&'a self, reader: &'a dyn Read) -> TableReader<'a, K, V> {
        TableReader::with_access(Access { source: Source::Held(reader), ..self.access() })
    }

    /// Returns the entity of the key.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`](crate::Error::Decode), [`Error::NewerVersion`](crate::Error::NewerVersion), or what the backend
    /// reports.
    #[inline]
    fn get(&self, key: &K) -> Result<Option<V>> {
        let access = self.access();
        access.reads().get(&access.key(key))
    }

    /// Returns the entities of the keys, each in its key's place.
    ///
    /// # Errors
    ///
    /// As [`get`](EntityReader::get).
    fn get_many(&self, keys: &[K]) -> Result<Vec<Option<V>>> {
        let access = self.access();
        let encoded: Vec<Cow<'_, [u8]>> = keys.iter().map(|key| access.key(key)).collect();
        access.reads().get_many(&encoded)
    }

    /// Returns whether the key exists.
    ///
    /// # Errors
    ///
    /// What the backend reports.
    #[inline]
    fn contains(&self, key: &K) -> Result<bool> {
        let access = self.access();
        access.reads().contains(&access.key(key))
    }

    /// Returns the number of entities.
    ///
    /// # Errors
    ///
    /// What the backend reports.
    fn count(&self) -> Result<u64> {
        self.count_in(Query::all())
    }

    /// Returns the number of entities that the query selects.
    ///
    /// # Errors
    ///
    /// What the backend reports.
    fn count_in(&self, query: impl Into<Query<K>>) -> Result<u64> {
        self.access().reads().count(query.into())
    }

    /// Returns the entity with the lowest key.
    ///
    /// # Errors
    ///
    /// As [`get`](EntityReader::get).
    fn first(&self) -> Result<Option<(K, V)>> {
        Ok(self.scan(Query::all().limit(1))?.pop())
    }

    /// Returns the entity with the highest key.
    ///
    /// # Errors
    ///
    /// As [`get`](EntityReader::get).
    fn last(&self) -> Result<Option<(K, V)>> {
        Ok(self.scan(Query::all().reverse().limit(1))?.pop())
    }

    /// Returns every entity, in key order.
    ///
    /// # Errors
    ///
    /// As [`get`](EntityReader::get).
    fn scan_all(&self) -> Result<Vec<(K, V)>> {
        self.scan(Query::all())
    }

    /// Returns every entity whose key has the prefix, in key order.
    ///
    /// # Errors
    ///
    /// As [`get`](EntityReader::get).
    fn scan_prefix(&self, prefix: &Prefix<K>) -> Result<Vec<(K, V)>> {
        self.scan(prefix)
    }

    /// Returns the entities of the query, in its order.
    ///
    /// # Errors
    ///
    /// As [`get`](EntityReader::get).
    fn scan(&self, query: impl Into<Query<K>>) -> Result<Vec<(K, V)>> {
        let mut entries = Vec::new();
        self.visit(query, |entry| {
            entries.push((entry.key()?, entry.entity()?));
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(entries)
    }

    /// Returns an iterator over the entities of the query, as they are now: later commits do not change it.
    ///
    /// An entity that can't be decoded is an `Err` in its place. An error of the backend ends the iteration.
    ///
    /// # Errors
    ///
    /// What the backend reports.
    #[allow(clippy::iter_not_returning_iterator)] // it is in the `Ok`
    fn iter(&self, query: impl Into<Query<K>>) -> Result<Iter<'_, K, V>> {
        let access = self.access();
        Ok(Iter::new(access, access.hold()?, Scan::by_key(access, query.into())))
    }

    /// Lends the entities of the query, still encoded, to `visit`, until it breaks. See [`Entry`].
    ///
    /// # Errors
    ///
    /// What `visit` returns, or what the backend reports.
    fn visit(
        &self,
        query: impl Into<Query<K>>,
        visit: impl FnMut(Entry<'_, K, V>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        self.access().reads().visit(query.into(), visit)
    }

    /// Returns a page of at most `limit` entities of the query, from its beginning or from where `after` ended.
    ///
    /// A limit of the query itself caps each page, not their number. A page of 0 does not tell whether entities follow.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidCursor`](crate::Error::InvalidCursor) if `after` is of another query, or as
    /// [`get`](EntityReader::get).
    fn page(&self, query: impl Into<Query<K>>, limit: usize, after: Option<&Cursor>) -> Result<Page<K, V>> {
        let access = self.access();
        let scan = Scan::by_key(access, query.into());
        access.steady(|reads| Page::read(&reads, scan, limit, after))
    }

    /// Returns the entity that has this value in the unique index.
    ///
    /// The value may be given in a borrowed form, such as `&str` for an index on `String`.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownIndex`](crate::Error::UnknownIndex) if the schema does not have the index, or as
    /// [`get`](EntityReader::get).
    fn find<I: StorageKey>(
        &self,
        index: &UniqueIndex<V, I>,
        value: &(impl AsKey<I> + ?Sized),
    ) -> Result<Option<(K, V)>> {
        let access = self.access();
        let index = access.layout.bound(index)?;
        access.steady(|reads| reads.find(index, &value.encode_key()))
    }

    /// Returns the entities that have this value in the index, in key order.
    ///
    /// # Errors
    ///
    /// As [`find`](EntityReader::find).
    fn find_all<I: StorageKey>(
        &self,
        index: &impl IndexOn<V, I>,
        value: &(impl AsKey<I> + ?Sized),
    ) -> Result<Vec<(K, V)>> {
        let access = self.access();
        access.steady(|reads| reads.find_all(access, index, &value.encode_key()))
    }

    /// Returns an iterator over the entities whose values in the index the query selects, in the order of the values,
    /// then of the keys.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownIndex`](crate::Error::UnknownIndex) if the schema does not have the index, or what the backend
    /// reports.
    fn iter_by<I: StorageKey>(
        &self,
        index: &impl IndexOn<V, I>,
        query: impl Into<Query<I>>,
    ) -> Result<Iter<'_, K, V>> {
        let access = self.access();
        let scan = Scan::by_index(access.layout, index, query.into())?;
        Ok(Iter::new(access, access.hold()?, scan))
    }

    /// Returns a page of [`iter_by`](EntityReader::iter_by).
    ///
    /// # Errors
    ///
    /// [`Error::InvalidCursor`](crate::Error::InvalidCursor), [`Error::UnknownIndex`](crate::Error::UnknownIndex), or as
    /// [`get`](EntityReader::get).
    fn page_by<I: StorageKey>(
        &self,
        index: &impl IndexOn<V, I>,
        query: impl Into<Query<I>>,
        limit: usize,
        after: Option<&Cursor>,
    ) -> Result<Page<K, V>> {
        let access = self.access();
        let scan = Scan::by_index(access.layout, index, query.into())?;
        access.steady(|reads| Page::read(&reads, scan, limit, after))
    }

    /// Returns the number of entities that have a value in the index that the query selects.
    ///
    /// # Errors
    ///
    /// As [`iter_by`](EntityReader::iter_by).
    fn count_by<I: StorageKey>(&self, index: &impl IndexOn<V, I>, query: impl Into<Query<I>>) -> Result<u64> {
        let access = self.access();
        let scan = Scan::by_index(access.layout, index, query.into())?;
        access.steady(|reads| reads.count_by::<K>(access, scan))
    }

    /// Compares the entities with the entries of the indexes, both ways, and returns every mismatch.
    ///
    /// It sees hidden entities too. It holds a few hundred entries at a time, and what it has found: see
    /// [`verify_each`](EntityReader::verify_each).
    ///
    /// # Errors
    ///
    /// What the backend reports. An entity that can't be decoded is a mismatch, not an error.
    fn verify(&self) -> Result<Vec<Mismatch>> {
        let mut found = Vec::new();
        self.verify_each(|mismatch| {
            found.push(mismatch);
            Ok(())
        })?;
        Ok(found)
    }

    /// Passes each mismatch of [`verify`](EntityReader::verify) to `report`.
    ///
    /// # Errors
    ///
    /// What `report` returns, which ends it, or what the backend reports.
    fn verify_each(&self, mut report: impl FnMut(Mismatch) -> Result<()>) -> Result<()> {
        self.access().steady(|reads| reads.verify_each(&mut report))
    }
}

impl<K: StorageKey, V: 'static, R: EntityReader<K, V> + ?Sized> EntityReader<K, V> for &R {
    fn access(&self) -> Access<'_, V> {
        (**self).access()
    }
}

impl<K: StorageKey, V: 'static, R: EntityReader<K, V> + ?Sized> EntityReader<K, V> for &mut R {
    fn access(&self) -> Access<'_, V> {
        (**self).access()
    }
}
