//! [`Feed`]: where subscriptions come from.

use alloc::boxed::Box;
use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;

use super::hub::Hub;
use super::queue::Queue;
use super::subscription::{Lease, Listening, Subscription};
use super::{Filter, RawEvent};
use crate::backend::{Partition, Scope, StorageBackend};
use crate::error::{Error, Result};
use crate::maybe_send::MaybeSend;

/// The changes of a backend that an [`Observed`](super::Observed) layer tells of, as they are seen through the layers
/// above it.
///
/// Through [`Scoped`](crate::layers::Scoped) it tells of the scope only, under the names inside.
#[derive(Clone)]
pub struct Feed {
    /// It does not keep the backend from going.
    hub: Weak<Hub>,
    scopes: Scopes,
}

/// The scopes that a feed is seen through, the one next to the hub first.
#[derive(Clone, Default)]
pub(super) struct Scopes(Vec<Scope>);

impl Feed {
    pub(super) fn new(hub: &Arc<Hub>) -> Self {
        Self { hub: Arc::downgrade(hub), scopes: Scopes::default() }
    }

    /// The feed of this backend.
    ///
    /// # Errors
    ///
    /// [`Error::NotObserved`] if none of its layers is an [`Observed`](super::Observed).
    pub fn of<B: StorageBackend + ?Sized>(backend: &B) -> Result<Self> {
        backend.feed().ok_or(Error::ReadOnly)
    }

    /// Begins to collect the changes that the filter lets through, from the next commit on. When the backend is gone
    /// there are none.
    ///
    /// ```
    /// use keyloft::layers::{Feed, Filter, Observed, RawEvent};
    /// use keyloft::{Partition, StorageBackend};
    /// use keyloft_memory::MemoryBackend;
    ///
    /// let backend = Observed::new(MemoryBackend::new());
    /// let notes = Partition::from("notes");
    /// let changes = Feed::of(&backend)?.subscribe(Filter::prefix("notes", b"bob:"))?;
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
    /// [`Error::NestedTransaction`] inside a transaction of this backend on the same thread, whose changes are under
    /// way.
    pub fn subscribe(&self, filter: Filter) -> Result<Subscription> {
        Ok(Subscription::new(self.lease(filter)?, self.hub.clone()))
    }

    /// Calls `callback` with every event that the filter lets through, from the next commit on, until what is returned
    /// is dropped.
    ///
    /// It runs after the commit, before the transaction's call returns, on the thread that committed, or on one that is
    /// just calling it for an earlier commit. No lock is held: it may read, write, subscribe, and drop its own
    /// subscription; what it writes itself it is told of when it has returned. When it panics, its subscription has
    /// ended and the panic goes on to the caller of a transaction that is committed.
    /// What it owns lives as long as its subscription: let it hold the backend by a [`Weak`](std::sync::Weak).
    ///
    /// ```
    /// use std::sync::mpsc;
    ///
    /// use keyloft::layers::{Feed, Filter, Observed};
    /// use keyloft::{Partition, StorageBackend};
    /// use keyloft_memory::MemoryBackend;
    ///
    /// let backend = Observed::new(MemoryBackend::new());
    /// let (send, received) = mpsc::channel();
    /// let listening = Feed::of(&backend)?.subscribe_with(Filter::all(), move |event| {
    ///     let _ = send.send(event);
    /// })?;
    /// backend.transact(&mut |tx| tx.put(&Partition::from("notes"), b"1", b"milk"))?;
    /// assert_eq!(received.try_iter().count(), 1);
    ///
    /// drop(listening);
    /// backend.transact(&mut |tx| tx.put(&Partition::from("notes"), b"1", b"bread"))?;
    /// assert_eq!(received.try_iter().count(), 0);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`subscribe`](Feed::subscribe).
    pub fn subscribe_with(
        &self,
        filter: Filter,
        mut callback: impl FnMut(RawEvent) + MaybeSend + 'static,
    ) -> Result<Listening> {
        let lease = self.lease(filter)?;
        lease.queue().listen(Box::new(move |queue: &Queue| {
            while let Some(event) = queue.try_pop() {
                callback(event);
            }
        }));
        Ok(Listening::new(lease))
    }

    pub(crate) fn check(&self, _: &dyn StorageBackend, _: &Partition) -> Result<()> {
        Ok(())
    }

    pub(crate) fn capacity(&self) -> usize {
        Filter::DEFAULT_CAPACITY
    }

    /// The same feed, seen from inside a scope.
    pub(in crate::layers) fn within(mut self, scope: Scope) -> Self {
        self.scopes.0.push(scope);
        self
    }

    fn lease(&self, filter: Filter) -> Result<Lease> {
        let Some(hub) = self.hub.upgrade() else { return Ok(Lease::ended()) };
        let turn = hub.enter()?;
        let mut registry = hub.pass_alone(&turn);
        let queue = Arc::new(Queue::new(filter.capacity, hub.live()));
        registry.add(filter, self.scopes.clone(), Arc::clone(&queue));
        Ok(Lease::new(queue))
    }
}

impl Scopes {
    /// The partition at the hub of this one inside.
    pub(super) fn outside(&self, inside: Partition) -> Partition {
        self.0.iter().rev().fold(inside, |partition, scope| scope.full(&partition))
    }

    /// The partition inside of this one at the hub, if it is of the scopes.
    pub(super) fn inside(&self, outside: &Partition) -> Option<Partition> {
        self.0.iter().try_fold(outside.clone(), |partition, scope| scope.local(&partition))
    }
}

impl core::fmt::Debug for Feed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Feed").finish_non_exhaustive()
    }
}
