//! [`Changes`]: the changes to the entities of a query.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use super::Event;
use crate::backend::{Snapshot, StorageBackend};
use crate::error::{Error, Place, Result};
use crate::key::StorageKey;
use crate::layers::{Feed, Filter, RawEvent, Subscription};
use crate::maybe_send::MaybeSend;
use crate::store::access::{Access, ReadSource, scoped_span};
use crate::store::schema::{Layout, Sight};
use crate::store::{EntityReader, Query, TableReader};

/// The changes to the entities of a query in commit order, from
/// [`EntityWatch::changes`](super::EntityWatch::changes). Dropping it ends the subscription.
///
/// An entity that can't be decoded is an `Err`, and the next events follow it. The events of one commit are queued
/// together, in the order of their keys. When [`try_recv`](Changes::try_recv) returns `None`, the last commit is
/// complete. As an iterator, it waits for the next event. [`Subscription`] describes waiting on a target without
/// threads, and subscribers that fall behind.
///
/// The changes follow the visibility of the table's reads. A row that becomes a tombstone is an [`Event::Deleted`], and a
/// restored row is an [`Event::Inserted`].
///
/// Expiry is not a commit, so it is not an event. An expired row counts as present until a commit deletes or replaces it,
/// which is an [`Event::Deleted`] or an [`Event::Updated`]. A [`resync`](Changes::resync) does not return expired rows, so
/// such an event may name a row that the resync did not return.
pub struct Changes<K, V> {
    table: Watched<V>,
    query: Query<K>,
    subscription: Subscription,
}

/// The watched table.
pub(super) struct Watched<V> {
    pub(super) layout: Arc<Layout<V>>,
    pub(super) scope: Box<[u8]>,
    pub(super) sight: Sight,
    backend: Arc<dyn StorageBackend>,
}

impl<V> Watched<V> {
    fn at<'a>(&'a self, snapshot: &'a Arc<dyn Snapshot>) -> Access<'a, V> {
        let source = ReadSource::Pinned(&**snapshot);
        Access { layout: &self.layout, scope: &self.scope, sight: self.sight, source }
    }
}

impl<K: StorageKey, V: 'static> Changes<K, V> {
    pub(super) fn of(access: Access<'_, V>, feed: &Feed, query: Query<K>) -> Result<Self> {
        let partition = access.partition();
        if query.limit.is_some() {
            let reason =
                "it has a limit, and an entity can enter the result without a change to it; remove the limit";
            return Err(Error::UnwatchableQuery { place: Place::of(partition), reason });
        }
        let ReadSource::Newest(backend) = access.source else {
            let reason = "a snapshot does not change; watch the store";
            return Err(Error::UnwatchableQuery { place: Place::of(partition), reason });
        };
        feed.check(&**backend, partition)?;
        let span = scoped_span(access.scope, query.span.clone());
        let filter = Filter::range(partition, span.as_range()).capacity(feed.capacity());
        Ok(Self {
            table: Watched {
                layout: Arc::clone(access.layout),
                scope: access.scope.into(),
                sight: access.sight,
                backend: Arc::clone(backend),
            },
            query,
            subscription: feed.subscribe(filter)?,
        })
    }

    /// Returns the next event, or `None` if no event is waiting.
    pub fn try_recv(&self) -> Option<Result<Event<K, V>>> {
        self.next_visible(Subscription::try_recv)
    }

    /// Waits for the next event. Returns `None` if the backend has been dropped and no event is waiting.
    pub fn recv(&self) -> Option<Result<Event<K, V>>> {
        self.next_visible(Subscription::recv)
    }

    /// Waits at most `time` for the next event. A change that the table's reads don't see restarts the wait.
    pub fn recv_timeout(&self, time: Duration) -> Option<Result<Event<K, V>>> {
        self.next_visible(|subscription| subscription.recv_timeout(time))
    }

    /// Returns the current entities of the query, in its order. The next event is the first change to them.
    ///
    /// # Errors
    ///
    /// [`Error::NestedTransaction`] inside a transaction of this backend on the same thread, or the errors of
    /// [`page`](EntityReader::page).
    pub fn resync(&self) -> Result<Vec<(K, V)>> {
        let snapshot = self.subscription.resync(|| self.table.backend.snapshot())?;
        let table = TableReader::with_access(self.table.at(&snapshot));
        Ok(table.page(self.query.clone(), usize::MAX, None)?.entries)
    }

    /// Calls `wake` after every commit that queues events, and at once if events are waiting.
    ///
    /// Asynchronous tasks and JavaScript wait in this way: see [`Subscription::wake_with`].
    pub fn wake_with(&self, wake: impl FnMut() + MaybeSend + 'static) {
        self.subscription.wake_with(wake);
    }

    /// Takes events with `next` until one is visible to the table's reads, and returns it.
    fn next_visible(&self, next: impl Fn(&Subscription) -> Option<RawEvent>) -> Option<Result<Event<K, V>>> {
        loop {
            if let Some(event) = Event::visible_in(&self.table, next(&self.subscription)?) {
                return Some(event);
            }
        }
    }
}

impl<K: StorageKey, V: 'static> Iterator for Changes<K, V> {
    type Item = Result<Event<K, V>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.recv()
    }
}

impl<K, V> fmt::Debug for Changes<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes").field("query", &self.query).finish_non_exhaustive()
    }
}
