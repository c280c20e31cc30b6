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
use crate::store::access::{Access, Source, scoped_span};
use crate::store::schema::{Layout, Sight};
use crate::store::{EntityReader, Query, TableReader};

/// The changes to the entities of a query, in commit order. [`EntityWatch::changes`](super::EntityWatch::changes) makes
/// one, and dropping it ends it.
///
/// An entity that can't be decoded is an `Err` in its place, and the next events follow. The events of one commit come
/// together, in the order of their keys: when [`try_recv`](Changes::try_recv) finds nothing, the last commit is complete.
/// As an iterator it waits for the next event. [`Subscription`] tells what waiting means on a target without threads, and
/// what happens to a subscriber who does not take the events in time.
///
/// Tombstones are not seen: a row that becomes one is deleted, and one that is restored is inserted. No commit tells that a
/// row expires: it counts as existing until it is deleted, which is a deletion, or written anew, which is an update. A
/// [`resync`](Changes::resync) sees what reads see, so such an event can be the first one about a row that had expired.
pub struct Changes<K, V> {
    table: Watched<V>,
    query: Query<K>,
    subscription: Subscription,
}

/// The table that is watched.
pub(super) struct Watched<V> {
    pub(super) layout: Arc<Layout<V>>,
    pub(super) scope: Box<[u8]>,
    pub(super) sight: Sight,
    backend: Arc<dyn StorageBackend>,
}

impl<V> Watched<V> {
    fn at<'a>(&'a self, snapshot: &'a Arc<dyn Snapshot>) -> Access<'a, V> {
        let source = Source::Held(&**snapshot);
        Access { layout: &self.layout, scope: &self.scope, sight: self.sight, source }
    }
}

impl<K: StorageKey, V: 'static> Changes<K, V> {
    pub(super) fn of(access: Access<'_, V>, feed: &Feed, query: Query<K>) -> Result<Self> {
        let partition = access.partition();
        if query.limit.is_some() {
            let reason =
                "it has a limit, and an entity that moves up from behind it is no change; take the limit off";
            return Err(Error::UnwatchableQuery { place: Place::of(partition), reason });
        }
        let Source::Newest(backend) = access.source else {
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

    /// Returns the next event, if one waits.
    pub fn try_recv(&self) -> Option<Result<Event<K, V>>> {
        self.visible(Subscription::try_recv)
    }

    /// Waits for the next event.
    pub fn recv(&self) -> Option<Result<Event<K, V>>> {
        self.visible(Subscription::recv)
    }

    /// Waits for the next event, for at most `time`. A change that the table's reads do not see begins the wait anew.
    pub fn recv_timeout(&self, time: Duration) -> Option<Result<Event<K, V>>> {
        self.visible(|subscription| subscription.recv_timeout(time))
    }

    /// Returns the entities of the query as they are now, in its order. The next event is the first change to these.
    ///
    /// # Errors
    ///
    /// [`Error::NestedTransaction`] inside a transaction of this backend on the same thread, or as
    /// [`scan`](EntityReader::scan).
    pub fn resync(&self) -> Result<Vec<(K, V)>> {
        let snapshot = self.subscription.resync(|| self.table.backend.snapshot())?;
        TableReader::with_access(self.table.at(&snapshot)).scan(self.query.clone())
    }

    /// Calls `wake` after every commit that has queued events here, and at once if some wait: see
    /// [`Subscription::wake_with`]. This is how an asynchronous task, or JavaScript, waits.
    pub fn wake_with(&self, wake: impl FnMut() + MaybeSend + 'static) {
        self.subscription.wake_with(wake);
    }

    /// Returns the first of the events that `next` takes that the table's reads see.
    fn visible(&self, next: impl Fn(&Subscription) -> Option<RawEvent>) -> Option<Result<Event<K, V>>> {
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
