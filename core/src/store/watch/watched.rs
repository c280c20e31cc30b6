//! [`Watched`]: the table and the query of a watch.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::window::{Bytes, Row};
use crate::backend::{KeySpan, Read, Snapshot, StorageBackend};
use crate::catalog::check;
use crate::error::{ErrorKind, Place, Result};
use crate::key::StorageKey;
use crate::layers::{Feed, Filter, Subscription};
use crate::store::Query;
use crate::store::access::{Access, ReadSource, scoped_span};
use crate::store::index::{IndexOn, Values};
use crate::store::read::{RawReader, Scan, decode_key};
use crate::store::schema::{Layout, Sight};

/// The table and the query of a watch.
pub(super) struct Watched<V> {
    pub(super) layout: Arc<Layout<V>>,
    pub(super) scope: Box<[u8]>,
    pub(super) sight: Sight,
    /// The query over the keys of the scanned partition: the table's or the index's.
    pub(super) scan: Scan<V>,
    /// The values in the index that the query selects. It selects all keys of its span in a query by key.
    values: KeySpan,
    /// The feed leads to the backend without keeping it open, so that a watch ends when all others have dropped it.
    feed: Feed,
}

impl<V: 'static> Watched<V> {
    pub(super) fn by_key<K: StorageKey>(access: Access<'_, V>, feed: &Feed, query: Query<K>) -> Result<Self> {
        Self::new(access, feed, Scan::by_key(access, query), KeySpan::ALL)
    }

    pub(super) fn by_index<I: StorageKey>(
        access: Access<'_, V>,
        feed: &Feed,
        index: &impl IndexOn<V, I>,
        query: Query<I>,
    ) -> Result<Self> {
        let values = query.span.clone();
        Self::new(access, feed, Scan::by_index(access.layout, index, query)?, values)
    }

    fn new(access: Access<'_, V>, feed: &Feed, scan: Scan<V>, values: KeySpan) -> Result<Self> {
        let ReadSource::Newest(backend) = access.source else {
            let reason = "a snapshot does not change; watch the store";
            return Err(ErrorKind::UnwatchableQuery { place: Place::of(access.partition()), reason }.into());
        };
        let watched = Self {
            layout: Arc::clone(access.layout),
            scope: access.scope.into(),
            sight: access.sight,
            scan,
            values,
            feed: feed.clone(),
        };
        watched.check_in(&**backend)?;
        feed.check(&**backend, access.partition())?;
        Ok(watched)
    }

    /// Compares the table's definition with the catalog. The catalog of a backend that was dropped has not changed since.
    pub(super) fn check(&self) -> Result<()> {
        self.backend().map_or(Ok(()), |backend| self.check_in(&*backend))
    }

    fn check_in(&self, backend: &dyn StorageBackend) -> Result<()> {
        match backend.catalog_stamp() {
            Some(stamp) if self.layout.checked.contains(stamp) => Ok(()),
            _ => self.reads(&*backend.snapshot()?).map(drop),
        }
    }

    /// Subscribes to the changes that can matter to the query.
    pub(super) fn subscribe(&self) -> Result<Subscription> {
        let partition = &self.layout.partition;
        // Any entity can get a value that the query selects.
        let span = match self.scan.index {
            Some(_) => scoped_span(&self.scope, KeySpan::ALL),
            None => self.scan.query.span.clone(),
        };
        self.feed.subscribe(self.feed.limit(Filter::range(partition, span.as_range())))
    }

    pub(super) fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.backend()?.snapshot()
    }

    fn backend(&self) -> Result<Arc<dyn StorageBackend>> {
        self.feed.backend(&self.layout.partition)
    }

    /// Returns the reads of the snapshot, in which the table's definition must agree with the catalog.
    pub(super) fn reads<'a>(&'a self, snapshot: &'a dyn Read) -> Result<RawReader<'a, V>> {
        let indexes = check(&self.layout, snapshot)?.states;
        let Self { layout, scope, sight, .. } = self;
        Ok(RawReader { layout, scope, sight: layout.sight_at(snapshot, *sight), reader: snapshot, indexes })
    }

    /// Returns the sight with which a watch reads the changes.
    ///
    /// Expiry is not a commit, so the subscriber still has an expired row. If it were hidden here, its deletion would be no
    /// event, and the subscriber would keep the row for ever.
    pub(super) fn sight_of_changes(&self) -> Sight {
        Sight { expired: true, ..self.sight }
    }

    pub(super) fn decode_key<K: StorageKey>(&self, key: &[u8]) -> Result<K> {
        decode_key(&self.layout, self.scope.len(), key)
    }

    /// Returns `true` if the query selects the entity under a key in the range of the watch.
    pub(super) fn selects(&self, entity: &V) -> bool {
        self.scan.index.as_ref().is_none_or(|index| {
            Values::of(&*index.definition, entity).as_slice().iter().any(|value| self.has(value))
        })
    }

    /// Adds the rows of the entity in the query to `rows`, if the sight sees it.
    pub(super) fn rows<K: StorageKey>(
        &self,
        key: &Bytes,
        stored: &Bytes,
        sight: Sight,
        rows: &mut Vec<Arc<Row>>,
    ) -> Result<()> {
        let Some(entity) = self.layout.decode_seen_at(key, stored, sight)? else { return Ok(()) };
        self.decode_key::<K>(key)?;
        let mut add = |value| {
            rows.push(Arc::new(Row { value, key: Arc::clone(key), stored: Arc::clone(stored) }));
        };
        match &self.scan.index {
            None => add(Vec::new()),
            Some(index) => Values::of(&*index.definition, &entity).each(&mut |value| {
                if self.has(&value) {
                    add(value);
                }
            }),
        }
        Ok(())
    }

    /// Returns the key of the row in the scanned partition.
    pub(super) fn entry<'a>(&self, row: &'a Row) -> Cow<'a, [u8]> {
        match &self.scan.index {
            None => Cow::Borrowed(&*row.key),
            Some(index) => index.entries.encode(&row.value, &row.key).0,
        }
    }

    fn has(&self, value: &[u8]) -> bool {
        self.values.as_range().contains(value)
    }
}
