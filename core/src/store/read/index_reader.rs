//! [`IndexReader`]: the reads of a table by its indexes.

use alloc::vec::Vec;

use super::page::Damage;
use super::scan::Scan;
use super::{Cursor, EntityReader, Iter, Page, Query, Walk};
use crate::error::Result;
use crate::key::{AsKey, StorageKey};
use crate::store::index::{IndexOn, UniqueIndex};

/// The reads of a table by its indexes. Every [`EntityReader`] has them.
///
/// While a migration builds an index, reads by it return [`ErrorKind::IndexNotBuilt`](crate::ErrorKind::IndexNotBuilt).
///
/// An entity with several values in an index, as by [`Index::each`](crate::Index::each), is returned and counted once for
/// each of its values that the query selects.
///
/// ```
/// use keyloft::prelude::*;
///
/// const DUE: Index<i64, i64> = Index::new("due", |due| Some(*due));
///
/// /// Works on a store, a snapshot and a transaction alike.
/// fn next(alarms: &impl EntityReader<JobId, i64>, now: i64) -> Result<Option<JobId>> {
///     Ok(alarms.iter_by(&DUE, now..)?.next().transpose()?.map(|(id, _)| id))
/// }
///
/// # let backend: std::sync::Arc<dyn StorageBackend> = std::sync::Arc::new(keyloft_memory::MemoryBackend::new());
/// let alarms = Table::with_schema(backend.clone(), Schema::new("alarms").index(DUE));
/// alarms.put_many(&[("tea".into(), 30), ("cake".into(), 10), ("nap".into(), 20)])?;
/// assert_eq!(next(&alarms, 11)?, Some("nap".into()));
/// assert_eq!(next(&alarms.at(&backend.snapshot()?), 31)?, None);
/// # Ok::<(), keyloft::Error>(())
/// ```
pub trait IndexReader<K: StorageKey, V: 'static>: EntityReader<K, V> {
    /// Returns the entity that has this value in the unique index.
    ///
    /// The value may have a borrowed form, such as `&str` for an index on `String`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownIndex`](crate::ErrorKind::UnknownIndex) if the schema does not have the index,
    /// [`ErrorKind::IndexMismatch`](crate::ErrorKind::IndexMismatch) if the index does not fit the entities, or the errors of
    /// [`get`](EntityReader::get).
    fn find<I: StorageKey>(
        &self,
        index: &UniqueIndex<V, I>,
        value: &(impl AsKey<I> + ?Sized),
    ) -> Result<Option<(K, V)>> {
        let access = self.access();
        let index = access.layout.find_index(index)?;
        let pinned = access.pin()?;
        access.reads(&pinned).find(index, &value.encode_key())
    }

    /// Returns the entities that have this value in the index, in key order.
    ///
    /// # Errors
    ///
    /// The errors of [`find`](IndexReader::find).
    fn find_all<I: StorageKey>(
        &self,
        index: &impl IndexOn<V, I>,
        value: &(impl AsKey<I> + ?Sized),
    ) -> Result<Vec<(K, V)>> {
        let access = self.access();
        let scan = Scan::by_index(access.layout, index, Query::exactly(value))?;
        Iter::new(access, access.pin()?, scan).collect()
    }

    /// Returns the first entity of [`iter_by`](IndexReader::iter_by), in the query's direction. A limit of the query has no
    /// effect.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use keyloft::prelude::*;
    ///
    /// const DUE: Index<i64, i64> = Index::new("due", |due| Some(*due));
    ///
    /// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let alarms = Table::with_schema(backend, Schema::new("alarms").index(DUE));
    /// alarms.put_many(&[("tea".to_owned(), 30), ("cake".to_owned(), 10), ("nap".to_owned(), 20)])?;
    /// assert_eq!(alarms.first_by(&DUE, 11..)?, Some(("nap".to_owned(), 20)));
    /// assert_eq!(alarms.last_by(&DUE, ..)?, Some(("tea".to_owned(), 30)));
    /// assert_eq!(alarms.scan_by(&DUE, Query::all().limit(2))?, [("cake".to_owned(), 10), ("nap".to_owned(), 20)]);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`find`](IndexReader::find).
    fn first_by<I: StorageKey>(
        &self,
        index: &impl IndexOn<V, I>,
        query: impl Into<Query<I>>,
    ) -> Result<Option<(K, V)>> {
        self.iter_by(index, query.into().limit(1))?.next().transpose()
    }

    /// Returns the last entity of [`iter_by`](IndexReader::iter_by), in the query's direction. A limit of the query has no
    /// effect.
    ///
    /// # Errors
    ///
    /// The errors of [`find`](IndexReader::find).
    fn last_by<I: StorageKey>(
        &self,
        index: &impl IndexOn<V, I>,
        query: impl Into<Query<I>>,
    ) -> Result<Option<(K, V)>> {
        self.first_by(index, query.into().reverse())
    }

    /// Returns the entities of [`iter_by`](IndexReader::iter_by).
    ///
    /// # Errors
    ///
    /// The errors of [`find`](IndexReader::find).
    fn scan_by<I: StorageKey>(
        &self,
        index: &impl IndexOn<V, I>,
        query: impl Into<Query<I>>,
    ) -> Result<Vec<(K, V)>> {
        self.iter_by(index, query)?.collect()
    }

    /// Returns an iterator over the entities whose values in the index the query selects, in the order of their values and
    /// then of their keys.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownIndex`](crate::ErrorKind::UnknownIndex) if the schema does not have the index, or an error of the
    /// backend.
    fn iter_by<I: StorageKey>(
        &self,
        index: &impl IndexOn<V, I>,
        query: impl Into<Query<I>>,
    ) -> Result<Iter<'_, K, V>> {
        let access = self.access();
        let scan = Scan::by_index(access.layout, index, query.into())?;
        Ok(Iter::new(access, access.pin()?, scan))
    }

    /// Returns a position before the first entity of [`iter_by`](IndexReader::iter_by), which goes on in a transaction that
    /// writes: see [`Walk`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownIndex`](crate::ErrorKind::UnknownIndex) if the schema does not have the index.
    fn walk_by<I: StorageKey>(
        &self,
        index: &impl IndexOn<V, I>,
        query: impl Into<Query<I>>,
    ) -> Result<Walk<K, V>> {
        let access = self.access();
        Ok(Walk::new(access, Scan::by_index(access.layout, index, query.into())?))
    }

    /// Returns a [`page`](EntityReader::page) of the entities of [`iter_by`](IndexReader::iter_by).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidCursor`](crate::ErrorKind::InvalidCursor) if `after` is of another query, or the errors of
    /// [`find`](IndexReader::find).
    fn page_by<I: StorageKey>(
        &self,
        index: &impl IndexOn<V, I>,
        query: impl Into<Query<I>>,
        limit: usize,
        after: Option<&Cursor>,
    ) -> Result<Page<K, V>> {
        let access = self.access();
        let scan = Scan::by_index(access.layout, index, query.into())?;
        Page::read(access, scan, limit, after, Damage::Fail)
    }

    /// Returns a [`page_by`](IndexReader::page_by) that steps over entities that can't be decoded and over index entries that
    /// don't fit the entities, and lists them: see [`page_readable`](EntityReader::page_readable).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidCursor`](crate::ErrorKind::InvalidCursor) if `after` is of another query, or the errors of
    /// [`iter_by`](IndexReader::iter_by).
    fn page_readable_by<I: StorageKey>(
        &self,
        index: &impl IndexOn<V, I>,
        query: impl Into<Query<I>>,
        limit: usize,
        after: Option<&Cursor>,
    ) -> Result<Page<K, V>> {
        let access = self.access();
        let scan = Scan::by_index(access.layout, index, query.into())?;
        Page::read(access, scan, limit, after, Damage::StepOver)
    }

    /// Returns the entities under the query's keys that have no value in the index, in key order.
    ///
    /// An index has no entries for such entities, so it scans the table. Its cost depends on the number of keys that the
    /// query selects, not on its limit.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use keyloft::prelude::*;
    ///
    /// const DONE: Index<Option<i64>, i64> = Index::new("done", |done| *done);
    ///
    /// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let tasks = Table::with_schema(backend, Schema::new("tasks").index(DONE));
    /// tasks.put_many(&[(1_u32, Some(30)), (2, None), (3, None)])?;
    /// assert_eq!(tasks.count_by(&DONE, ..)?, 1);
    /// assert_eq!(tasks.scan_missing(&DONE, ..)?, [(2, None), (3, None)]);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownIndex`](crate::ErrorKind::UnknownIndex) if the schema does not have the index, or the errors of
    /// [`get`](EntityReader::get).
    fn scan_missing<I: StorageKey>(
        &self,
        index: &impl IndexOn<V, I>,
        query: impl Into<Query<K>>,
    ) -> Result<Vec<(K, V)>> {
        let access = self.access();
        let index = access.layout.find_index(index)?;
        let query = query.into();
        access.read_once(|reads| reads.missing(index, query.clone()))
    }

    /// Returns the number of entities whose values in the index the query selects, up to its limit. It counts no further than
    /// that.
    ///
    /// # Errors
    ///
    /// The errors of [`iter_by`](IndexReader::iter_by).
    fn count_by<I: StorageKey>(&self, index: &impl IndexOn<V, I>, query: impl Into<Query<I>>) -> Result<u64> {
        let access = self.access();
        let scan = Scan::by_index(access.layout, index, query.into())?;
        let pinned = access.pin()?;
        access.reads(&pinned).count::<K>(scan)
    }
}

impl<K: StorageKey, V: 'static, R: EntityReader<K, V> + ?Sized> IndexReader<K, V> for R {}
