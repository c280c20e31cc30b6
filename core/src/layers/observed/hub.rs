//! [`Hub`]: the subscribers of a backend, and their order with its commits.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::reentrancy::ReentrancyGuard;
use super::registry::Registry;
use crate::error::Result;

/// The subscribers of a backend, behind a gate.
///
/// The gate is the lock of the registry. Every transaction holds it from before its first write until after its commit,
/// and every subscriber joins while holding it exclusively. Three invariants follow:
///
/// - *No gap.* When a subscriber joins, no transaction is running. Each later one finds it and records its changes.
/// - *Commit order.* A transaction that records holds the gate exclusively until its changes are queued. So the queues
///   are filled in the order in which the engine commits.
/// - *No overlap.* [`Subscription::resync`](super::Subscription::resync) reads while holding the gate, shared. Since its
///   subscriber is registered, every transaction records, and none can be between its commit and its queueing.
///
/// While there are no subscribers, transactions share the gate and run side by side, if the engine can.
#[derive(Default)]
pub(super) struct Hub {
    gate: RwLock<Registry>,
    /// The number of open queues. A queue that is closed may still be in the registry.
    open_queues: Arc<AtomicUsize>,
}

impl Hub {
    /// Marks the hub as entered by this thread. A thread must enter the hub before it passes the gate.
    ///
    /// # Errors
    ///
    /// [`Error::NestedTransaction`](crate::Error::NestedTransaction) if this thread has entered it already.
    pub(super) fn enter(&self) -> Result<ReentrancyGuard<'_>> {
        ReentrancyGuard::enter(self)
    }

    /// Returns `true` if a queue is open. While the gate is held, no queue opens after `false`. Otherwise it is a hint.
    ///
    /// `Relaxed` is enough. The count is incremented only under the exclusive gate, whose release makes the increment
    /// visible to every thread that passes the gate later. It is decremented at any time. A transaction that misses a
    /// decrement records changes that nobody receives, which does no harm.
    pub(super) fn has_subscribers(&self) -> bool {
        self.open_queues.load(Ordering::Relaxed) != 0
    }

    /// Passes the gate, shared with other threads.
    pub(super) fn shared(&self, _: &ReentrancyGuard<'_>) -> RwLockReadGuard<'_, Registry> {
        // A poisoned lock is used here and below: a panic in a transaction's body does not change the registry.
        self.gate.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Passes the gate exclusively, and removes the subscribers whose queues are closed.
    pub(super) fn exclusive(&self, _: &ReentrancyGuard<'_>) -> RwLockWriteGuard<'_, Registry> {
        let mut registry = self.gate.write().unwrap_or_else(PoisonError::into_inner);
        if registry.len() > self.open_queues.load(Ordering::Relaxed) {
            registry.prune();
        }
        registry
    }

    /// Returns the counter of open queues. Each queue increments and decrements it.
    pub(super) fn open_queues(&self) -> &Arc<AtomicUsize> {
        &self.open_queues
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.gate.get_mut().unwrap_or_else(PoisonError::into_inner).end();
    }
}
