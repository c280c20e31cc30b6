//! [`Subscription`] and [`Listening`]: the subscriber's end of a feed.

use alloc::boxed::Box;
use alloc::sync::{Arc, Weak};
use core::fmt;
use core::time::Duration;

use super::RawEvent;
use super::hub::Hub;
use super::queue::Queue;
use crate::error::Result;
use crate::maybe_send::MaybeSend;

/// Changes that wait to be taken, in commit order; dropping it ends the subscription.
///
/// The changes of one commit are queued together, in the order of their partitions and keys: when
/// [`try_recv`](Subscription::try_recv) finds nothing, the last commit is complete. As an iterator it waits for the next
/// event, and ends when the backend is gone.
///
/// Only so many changes wait as the [`Filter`](super::Filter) says. A commit for which there is no room is lost to
/// this subscriber, all of it, and an [`RawEvent::Lagged`] stands in its place; commits that find room again follow
/// after it. What the subscriber knows is right again after a [`resync`](Subscription::resync).
///
/// Waiting is for targets with threads: where there is only one, as in a browser, nobody could ever end the wait, and
/// the standard library panics or hangs instead. There, [`try_recv`](Subscription::try_recv) with
/// [`wake_with`](Subscription::wake_with), or [`Feed::subscribe_with`](super::Feed::subscribe_with).
pub struct Subscription {
    lease: Lease,
    hub: Weak<Hub>,
}

/// A callback's subscription, from [`Feed::subscribe_with`](super::Feed::subscribe_with); dropping it ends it. A call
/// that is under way on another thread is not waited for.
#[must_use = "dropping it ends the subscription"]
pub struct Listening {
    _lease: Lease,
}

impl Subscription {
    pub(super) fn new(lease: Lease, hub: Weak<Hub>) -> Self {
        Self { lease, hub }
    }

    /// The next event, if there is one.
    pub fn try_recv(&self) -> Option<RawEvent> {
        self.lease.0.try_pop()
    }

    /// Waits for the next event; `None` when the backend is gone and none can come.
    pub fn recv(&self) -> Option<RawEvent> {
        self.lease.0.pop()
    }

    /// Waits for the next event, but not longer than this; `None` when there was none.
    pub fn recv_timeout(&self, time: Duration) -> Option<RawEvent> {
        self.lease.0.pop_within(time)
    }

    /// Forgets what waits and runs `read` while nothing is committed: what it reads is the state before the next event.
    ///
    /// Take a [`snapshot`](crate::StorageBackend::snapshot) in it and read that after: writers wait meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error::NestedTransaction`](crate::Error::NestedTransaction) inside a transaction of this backend on the same
    /// thread; what `read` returns, and then nothing is forgotten.
    pub fn resync<T>(&self, read: impl FnOnce() -> Result<T>) -> Result<T> {
        let hub = self.hub.upgrade();
        let turn = hub.as_ref().map(Hub::enter).transpose()?;
        let _gate = hub.as_ref().zip(turn.as_ref()).map(|(hub, turn)| hub.pass(turn));
        let state = read()?;
        self.lease.0.clear();
        Ok(state)
    }

    /// Calls `wake` after every commit that has put events here, and at once if there are some: for a subscriber that
    /// then takes them with [`try_recv`](Subscription::try_recv), in the call or later. It replaces an earlier one.
    ///
    /// It runs as a [callback](super::Feed::subscribe_with) does, and may do what that may.
    pub fn wake_with(&self, mut wake: impl FnMut() + MaybeSend + 'static) {
        self.lease.0.listen(Box::new(move |_: &Queue| wake()));
    }
}

impl Iterator for Subscription {
    type Item = RawEvent;

    fn next(&mut self) -> Option<RawEvent> {
        self.recv()
    }
}

impl Listening {
    pub(super) fn new(lease: Lease) -> Self {
        Self { _lease: lease }
    }
}

/// A queue that takes events as long as this lives.
pub(super) struct Lease(Arc<Queue>);

impl Lease {
    pub(super) fn new(queue: Arc<Queue>) -> Self {
        Self(queue)
    }

    /// That of a backend that is gone.
    pub(super) fn ended() -> Self {
        let queue = Queue::new(0, &Arc::default());
        queue.end();
        Self(Arc::new(queue))
    }

    pub(super) fn queue(&self) -> &Queue {
        &self.0
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").finish_non_exhaustive()
    }
}

impl fmt::Debug for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listening").finish_non_exhaustive()
    }
}
