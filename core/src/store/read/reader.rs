//! [`EntityReader`]: the reads of a table.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::page::Damage;
use super::scan::Scan;
use super::{Cursor, Entry, Iter, Mismatch, Page, Query, TableReader, Walk};
use crate::backend::{Partition, Read};
use crate::error::Result;
use crate::key::{Prefix, StorageKey};
use crate::store::Select;
use crate::store::access::Access;

/// The reads of a table. A store, a snapshot, a transaction and a principal's view have them all, and those by an index,
/// which are in [`IndexReader`](super::IndexReader).
///
/// An implementation provides [`access`](EntityReader::access) only. Each read of a store sees one state, but two reads
/// may see different states. For several reads of the same state, see [`at`](EntityReader::at).
///
/// Besides the errors that its documentation lists, every read returns
/// [`ErrorKind::DefinitionMismatch`](crate::ErrorKind::DefinitionMismatch) if the table is defined otherwise in the
/// [catalog](crate::catalog).
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
    /// Returns the table and the source of its reads.
    fn access(&self) -> Access<'_, V>;

    /// Returns the partition of the entities.
    fn partition(&self) -> &Partition {
        self.access().partition()
    }

    /// Returns the table on a snapshot, or on another [`Read`] whose state does not change between reads.
    ///
    /// On a snapshot of another backend or of another scope, every read returns
    /// [`ErrorKind::OtherBackend`](crate::ErrorKind::OtherBackend). A backend is not such a `Read`. A commit between two reads of the same call, such as a
    /// [`find`](super::IndexReader::find), would look like a damaged index.
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
        TableReader::with_access(self.access().at(reader))
    }

    /// Returns the entity stored under `key`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode), [`ErrorKind::NewerVersion`](crate::ErrorKind::NewerVersion), or an error of the
    /// backend.
    #[inline]
    fn get(&self, key: &K) -> Result<Option<V>> {
        let access = self.access();
        access.read_once(|reads| reads.get(&access.key(key)))
    }

    /// Returns the entities stored under `keys`, each at the position of its key.
    ///
    /// # Errors
    ///
    /// The errors of [`get`](EntityReader::get).
    fn get_many(&self, keys: &[K]) -> Result<Vec<Option<V>>> {
        let access = self.access();
        let encoded: Vec<Cow<'_, [u8]>> = keys.iter().map(|key| access.key(key)).collect();
        access.read_once(|reads| reads.get_many(&encoded))
    }

    /// Returns `true` if the key exists.
    ///
    /// # Errors
    ///
    /// The errors of the backend.
    #[inline]
    fn contains(&self, key: &K) -> Result<bool> {
        let access = self.access();
        access.read_once(|reads| reads.contains(&access.key(key)))
    }

    /// Returns the number of entities.
    ///
    /// # Errors
    ///
    /// The errors of the backend.
    fn count(&self) -> Result<u64> {
        self.count_in(Query::all())
    }

    /// Returns the number of entities that the query selects, up to its limit. It counts no further than that.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use keyloft::prelude::*;
    ///
    /// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let jobs = Table::<u32, u32>::new(backend, "jobs");
    /// jobs.load((0..1_000).map(|id| (id, 0)))?;
    /// assert_eq!(jobs.count_in(200..)?, 800);
    /// assert_eq!(jobs.count_in(Query::range(200..).limit(100))?, 100);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of the backend.
    fn count_in(&self, query: impl Into<Query<K>>) -> Result<u64> {
        let access = self.access();
        let pinned = access.pin()?;
        access.reads(&pinned).count::<K>(Scan::by_key(access, query.into()))
    }

    /// Returns the entity with the lowest key.
    ///
    /// # Errors
    ///
    /// The errors of [`get`](EntityReader::get).
    fn first(&self) -> Result<Option<(K, V)>> {
        Ok(self.scan(Query::all().limit(1))?.pop())
    }

    /// Returns the entity with the highest key.
    ///
    /// # Errors
    ///
    /// The errors of [`get`](EntityReader::get).
    fn last(&self) -> Result<Option<(K, V)>> {
        Ok(self.scan(Query::all().reverse().limit(1))?.pop())
    }

    /// Returns every entity, in key order.
    ///
    /// # Errors
    ///
    /// The errors of [`get`](EntityReader::get).
    fn scan_all(&self) -> Result<Vec<(K, V)>> {
        self.scan(Query::all())
    }

    /// Returns every entity whose key has the prefix, in key order.
    ///
    /// # Errors
    ///
    /// The errors of [`get`](EntityReader::get).
    fn scan_prefix(&self, prefix: &Prefix<K>) -> Result<Vec<(K, V)>> {
        self.scan(prefix)
    }

    /// Returns the entities of the query, in its order.
    ///
    /// # Errors
    ///
    /// The errors of [`get`](EntityReader::get).
    fn scan(&self, query: impl Into<Query<K>>) -> Result<Vec<(K, V)>> {
        let mut entries = Vec::new();
        self.visit(query, |entry| {
            entries.push((entry.key()?, entry.entity()?));
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(entries)
    }

    /// Returns an iterator over the entities of the query. Later commits don't change its result.
    ///
    /// An entity that can't be decoded is an `Err`, and the iteration continues after it. An error of the backend ends
    /// the iteration.
    ///
    /// # Errors
    ///
    /// The errors of the backend.
    #[allow(clippy::iter_not_returning_iterator)] // the iterator is inside the `Result`
    fn iter(&self, query: impl Into<Query<K>>) -> Result<Iter<'_, K, V>> {
        let access = self.access();
        Ok(Iter::new(access, access.pin()?, Scan::by_key(access, query.into())))
    }

    /// Returns a position before the first entity of the query, which goes on in a transaction that writes: see [`Walk`].
    fn walk(&self, query: impl Into<Query<K>>) -> Walk<K, V> {
        let access = self.access();
        Walk::new(access, Scan::by_key(access, query.into()))
    }

    /// Passes each encoded entity of the query to `visit`, until `visit` breaks. See [`Entry`].
    ///
    /// It trusts the engine to visit the keys in order, as [`scan`](EntityReader::scan) does: see [`Scrub`](crate::scrub::Scrub).
    ///
    /// # Errors
    ///
    /// The errors of `visit` and of the backend.
    fn visit(
        &self,
        query: impl Into<Query<K>>,
        visit: impl FnMut(Entry<'_, K, V>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let access = self.access();
        let pinned = access.pin()?;
        access.reads(&pinned).visit(query.into(), visit)
    }

    /// Returns a page of at most `limit` entities of the query.
    ///
    /// Without `after` it is the first page. With the cursor `after`, it is the page that follows the cursor's page.
    ///
    /// A limit of the query applies to each page, not to all pages together. With a `limit` of 0, the page is empty and its
    /// cursor is `after`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidCursor`](crate::ErrorKind::InvalidCursor) if `after` is of another query, or the errors of
    /// [`get`](EntityReader::get).
    fn page(&self, query: impl Into<Query<K>>, limit: usize, after: Option<&Cursor>) -> Result<Page<K, V>> {
        let access = self.access();
        Page::read(access, Scan::by_key(access, query.into()), limit, after, Damage::Fail)
    }

    /// Returns a [`page`](EntityReader::page) that steps over entities that can't be decoded, and lists them.
    ///
    /// The page has at most `limit` entities, decoded and skipped ones together.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use keyloft::prelude::*;
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let jobs = Table::<JobId, u32>::new(backend.clone(), "jobs");
    /// jobs.put_many(&[("a".into(), 1), ("b".into(), 2), ("c".into(), 3)])?;
    /// backend.transaction(|tx| tx.put(&"jobs".into(), b"b", b"damaged"))?;
    /// assert_eq!(jobs.page(.., 10, None).unwrap_err().code(), "Decode");
    ///
    /// let page = jobs.page_readable(.., 10, None)?;
    /// assert_eq!(page.entries, [("a".into(), 1), ("c".into(), 3)]);
    /// for skipped in &page.skipped {
    ///     eprintln!("{}", skipped.error);
    ///     jobs.discard(&skipped.key)?;
    /// }
    /// assert_eq!(jobs.page(.., 10, None)?.entries.len(), 2);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidCursor`](crate::ErrorKind::InvalidCursor) if `after` is of another query, or an error of the backend.
    fn page_readable(
        &self,
        query: impl Into<Query<K>>,
        limit: usize,
        after: Option<&Cursor>,
    ) -> Result<Page<K, V>> {
        let access = self.access();
        Page::read(access, Scan::by_key(access, query.into()), limit, after, Damage::StepOver)
    }

    /// Returns a query over the table, with conditions, an order, a limit and a projection: see [`Select`].
    fn select(&self) -> Select<'_, K, V> {
        Select::new(self.access())
    }

    /// Compares the entities with the entries of the indexes, in both directions, and returns every mismatch.
    ///
    /// It includes hidden entities. It keeps a few hundred entries and all mismatches in memory.
    /// [`verify_each`](EntityReader::verify_each) does not keep the mismatches.
    ///
    /// # Errors
    ///
    /// The errors of the backend. An entity that can't be decoded is a mismatch, not an error.
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
    /// The errors of `report` and of the backend. Each ends the comparison.
    fn verify_each(&self, mut report: impl FnMut(Mismatch) -> Result<()>) -> Result<()> {
        let access = self.access();
        let pinned = access.pin()?;
        access.reads(&pinned).verify_each(&mut report)
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
