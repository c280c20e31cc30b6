//! [`Iter`]: an iterator over a query's entities.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::{self, Vec};
use core::iter::FusedIterator;

use super::RawReader;
use super::scan::Scan;
use crate::error::{Error, Result};
use crate::key::StorageKey;
use crate::store::access::{Access, Held};
use crate::store::schema::{Layout, Sight};

/// The number of entries in the first chunk of an iteration.
const FIRST_CHUNK: usize = 16;
/// The number of entries in the largest chunk. A larger chunk leaves the processor's caches before it is consumed.
const LARGEST_CHUNK: usize = 64;

/// An iterator over the entities of a query, from [`EntityReader::iter`](super::EntityReader::iter) or
/// [`EntityReader::iter_by`](super::EntityReader::iter_by).
///
/// It fetches the entities in chunks that grow, and holds one chunk at a time. An entity that can't be decoded is an `Err`
/// in its place, and the next entities follow. An error of the backend ends the iteration.
///
/// The iterator of a store owns its snapshot, and [`into_owned`](Iter::into_owned) ends its borrow of the store.
pub struct Iter<'a, K, V> {
    layout: Arc<Layout<V>>,
    scope: Box<[u8]>,
    sight: Sight,
    /// The state that is read. `None` if [`into_owned`](Iter::into_owned) has fetched the rest of a borrowed one.
    held: Option<Held<'a>>,
    scan: Scan<V>,
    fetched: vec::IntoIter<Result<(K, V)>>,
    chunk: usize,
    done: bool,
}

impl<'a, K: StorageKey, V: 'static> Iter<'a, K, V> {
    pub(super) fn new(access: Access<'_, V>, held: Held<'a>, scan: Scan<V>) -> Self {
        Self {
            layout: Arc::clone(access.layout),
            scope: access.scope.into(),
            sight: access.sight,
            held: Some(held),
            scan,
            fetched: Vec::new().into_iter(),
            chunk: FIRST_CHUNK,
            done: false,
        }
    }

    /// Ends the iterator's borrow of the store, the snapshot or the transaction.
    ///
    /// For a store this is free. For a snapshot or a transaction, it fetches all remaining entities.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use keyloft::prelude::*;
    /// use keyloft::store::Iter;
    ///
    /// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
    /// fn costs(backend: Arc<dyn StorageBackend>) -> Result<Iter<'static, JobId, u32>> {
    ///     let jobs = Table::<JobId, u32>::new(backend, "jobs");
    ///     jobs.put(&"1".into(), &7)?;
    ///     Ok(jobs.iter(..)?.into_owned())
    /// }
    ///
    /// assert_eq!(costs(backend)?.count(), 1);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    pub fn into_owned(mut self) -> Iter<'static, K, V> {
        if let Some(Held::Lent(_)) = self.held {
            self.fetched = self.by_ref().collect::<Vec<_>>().into_iter();
        }
        let held = match self.held {
            Some(Held::Snapshot(snapshot)) => Some(Held::Snapshot(snapshot)),
            Some(Held::Lent(_)) | None => None,
        };
        let Self { layout, scope, sight, scan, fetched, chunk, done, .. } = self;
        Iter { layout, scope, sight, held, scan, fetched, chunk, done }
    }

    fn fetch(&mut self) -> Result<(), Error> {
        let left = self.scan.query.limit.unwrap_or(usize::MAX);
        let max = self.chunk.min(left);
        let Some(held) = self.held.as_ref().filter(|_| max > 0) else {
            self.done = true;
            return Ok(());
        };
        let mut entries = Vec::with_capacity(max);
        let reads =
            RawReader { layout: &self.layout, scope: &self.scope, sight: self.sight, reader: held.as_read() };
        let (_, more) = self.scan.fetch(&reads, max, &mut entries)?;
        self.scan.query.limit = self.scan.query.limit.map(|limit| limit - entries.len());
        self.chunk = (self.chunk * 4).min(LARGEST_CHUNK);
        self.done = !more;
        self.fetched = entries.into_iter();
        Ok(())
    }
}

impl<K: StorageKey, V: 'static> Iterator for Iter<'_, K, V> {
    type Item = Result<(K, V)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(entry) = self.fetched.next() {
                return Some(entry);
            }
            if self.done {
                return None;
            }
            if let Err(error) = self.fetch() {
                self.done = true;
                return Some(Err(error));
            }
        }
    }
}

impl<K: StorageKey, V: 'static> FusedIterator for Iter<'_, K, V> {}
