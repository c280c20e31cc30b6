//! [`Feed`]: the source of subscriptions.

use alloc::boxed::Box;
use alloc::sync::{Arc, Weak};

use super::hub::Hub;
use super::queue::Queue;
use super::scopes::Scopes;
use super::subscription::{CallbackSubscription, OpenQueue, Subscription};
use super::{Filter, RawEvent, probe};
use crate::backend::{Partition, StorageBackend};
use crate::error::{Error, Place, Result};
use crate::maybe_send::MaybeSend;

/// The change feed of an [`Observed`](super::Observed) backend, from [`Observed::feed`](super::Observed::feed).
///
/// A store is watched with it, and [`subscribe`](Feed::subscribe) gives the changes as bytes. It does not keep the
/// backend alive.
///
/// A store over a [`Scoped`](crate::layers::Scoped) backend is watched with a feed of the same [scope](Feed::scoped). A
/// feed of another backend or scope than the store's is refused.
#[derive(Clone)]
pub struct Feed {
    hub: Weak<Hub>,
    scopes: Scopes,
    capacity: usize,
}

impl Feed {
    pub(super) fn new(hub: &Arc<Hub>) -> Self {
        Self { hub: Arc::downgrade(hub), scopes: Scopes::default(), capacity: Filter::DEFAULT_CAPACITY }
    }

    /// Returns this feed as seen through a [`Scoped`](crate::layers::Scoped) backend of the scope `name`: the changes
    /// inside the scope, with local names.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::layers::{Observed, Scoped};
    /// use keyloft::prelude::*;
    /// use keyloft_memory::MemoryBackend;
    ///
    /// let backend = Arc::new(Observed::new(MemoryBackend::new()));
    /// let acme = Arc::new(Scoped::new(backend.clone(), "acme"));
    /// let jobs = Table::<JobId, u32>::new(acme, "jobs");
    ///
    /// let changes = jobs.changes(&backend.feed().scoped("acme"), ..)?;
    /// jobs.put(&"1".into(), &7)?;
    /// assert!(changes.try_recv().is_some());
    /// assert_eq!(jobs.changes(&backend.feed(), ..).unwrap_err().code(), "NotObserved");
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    #[must_use]
    pub fn scoped(&self, name: &str) -> Self {
        let mut feed = self.clone();
        feed.scopes.push(name);
        feed
    }

    /// Sets the number of changes that may wait in each watch of a store that is made with this feed, initially
    /// [`Filter::DEFAULT_CAPACITY`].
    ///
    /// A [subscription](Feed::subscribe) has the capacity of its [`Filter`].
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::layers::Observed;
    /// use keyloft::prelude::*;
    /// use keyloft::store::Event;
    /// use keyloft_memory::MemoryBackend;
    ///
    /// let backend = Arc::new(Observed::new(MemoryBackend::new()));
    /// let jobs = Table::<JobId, u32>::new(backend.clone(), "jobs");
    /// let changes = jobs.changes(&backend.feed().with_capacity(1), ..)?;
    /// jobs.put(&"1".into(), &7)?;
    /// jobs.put(&"2".into(), &7)?;
    /// assert!(matches!(changes.try_recv().transpose()?, Some(Event::Inserted { .. })));
    /// assert!(matches!(changes.try_recv().transpose()?, Some(Event::Lagged { missed: 1 })));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    #[must_use]
    pub fn with_capacity(mut self, changes: usize) -> Self {
        self.capacity = changes;
        self
    }

    /// Begins to collect the changes that pass the filter, from the next commit on. After the backend is dropped there
    /// are none.
    ///
    /// ```
    /// use keyloft::layers::{Filter, Observed, RawEvent};
    /// use keyloft::{Partition, StorageBackend};
    /// use keyloft_memory::MemoryBackend;
    ///
    /// let backend = Observed::new(MemoryBackend::new());
    /// let notes = Partition::from("notes");
    /// let changes = backend.feed().subscribe(Filter::prefix("notes", b"bob:"))?;
    ///
    /// backend.transact(&mut |tx| {
    ///     tx.put(&notes, b"bob:1", b"milk")?;
    ///     tx.put(&notes, b"eve:1", b"bread")
    /// })?;
    /// let Some(RawEvent::Change(change)) = changes.try_recv() else { unreachable!() };
    /// assert_eq!((&*change.key, change.old, change.new.as_deref()), (&b"bob:1"[..], None, Some(&b"milk"[..])));
    /// assert_eq!(changes.try_recv(), None);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NestedTransaction`] inside a transaction of this backend on the same thread.
    pub fn subscribe(&self, filter: Filter) -> Result<Subscription> {
        Ok(Subscription::new(self.open_queue(filter)?, self.hub.clone()))
    }

    /// Calls `callback` with every event that passes the filter, from the next commit on, until the returned
    /// subscription is dropped.
    ///
    /// The callback runs after the commit and before the call of the transaction returns. It runs on the thread that
    /// committed, or on a thread that is calling it for an earlier commit at that moment. It never runs on two threads
    /// at once.
    ///
    /// No lock is held meanwhile. The callback may read, write, subscribe, and drop its own subscription. The events of
    /// its own writes follow when it has returned. If it panics, its subscription ends and the panic reaches the caller
    /// of the transaction, which is committed.
    ///
    /// The callback is dropped with its subscription. It should hold the backend by a [`Weak`](std::sync::Weak), since
    /// an [`Arc`](std::sync::Arc) would keep the backend alive for as long.
    ///
    /// ```
    /// use std::sync::mpsc;
    ///
    /// use keyloft::layers::{Filter, Observed};
    /// use keyloft::{Partition, StorageBackend};
    /// use keyloft_memory::MemoryBackend;
    ///
    /// let backend = Observed::new(MemoryBackend::new());
    /// let (send, received) = mpsc::channel();
    /// let subscription = backend.feed().subscribe_with(Filter::all(), move |event| {
    ///     let _ = send.send(event);
    /// })?;
    /// backend.transact(&mut |tx| tx.put(&Partition::from("notes"), b"1", b"milk"))?;
    /// assert_eq!(received.try_iter().count(), 1);
    ///
    /// drop(subscription);
    /// backend.transact(&mut |tx| tx.put(&Partition::from("notes"), b"1", b"bread"))?;
    /// assert_eq!(received.try_iter().count(), 0);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`subscribe`](Feed::subscribe).
    pub fn subscribe_with(
        &self,
        filter: Filter,
        mut callback: impl FnMut(RawEvent) + MaybeSend + 'static,
    ) -> Result<CallbackSubscription> {
        let queue = self.open_queue(filter)?;
        queue.listen(Box::new(move |queue: &Queue| {
            while let Some(event) = queue.try_pop() {
                callback(event);
            }
        }));
        Ok(CallbackSubscription::new(queue))
    }

    /// Checks that this feed tells of the writes through `backend` to `partition`.
    ///
    /// # Errors
    ///
    /// [`Error::NotObserved`] if the backend is not over the one that this feed belongs to, or is in another scope of
    /// it; the errors of the backend's [`scan`](crate::Read::scan).
    pub(crate) fn check(&self, backend: &dyn StorageBackend, partition: &Partition) -> Result<()> {
        // If the hub is gone, so is its backend: this one is another.
        let arrived = match self.hub.upgrade() {
            Some(hub) => probe::send(&hub, backend, partition)?,
            None => None,
        };
        if arrived == Some(self.scopes.full(partition.clone())) {
            Ok(())
        } else {
            Err(Error::NotObserved { place: Place::of(partition) })
        }
    }

    /// The number of changes that may wait in a watch.
    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    fn open_queue(&self, filter: Filter) -> Result<OpenQueue> {
        let Some(hub) = self.hub.upgrade() else { return Ok(OpenQueue::ended()) };
        let entered = hub.enter()?;
        // With the gate held exclusively no transaction is running: all that follow find the queue and record.
        let mut registry = hub.exclusive(&entered);
        let queue = Arc::new(Queue::new(filter.capacity, hub.open()));
        registry.add(filter, self.scopes.clone(), Arc::clone(&queue));
        Ok(OpenQueue::new(queue))
    }
}

impl core::fmt::Debug for Feed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Feed").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}
