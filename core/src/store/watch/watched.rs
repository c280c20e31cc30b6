//! [`Watched`]: the table and the query of a watch.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::window::{Bytes, Row};
use crate::backend::{KeySpan, Snapshot, StorageBackend};
use crate::error::{Error, Place, Result};
use crate::key::StorageKey;
use crate::layers::{Feed, Filter};
use crate::store::Query;
use crate::store::access::{Access, ReadSource, scoped_span};
use crate::store::index::{IndexOn, TableIndex, Values};
use crate::store::read::{RawReader, Scan, decode_key};
use crate::store::schema::{Layout, Sight};

/// The table and the query of a watch.
pub(super) struct Watched<V> {
    pub(super) layout: Arc<Layout<V>>,
    pub(super) scope: Box<[u8]>,
    pub(super) sight: Sight,
    pub(super) index: Option<Arc<TableIndex<V>>>,
    /// The values in the index that the query selects. It selects all keys of its span in a query by key.
    values: KeySpan,
    /// The query over the keys of the scanned partition: the table's or the index's.
    pub(super) query: Query<Vec<u8>>,
    backend: Arc<dyn StorageBackend>,
}

impl<V: 'static> Watched<V> {
    pub(super) fn by_key<K: StorageKey>(access: Access<'_, V>, query: Query<K>) -> Result<Self> {
        Self::new(access, Scan::by_key(access, query), KeySpan::ALL)
    }

    pub(super) fn by_index<I: StorageKey>(
        access: Access<'_, V>,
        index: &impl IndexOn<V, I>,
        query: Query<I>,
    ) -> Result<Self> {
        let values = query.span.clone();
        Self::new(access, Scan::by_index(access.layout, index, query)?, values)
    }

    fn new(access: Access<'_, V>, scan: Scan<V>, values: KeySpan) -> Result<Self> {
        let ReadSource::Newest(backend) = access.source else {
            let reason = "a snapshot does not change; watch the store";
            return Err(Error::UnwatchableQuery { place: Place::of(access.partition()), reason });
        };
        let watched = Self {
            layout: Arc::clone(access.layout),
            scope: access.scope.into(),
            sight: access.sight,
            index: scan.index,
            values,
            query: scan.query,
            backend: Arc::clone(backend),
        };
        watched.check()?;
        Ok(watched)
    }

    /// Compares the table's definition with the catalog.
    pub(super) fn check(&self) -> Result<()> {
        self.access(ReadSource::Newest(&self.backend)).read_once(|_| Ok(()))
    }

    /// Checks the feed, and returns the filter of the changes that can matter to the query.
    pub(super) fn filter(&self, feed: &Feed) -> Result<Filter> {
        let partition = &self.layout.partition;
        feed.check(&*self.backend, partition)?;
        // Any entity can get a value that the query selects.
        let span = match self.index {
            Some(_) => scoped_span(&self.scope, KeySpan::ALL),
            None => self.query.span.clone(),
        };
        Ok(Filter::range(partition, span.as_range()).capacity(feed.capacity()))
    }

    pub(super) fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.backend.snapshot()
    }

    /// Runs `read` on a state in which the table's definition agrees with the catalog.
    pub(super) fn read<T>(
        &self,
        snapshot: &Arc<dyn Snapshot>,
        read: impl FnOnce(RawReader<'_, V>) -> Result<T>,
    ) -> Result<T> {
        self.access(ReadSource::Pinned(&**snapshot)).with_pinned(read)
    }

    fn access<'a>(&'a self, source: ReadSource<'a>) -> Access<'a, V> {
        Access { layout: &self.layout, scope: &self.scope, sight: self.sight, source }
    }

    pub(super) fn scan(&self) -> Scan<V> {
        Scan { query: self.query.clone(), index: self.index.clone() }
    }

    /// Returns `true` if a watch shows the stored entity.
    ///
    /// Expiry is not a commit, so the subscriber still has an expired row. If it were hidden here, its deletion would be no
    /// event, and the subscriber would keep the row for ever.
    pub(super) fn shows(&self, stored: &[u8]) -> bool {
        !self.layout.hides(stored, Sight { expired: true, ..self.sight })
    }

    pub(super) fn decode_key<K: StorageKey>(&self, key: &[u8]) -> Result<K> {
        decode_key(&self.layout, self.scope.len(), key)
    }

    /// Returns `true` if the query selects the entity under a key in the range of the watch.
    pub(super) fn selects(&self, entity: &V) -> bool {
        self.index.as_ref().is_none_or(|index| {
            Values::of(&*index.definition, entity).as_slice().iter().any(|value| self.has(value))
        })
    }

    /// Returns the rows of the entity in the query.
    pub(super) fn rows<K: StorageKey>(&self, key: &Bytes, stored: &Bytes) -> Result<Vec<Row>> {
        let entity = self.layout.decode_at(key, stored)?;
        self.decode_key::<K>(key)?;
        let row = |value| Row { value, key: Arc::clone(key), stored: Arc::clone(stored) };
        Ok(match &self.index {
            None => Vec::from([row(Vec::new())]),
            Some(index) => {
                let values = Values::of(&*index.definition, &entity);
                values.as_slice().iter().filter(|value| self.has(value)).cloned().map(row).collect()
            }
        })
    }

    /// Returns the key of the row in the scanned partition.
    pub(super) fn entry<'a>(&self, row: &'a Row) -> Cow<'a, [u8]> {
        match &self.index {
            None => Cow::Borrowed(&*row.key),
            Some(index) => index.entries.encode(&row.value, &row.key).0,
        }
    }

    fn has(&self, value: &[u8]) -> bool {
        self.values.as_range().contains(value)
    }
}
