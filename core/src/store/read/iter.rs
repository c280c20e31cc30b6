//! [`Iter`]: an iterator over a query's entities.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::{self, Vec};
use core::iter::FusedIterator;

use super::encoded_rows::EncodedRows;
use super::index_entries::Hit;
use super::scan::Scan;
use super::{RawReader, decode_key};
use crate::error::{Error, Result};
use crate::key::StorageKey;
use crate::store::access::{Access, Pinned, PinnedState};
use crate::store::schema::{Layout, Sight};

/// The number of entries in the first chunk. A backend can't suspend a scan between two calls of `next`, so each chunk
/// is a scan.
const FIRST_CHUNK: usize = 16;
/// The number of rows in the largest chunk of a scan by key.
const LARGEST_CHUNK: usize = 256;
/// The number of entities in the largest chunk of a scan by an index. A larger chunk leaves the processor's caches before it is
/// consumed.
const LARGEST_CHUNK_BY_INDEX: usize = 64;

/// An iterator over the entities of a query, from [`EntityReader::iter`](super::EntityReader::iter) or
/// [`IndexReader::iter_by`](super::IndexReader::iter_by).
///
/// It fetches the rows in growing chunks, and keeps one chunk in memory. An entity that can't be decoded is an
/// `Err`, and the iteration continues after it. An error of the backend ends the iteration.
///
/// [`into_owned`](Iter::into_owned) ends its borrow of the store, the snapshot or the transaction.
pub struct Iter<'a, K, V> {
    layout: Arc<Layout<V>>,
    scope: Box<[u8]>,
    sight: Sight,
    /// The state that is read. `None` after [`into_owned`](Iter::into_owned) has fetched the rest of a borrowed state.
    pinned: Option<Pinned<'a>>,
    scan: Scan<V>,
    /// The rows that a scan by key has fetched.
    rows: EncodedRows,
    /// The entities that a scan by an index has fetched, or [`into_owned`](Iter::into_owned).
    fetched: vec::IntoIter<Result<(K, V)>>,
    chunk: usize,
    done: bool,
}

impl<'a, K: StorageKey, V: 'static> Iter<'a, K, V> {
    pub(super) fn new(access: Access<'_, V>, pinned: Pinned<'a>, scan: Scan<V>) -> Self {
        let sight = access.reads(&pinned).sight;
        Self {
            layout: Arc::clone(access.layout),
            scope: access.scope.into(),
            sight,
            pinned: Some(pinned),
            scan,
            rows: EncodedRows::default(),
            fetched: Vec::new().into_iter(),
            chunk: FIRST_CHUNK,
            done: false,
        }
    }

    /// Ends the iterator's borrow of the store, the snapshot or the transaction.
    ///
    /// The iterator of a store owns its snapshot, so this costs nothing. The iterator of a snapshot or a transaction
    /// fetches all remaining entities first.
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
        if let Some(Pinned { state: PinnedState::Borrowed(_), .. }) = self.pinned {
            self.fetched = self.by_ref().collect::<Vec<_>>().into_iter();
        }
        let pinned = match self.pinned {
            Some(Pinned { state: PinnedState::Snapshot(snapshot), indexes }) => {
                Some(Pinned { state: PinnedState::Snapshot(snapshot), indexes })
            }
            _ => None,
        };
        let Self { layout, scope, sight, scan, rows, fetched, chunk, done, .. } = self;
        Iter { layout, scope, sight, pinned, scan, rows, fetched, chunk, done }
    }

    fn fetch(&mut self) -> Result<(), Error> {
        let Some(pinned) = &self.pinned else {
            self.done = true;
            return Ok(());
        };
        let reader = pinned.state.as_read();
        let max = self.chunk;
        let (more, largest) = if self.scan.index.is_none() {
            let Scan { query, is_anchored, .. } = &mut self.scan;
            let more = self.rows.fetch(&self.layout, self.sight, reader, query, max, *is_anchored)?;
            (more, LARGEST_CHUNK)
        } else {
            let (layout, scope, sight) = (&*self.layout, &*self.scope, self.sight);
            let reads = RawReader { layout, scope, sight, reader, indexes: pinned.indexes };
            let mut entries = Vec::with_capacity(self.scan.query.limit.unwrap_or(usize::MAX).min(max));
            let mut take = |hit: Hit<'_>, entity| entries.push(reads.entry(hit, entity));
            let more = self.scan.fetch(&reads, max, &mut take)?;
            self.fetched = entries.into_iter();
            (more, LARGEST_CHUNK_BY_INDEX)
        };
        self.scan.is_anchored = true;
        self.chunk = (max * 4).min(largest);
        self.done = !more;
        Ok(())
    }

    /// Decodes the next row that a scan by key has fetched.
    #[inline]
    fn next_row(&mut self) -> Option<Result<(K, V)>> {
        let layout = &*self.layout;
        Some(self.rows.next()?.and_then(|(key, row)| {
            let entity = layout.decode_row(row).map_err(|reason| layout.undecodable(key, reason))?;
            Ok((decode_key(layout, self.scope.len(), key)?, entity))
        }))
    }
}

impl<K: StorageKey, V: 'static> Iterator for Iter<'_, K, V> {
    type Item = Result<(K, V)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(entry) = self.next_row().or_else(|| self.fetched.next()) {
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
