//! [`Feed`]: the source of subscriptions.

use alloc::boxed::Box;
use alloc::sync::{Arc, Weak};

use super::filter::Limits;
use super::queue::{Queue, deliver_all};
use super::scopes::Scopes;
use super::source::{Source, Until};
use super::subscription::{CallbackSubscription, OpenQueue, Subscription};
use super::{Filter, RawEvent, probe};
use crate::backend::{Partition, StorageBackend};
use crate::error::{ErrorKind, Place, Result};
use crate::maybe_send::MaybeSend;

/// The change feed of an [`Observed`](super::Observed) backend, from [`Observed::feed`](super::Observed::feed).
///
/// Pass it to [`EntityWatch::watch`](crate::store::EntityWatch::watch) for changes to entities, or call
/// [`subscribe`](Feed::subscribe) for changes in bytes. It does not keep the backend alive.
///
/// A watch on a store over a [`Scoped`](crate::layers::Scoped) backend needs the feed of the same
/// [scope](Feed::scoped). A watch refuses the feed of another backend or scope.
#[derive(Clone)]
pub struct Feed {
    source: Weak<dyn Source>,
    scopes: Scopes,
    limits: Limits,
}

impl Feed {
    pub(super) fn new(source: Weak<dyn Source>) -> Self {
        Self { source, scopes: Scopes::default(), limits: Limits::default() }
    }

    /// Returns the feed of the scope `name`, for a store over a [`Scoped`](crate::layers::Scoped) backend. It reports
    /// the changes in the scope, with local names of partitions.
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

    /// Sets the capacity of watches that use this feed: the number of changes that can wait in each. The default is
    /// [`Filter::DEFAULT_CAPACITY`].
    ///
    /// It does not apply to a [subscription](Feed::subscribe), whose [`Filter`] has a capacity.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::layers::Observed;
    /// use keyloft::prelude::*;
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
        self.limits.changes = changes;
        self
    }

    /// Sets the number of bytes of the changes that can wait in each watch that uses this feed. The default is
    /// [`Filter::DEFAULT_CAPACITY_BYTES`].
    #[must_use]
    pub fn with_capacity_bytes(mut self, bytes: usize) -> Self {
        self.limits.bytes = bytes;
        self
    }

    /// Subscribes to the changes that pass the filter, from the next commit on. If the backend has been dropped or closed,
    /// the subscription has ended.
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
    /// [`ErrorKind::NestedTransaction`] on a thread that is inside a transaction of this backend or of the engine under it.
    pub fn subscribe(&self, filter: Filter) -> Result<Subscription> {
        Ok(Subscription::new(self.open_queue(filter)?, self.clone()))
    }

    /// Calls `callback` with every event that passes the filter, from the next commit on, until the returned
    /// subscription is dropped.
    ///
    /// The callback runs after the commit, on the thread that committed, before `transact` returns. If another thread
    /// is running the callback at that time, that thread runs it again instead. It never runs on two threads at once.
    ///
    /// No lock is held during the call. The callback may read, write, subscribe, and drop its subscription. The events
    /// of its writes follow after it has returned, before `transact` returns. So a callback that writes after every event
    /// never ends, and neither does the transaction that called it. No limit ends it: the transaction is committed and can't
    /// fail any more, and a number of writes does not tell such a callback from one that does a long piece of work. Write only
    /// when there is something to write, or [`subscribe`](Feed::subscribe), and write on a thread of your own. If it panics, its subscription ends and the panic reaches the caller
    /// of the transaction, which is committed.
    ///
    /// The callback is dropped with its subscription. It should hold the backend by a [`Weak`](std::sync::Weak),
    /// because an [`Arc`](std::sync::Arc) would keep the backend alive until then.
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

    /// Checks that this feed reports the writes to `partition` of `backend`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotObserved`] if the backend does not wrap the feed's `Observed` layer, or wraps it in other scopes
    /// than the feed's; or the errors of the backend's [`scan`](crate::Read::scan).
    pub(crate) fn check(&self, backend: &dyn StorageBackend, partition: &Partition) -> Result<()> {
        // If the observed backend has been dropped, this is another backend.
        let arrived = match self.source.upgrade() {
            Some(source) => probe::send(source.hub(), backend, partition)?,
            None => None,
        };
        if arrived == Some(self.scopes.full(partition.clone())) {
            Ok(())
        } else {
            Err(ErrorKind::NotObserved { place: Place::of(partition) }.into())
        }
    }

    /// Sets the filter's limits to those of watches.
    pub(crate) fn limit(&self, filter: Filter) -> Filter {
        Filter { limits: self.limits, ..filter }
    }

    /// Returns the backend that the feed observes, in the feed's scopes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`] if the backend has been dropped.
    pub(crate) fn backend(&self, partition: &Partition) -> Result<Arc<dyn StorageBackend>> {
        let closed = || ErrorKind::Closed { place: Place::of(partition) };
        let source: Arc<dyn StorageBackend> = self.source.upgrade().ok_or_else(closed)?;
        Ok(self.scopes.backend(source))
    }

    /// Runs `read` while no transaction is between its first write and the queueing of its changes, and `settle` after every
    /// commit that `read` sees is queued, and no other.
    pub(super) fn between_commits<T, U>(
        &self,
        read: impl FnOnce() -> Result<T>,
        settle: impl FnOnce(T) -> U,
    ) -> Result<U> {
        let Some(source) = self.source.upgrade() else { return read().map(settle) };
        let hub = source.hub();
        let entered = hub.enter()?;
        // No overlap: while the gate is held exclusively, each transaction is either complete or has not begun. The changes
        // of a complete one are queued and in the state that is read. Those of a later one are in neither.
        let gate = hub.exclusive(&entered);
        let done = source.catch_up(&gate, Until::Newest).and_then(|mut filled| {
            let state = read()?;
            filled.extend(source.catch_up(&gate, Until::Read)?);
            Ok((settle(state), filled))
        });
        drop((gate, entered));
        let done = done.map(|(done, filled)| {
            deliver_all(&filled);
            done
        });
        // `read` may have closed the engine. The subscriptions could not end while it held the gate.
        if hub.has_ended() {
            hub.end();
        }
        // Or it may have opened the engine again.
        if hub.has_gap() {
            hub.tell_gap();
        }
        done
    }

    fn open_queue(&self, filter: Filter) -> Result<OpenQueue> {
        let Some(source) = self.source.upgrade() else { return Ok(OpenQueue::ended()) };
        let hub = source.hub();
        let entered = hub.enter()?;
        // No transaction runs while the gate is held exclusively, and all later ones find the queue: no gap (see
        // `Hub`).
        let mut registry = hub.exclusive(&entered);
        if hub.has_ended() {
            return Ok(OpenQueue::ended());
        }
        let filled = source.catch_up(&registry, Until::Newest)?;
        let queue = Arc::new(Queue::new(filter.limits, hub.open_queues()));
        registry.add(filter, self.scopes.clone(), Arc::clone(&queue));
        drop((registry, entered));
        deliver_all(&filled);
        Ok(OpenQueue::new(queue))
    }
}

impl core::fmt::Debug for Feed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Feed").field("limits", &self.limits).finish_non_exhaustive()
    }
}
