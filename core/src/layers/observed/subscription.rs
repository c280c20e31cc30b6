//! [`Subscription`] and [`CallbackSubscription`]: the receiving end of a feed.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Deref;
use core::time::Duration;

use super::filter::Limits;
use super::queue::Queue;
use super::{Feed, RawEvent};
use crate::error::Result;
use crate::maybe_send::MaybeSend;

/// A queue of changes in commit order, from [`Feed::subscribe`](super::Feed::subscribe). Dropping it ends the
/// subscription.
///
/// The changes of one commit are queued together, in the order of their partitions and keys. When
/// [`try_recv`](Subscription::try_recv) returns `None`, the last commit is complete. As an iterator, a subscription
/// waits for the next event, and ends when the subscription [has ended](Self::has_ended).
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
    feed: Feed,
}

/// The subscription of a callback, from [`Feed::subscribe_with`](super::Feed::subscribe_with). Dropping it ends the
/// subscription, but does not wait for a call that is running on another thread.
#[must_use = "dropping it ends the subscription"]
pub struct CallbackSubscription {
    _queue: OpenQueue,
}

impl Subscription {
    pub(super) fn new(queue: OpenQueue, feed: Feed) -> Self {
        Self { queue, feed }
    }

    /// Returns the next event, or `None` if no event is waiting. [`has_ended`](Self::has_ended) tells if one can still come.
    pub fn try_recv(&self) -> Option<RawEvent> {
        self.queue.try_pop()
    }

    /// Waits for the next event. Returns `None` if the subscription has ended and no event is waiting.
    pub fn recv(&self) -> Option<RawEvent> {
        self.recv_within(None)
    }

    /// Waits for the next event. Returns `None` after `timeout`, or if the subscription has ended and no event is waiting.
    pub fn recv_timeout(&self, timeout: Duration) -> Option<RawEvent> {
        self.recv_within(Some(timeout))
    }

    /// Returns `true` if the subscription has ended and no event is waiting. Then none will come.
    ///
    /// A subscription ends when the observed backend is dropped, when its engine is closed, and by [`close`](Self::close).
    ///
    /// ```
    /// use keyloft::layers::{Filter, Observed};
    /// use keyloft_memory::MemoryBackend;
    ///
    /// let backend = Observed::new(MemoryBackend::new());
    /// let changes = backend.feed().subscribe(Filter::all())?;
    /// assert!(changes.try_recv().is_none() && !changes.has_ended());
    /// drop(backend);
    /// assert!(changes.try_recv().is_none() && changes.has_ended());
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    pub fn has_ended(&self) -> bool {
        self.queue.has_ended()
    }

    /// Ends the subscription. Threads that wait for an event wake, and the [`wake`](Self::wake_with) is called for the last
    /// time. Waiting events can still be received.
    ///
    /// ```
    /// use std::thread;
    /// use keyloft::layers::{Filter, Observed};
    /// use keyloft_memory::MemoryBackend;
    ///
    /// let backend = Observed::new(MemoryBackend::new());
    /// let changes = backend.feed().subscribe(Filter::all())?;
    /// thread::scope(|scope| {
    ///     let follower = scope.spawn(|| changes.recv());
    ///     changes.close();
    ///     assert_eq!(follower.join().unwrap(), None);
    /// });
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    pub fn close(&self) {
        self.queue.end();
        self.queue.deliver();
    }

    /// Runs `read` while no transaction commits, and discards the waiting events. The next event is the first change to
    /// the state that `read` sees.
    ///
    /// Writers wait until `read` returns. Therefore take a [`snapshot`](crate::StorageBackend::snapshot) in it, and read
    /// the snapshot afterwards.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NestedTransaction`](crate::ErrorKind::NestedTransaction) inside a transaction of this backend on the same
    /// thread, and the error of `read`. In both cases no event is discarded.
    pub fn resync<T>(&self, read: impl FnOnce() -> Result<T>) -> Result<T> {
        self.feed.between_commits(read, |state| {
            self.queue.clear();
            state
        })
    }

    /// Calls `wake` after every commit that queues events here, once when the subscription ends, and at once if events are
    /// waiting or the subscription has ended. It replaces an earlier `wake`.
    ///
    /// `wake` is dropped when the subscription ends. So it may own the subscription itself, in an [`Arc`]: that does not keep
    /// the backend open.
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
        self.feed.between_commits(read, |state| (state, self.queue.waiting()))
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
        let queue = Queue::new(Limits::default(), &Arc::default());
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
