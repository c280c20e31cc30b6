//! [`Changes`]: what becomes of the entities of a query.

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;
use core::time::Duration;

use super::Event;
use crate::backend::StorageBackend;
use crate::error::{Error, Result};
use crate::key::StorageKey;
use crate::layers::{Feed, Filter, RawEvent, Subscription};
use crate::maybe_send::MaybeSend;
use crate::store::{Entity, EntityStore, Query};

/// The changes to the entities of a query, in commit order, from [`EntityStore::changes`]; dropping it ends it.
///
/// An entity that can't be decoded is an `Err` in its place, and the next events follow. The events of one commit come
/// together, in the order of their keys: when [`try_recv`](Changes::try_recv) finds nothing, the last commit is complete.
/// As an iterator it waits for the next event. What waiting means on a target without threads, and what happens to one
/// who does not take the events in time, is told at [`Subscription`].
///
/// Entities that the store [hides](EntityStore::hidden) are not there: one that becomes hidden is deleted, one that
/// becomes visible inserted. Where a clock hides them no commit says so: they count as there until they are removed, which
/// is a deletion, or written anew, which is an update. A [`resync`](Changes::resync) sees what reads see, so that such an
/// event can be the first one hears of an entity that was hidden by then.
pub struct Changes<S, K, V> {
    store: S,
    query: Query<K>,
    subscription: Subscription,
    entity: PhantomData<fn() -> V>,
}

impl<K: StorageKey, V: Entity, S: EntityStore<K, V>> Changes<S, K, V> {
    /// The changes that the store sees in the query, of which `capacity` may wait; [`EntityStore::changes`] is this for a
    /// reference to the store and the [usual capacity](Filter::DEFAULT_CAPACITY).
    ///
    /// # Errors
    ///
    /// As [`EntityStore::changes`].
    pub fn of(store: S, query: impl Into<Query<K>>, capacity: usize) -> Result<Self> {
        let query = query.into();
        if query.limit.is_some() {
            let reason = "it has a limit, and what moves up from behind it is no change; take the limit off";
            return Err(Error::UnwatchableQuery { reason });
        }
        let filter = Filter::range(store.partition(), query.span.as_range()).capacity(capacity);
        let subscription = Feed::of(store.backend())?.subscribe(filter)?;
        Ok(Self { store, query, subscription, entity: PhantomData })
    }

    /// The next event, if there is one.
    pub fn try_recv(&self) -> Option<Result<Event<K, V>>> {
        self.seen(Subscription::try_recv)
    }

    /// Waits for the next event.
    pub fn recv(&self) -> Option<Result<Event<K, V>>> {
        self.seen(Subscription::recv)
    }

    /// Waits for the next event, but not longer than this; a change that the store does not see begins the wait anew.
    pub fn recv_timeout(&self, time: Duration) -> Option<Result<Event<K, V>>> {
        self.seen(|subscription| subscription.recv_timeout(time))
    }

    /// The entities of the query as they are now, in its order; the next event is the first change to these.
    ///
    /// # Errors
    ///
    /// [`Error::NestedTransaction`] inside a transaction of this backend on the same thread, or as
    /// [`scan`](EntityStore::scan).
    pub fn resync(&self) -> Result<Vec<(K, V)>> {
        let snapshot = self.subscription.resync(|| self.store.backend().snapshot())?;
        self.store.at(snapshot).scan(self.query.clone())
    }

    /// Calls `wake` after every commit that has put events here, and at once if there are some: see
    /// [`Subscription::wake_with`]. This is how an asynchronous task, or JavaScript, waits.
    pub fn wake_with(&self, wake: impl FnMut() + MaybeSend + 'static) {
        self.subscription.wake_with(wake);
    }

    /// The next event that the store sees of those that `next` takes.
    fn seen(&self, next: impl Fn(&Subscription) -> Option<RawEvent>) -> Option<Result<Event<K, V>>> {
        loop {
            if let Some(seen) = Event::seen_by(&self.store, next(&self.subscription)?) {
                return Some(seen);
            }
        }
    }
}

impl<K: StorageKey, V: Entity, S: EntityStore<K, V>> Iterator for Changes<S, K, V> {
    type Item = Result<Event<K, V>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.recv()
    }
}

impl<S, K, V> fmt::Debug for Changes<S, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes").field("query", &self.query).finish_non_exhaustive()
    }
}
