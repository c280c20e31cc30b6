//! [`Subscription`] and [`CallbackSubscription`]: the receiving end of a feed.

use alloc::boxed::Box;
use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;
use core::fmt;
use core::ops::Deref;
use core::time::Duration;

use super::RawEvent;
use super::hub::Hub;
use super::queue::Queue;
use crate::error::Result;
use crate::maybe_send::MaybeSend;

/// A queue of changes in commit order, from [`Feed::subscribe`](super::Feed::subscribe). Dropping it ends the
/// subscription.
///
/// The changes of one commit are queued together, in the order of their partitions and keys. When
/// [`try_recv`](Subscription::try_recv) returns `None`, the last commit is complete. As an iterator, a subscription
/// waits for the next event, and ends when the backend has been dropped.
///
/// The [`Filter`](super::Filter) sets the number of changes that can wait. If the queue has no room for a commit, all
/// its changes are dropped, and a [`RawEvent::Lagged`] takes their place. Later commits that find room follow after it.
/// [`resync`](Subscription::resync) brings the subscriber up to date again.
///
/// Only a target with threads can wait. On a target without threads, such as a browser, nothing could end the wait, and
/// the standard library panics or hangs. There, use [`try_recv`](Subscription::try_recv) with
/// [`wake_with`](Subscription::wake_with), or [`Feed::subscribe_with`](super::Feed::subscribe_with).
pub struct Subscription {
    queue: OpenQueue,
    hub: Weak<Hub>,
}

/// The subscription of a callback, from [`Feed::subscribe_with`](super::Feed::subscribe_with). Dropping it ends the
/// subscription, but does not wait for a call that is running on another thread.
#[must_use = "dropping it ends the subscription"]
pub struct CallbackSubscription {
    _queue: OpenQueue,
}

impl Subscription {
    pub(super) fn new(queue: OpenQueue, hub: Weak<Hub>) -> Self {
        Self { queue, hub }
    }

    /// Returns the next event, or `None` if no event is waiting.
    pub fn try_recv(&self) -> Option<RawEvent> {
        self.queue.try_pop()
    }

    /// Waits for the next event. Returns `None` if the backend has been dropped and no event is waiting.
    pub fn recv(&self) -> Option<RawEvent> {
        self.recv_within(None)
    }

    /// Waits for the next event. Returns `None` after `timeout`, or if the backend has been dropped and no event is
    /// waiting.
    pub fn recv_timeout(&self, timeout: Duration) -> Option<RawEvent> {
        self.recv_within(Some(timeout))
    }

    /// Runs `read` while no transaction commits, and discards the waiting events. The next event is the first change to
    /// the state that `read` sees.
    ///
    /// Writers wait until `read` returns. Therefore take a [`snapshot`](crate::StorageBackend::snapshot) in it, and read
    /// the snapshot afterwards.
    ///
    /// # Errors
    ///
    /// [`Error::NestedTransaction`](crate::Error::NestedTransaction) inside a transaction of this backend on the same
    /// thread, and the error of `read`. In both cases no event is discarded.
    pub fn resync<T>(&self, read: impl FnOnce() -> Result<T>) -> Result<T> {
        self.between_commits(|| {
            let state = read()?;
            self.queue.clear();
            Ok(state)
        })
    }

    /// Calls `wake` after every commit that queues events here, and at once if events are waiting. It replaces an
    /// earlier `wake`.
    ///
    /// It is for a subscriber that takes the events with [`try_recv`](Subscription::try_recv), during the call or
    /// later. `wake` may do the same as the [callback](super::Feed::subscribe_with) of a feed.
    pub fn wake_with(&self, mut wake: impl FnMut() + MaybeSend + 'static) {
        self.queue.listen(Box::new(move |_: &Queue| wake()));
    }

    /// Runs `read` while no transaction commits. Returns also the waiting events, which stay: they lead from the state that
    /// the subscriber knows to the state that `read` sees.
    ///
    /// # Errors
    ///
    /// As [`resync`](Subscription::resync).
    pub(crate) fn peek<T>(&self, read: impl FnOnce() -> Result<T>) -> Result<(T, Vec<RawEvent>)> {
        self.between_commits(|| Ok((read()?, self.queue.waiting())))
    }

    /// Returns the next changes that wait, all of one commit, or the next gap. Returns nothing if no event is waiting.
    pub(crate) fn try_recv_commit(&self) -> Vec<RawEvent> {
        self.queue.try_pop_commit()
    }

    /// Waits for an event, at most for `timeout`. Returns `true` if one is waiting. Another thread may take it.
    pub(crate) fn wait(&self, timeout: Option<Duration>) -> bool {
        self.queue.wait(timeout)
    }

    fn recv_within(&self, timeout: Option<Duration>) -> Option<RawEvent> {
        // Of several threads that wait, another one may have taken the event.
        while self.queue.wait(timeout) {
            let event = self.queue.try_pop();
            if event.is_some() {
                return event;
            }
        }
        None
    }

    fn between_commits<T>(&self, read: impl FnOnce() -> Result<T>) -> Result<T> {
        let hub = self.hub.upgrade();
        let entered = hub.as_deref().map(Hub::enter).transpose()?;
        // This subscriber is registered, so every transaction holds the gate exclusively from its first write until its
        // changes are queued. While the gate is held here, each transaction is either complete or has not begun. The
        // changes of a complete one are queued and in the state that is read. Those of a later one are in neither.
        let _gate = hub.as_deref().zip(entered.as_ref()).map(|(hub, entered)| hub.shared(entered));
        read()
    }
}

impl Iterator for Subscription {
    type Item = RawEvent;

    fn next(&mut self) -> Option<RawEvent> {
        self.recv()
    }
}

impl CallbackSubscription {
    pub(super) fn new(queue: OpenQueue) -> Self {
        Self { _queue: queue }
    }
}

/// A queue that is closed when this is dropped.
pub(super) struct OpenQueue(Arc<Queue>);

impl OpenQueue {
    pub(super) fn new(queue: Arc<Queue>) -> Self {
        Self(queue)
    }

    /// Creates an empty queue that has ended, like a queue whose backend was dropped.
    pub(super) fn ended() -> Self {
        let queue = Queue::new(0, &Arc::default());
        queue.end();
        Self(Arc::new(queue))
    }
}

impl Deref for OpenQueue {
    type Target = Queue;

    fn deref(&self) -> &Queue {
        &self.0
    }
}

impl Drop for OpenQueue {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").finish_non_exhaustive()
    }
}

impl fmt::Debug for CallbackSubscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallbackSubscription").finish_non_exhaustive()
    }
}
