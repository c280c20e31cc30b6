//! [`Hub`]: the subscribers of a backend, and their order with its commits.

use alloc::sync::Arc;
use core::ops::Deref;
use core::sync::atomic::Ordering;
use std::sync::PoisonError;

use super::commit_order::CommitOrder;
use super::queue::deliver_all;
use super::registry::Registry;
use crate::backend::{BackendId, Entered, Notify, StorageBackend, unique_number};
use crate::error::Result;
use crate::sync::{AtomicBool, AtomicUsize, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// `true` if transactions can overlap. Constant conditions remove the code that waits from targets without threads.
pub(super) const HAS_THREADS: bool = cfg!(any(not(target_family = "wasm"), target_feature = "atomics"));

/// The subscribers of a backend, behind a gate.
///
/// The gate is the lock of the registry. Every transaction holds it from before its first write until its changes are
/// queued. Subscribing and resyncing hold it exclusively. Three invariants follow:
///
/// 1. *No gap.* When a subscriber joins, no transaction is running. Each later one finds it and records its changes.
/// 2. *Commit order.* Changes are queued in the order in which the engine commits. See [`CommitOrder`] for an engine that
///    [commits in the order of its bodies](StorageBackend::commits_in_order): its transactions share the gate, and can
///    share a sync. On another engine, a transaction that records holds the gate exclusively, so no other is running.
/// 3. *No overlap.* [`Subscription::resync`](super::Subscription::resync) reads while no transaction is between its first
///    write and the queueing of its changes. So the changes of each are both in the state and queued before, or in neither.
///
/// While there are no subscribers, nothing is recorded, and transactions of every engine share the gate.
pub(super) struct Hub {
    gate: RwLock<Registry>,
    order: Arc<CommitOrder>,
    /// The number of open queues. A queue that is closed may still be in the registry.
    open_queues: Arc<AtomicUsize>,
    /// `true` after the engine was closed.
    has_ended: AtomicBool,
    /// `true` if the engine was reopened while this thread held the gate, so that the subscribers don't know it yet.
    has_gap: AtomicBool,
    /// `true` if the engine commits in the order of its bodies.
    is_ordered: bool,
    /// The identity of the backend with this layer.
    id: Option<BackendId>,
    /// The number of this layer.
    number: u32,
}

/// The gate, which is held until this is dropped.
pub(super) enum Gate<'a> {
    /// Other transactions may run too.
    Shared(RwLockReadGuard<'a, Registry>),
    /// Nothing else runs.
    Exclusive(RwLockWriteGuard<'a, Registry>),
}

impl Hub {
    /// Creates the hub of a layer over `inner`.
    pub(super) fn new(inner: &dyn StorageBackend) -> Self {
        Self::ordered(inner, !HAS_THREADS || inner.commits_in_order())
    }

    /// Creates the hub of a layer over `inner` that knows the order of the commits by itself.
    pub(super) fn in_order(inner: &dyn StorageBackend) -> Self {
        Self::ordered(inner, true)
    }

    fn ordered(inner: &dyn StorageBackend, is_ordered: bool) -> Self {
        let number = unique_number();
        Self {
            gate: RwLock::default(),
            order: Arc::default(),
            open_queues: Arc::default(),
            has_ended: AtomicBool::new(false),
            has_gap: AtomicBool::new(false),
            is_ordered,
            id: inner.backend_id().map(|id| id.in_layer(number)),
            number,
        }
    }

    pub(super) fn id(&self) -> Option<BackendId> {
        self.id
    }

    pub(super) fn is_ordered(&self) -> bool {
        self.is_ordered
    }

    pub(super) fn order(&self) -> &Arc<CommitOrder> {
        &self.order
    }

    /// Marks the hub as entered by this thread. A thread must enter the hub before it passes the gate.
    ///
    /// The gate is not reentrant: a thread that holds it and waits for it again waits for ever. A thread that is inside a
    /// transaction of the engine must not wait for it either. The gate comes before the engine's lock for every
    /// transaction of this layer, and one of them may hold the gate and wait for that lock.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NestedTransaction`](crate::ErrorKind::NestedTransaction) if this thread has entered the hub already, or is
    /// inside a transaction of the engine.
    pub(super) fn enter(&self) -> Result<Entered> {
        Entered::new(self.number, self.id.map_or(self.number, BackendId::engine))
    }

    /// Returns `true` if this thread has entered the hub.
    pub(super) fn is_inside(&self) -> bool {
        Entered::is_inside(self.number)
    }

    /// Returns `true` if a queue is open. While the gate is held, no queue opens after `false`. Otherwise it is a hint.
    ///
    /// `Relaxed` is enough. The count is incremented only under the exclusive gate, whose release makes the increment
    /// visible to every thread that passes the gate later. It is decremented at any time. A transaction that misses a
    /// decrement records changes that nobody receives, which does no harm.
    pub(super) fn has_subscribers(&self) -> bool {
        self.open_queues.load(Ordering::Relaxed) != 0
    }

    /// Passes the gate for a transaction.
    pub(super) fn pass(&self, entered: &Entered) -> Gate<'_> {
        if self.is_ordered || !self.has_subscribers() {
            // A poisoned lock is used here and below: a panic in a transaction's body does not change the registry.
            let gate = self.gate.read().unwrap_or_else(PoisonError::into_inner);
            // A subscriber may have joined before the gate was passed, so this checks again. None can join while the gate
            // is held: a transaction that records nothing has ended before the next subscriber joins (1).
            if self.is_ordered || !self.has_subscribers() {
                return Gate::Shared(gate);
            }
        }
        // The bodies don't tell the order of the commits, so no other transaction may run until this one is queued (2).
        Gate::Exclusive(self.exclusive(entered))
    }

    /// Passes the gate exclusively: no transaction is running, and every earlier one is queued.
    pub(super) fn exclusive(&self, _: &Entered) -> RwLockWriteGuard<'_, Registry> {
        let mut registry = self.gate.write().unwrap_or_else(PoisonError::into_inner);
        registry.prune(self.open_queues.load(Ordering::Relaxed));
        registry
    }

    /// Returns the counter of open queues. Each queue increments and decrements it.
    pub(super) fn open_queues(&self) -> &Arc<AtomicUsize> {
        &self.open_queues
    }

    /// Returns `true` if the engine was closed. It is known to a thread that holds the gate exclusively after
    /// [`end`](Self::end) has passed the gate.
    pub(super) fn has_ended(&self) -> bool {
        self.has_ended.load(Ordering::Relaxed)
    }

    /// Returns `true` if a thread that has left the gate must call [`tell_gap`](Self::tell_gap).
    pub(super) fn has_gap(&self) -> bool {
        self.has_gap.load(Ordering::Relaxed)
    }

    /// Tells every subscriber that its state is out of date.
    pub(super) fn tell_gap(&self) {
        self.has_gap.store(true, Ordering::Relaxed);
        // The code in a resync may reopen the engine. The resync calls this again then, when it has left the gate.
        let Ok(entered) = self.enter() else { return };
        // No commit is being queued while the gate is held exclusively, so no gap is in the middle of one.
        let registry = self.exclusive(&entered);
        self.has_gap.store(false, Ordering::Relaxed);
        let queues = registry.queues();
        for queue in &queues {
            queue.add_gap();
        }
        drop((registry, entered));
        deliver_all(&queues);
    }

    /// Ends every subscription, and those that are made later.
    pub(super) fn end(&self) {
        self.has_ended.store(true, Ordering::Relaxed);
        // The code in a resync may close the engine. The resync ends the subscriptions then, when it has left the gate.
        if !self.is_inside() {
            let queues = self.gate.read().unwrap_or_else(PoisonError::into_inner).queues();
            for queue in &queues {
                queue.end();
            }
            deliver_all(&queues);
        }
    }
}

/// The engine was closed.
impl Notify for Hub {
    fn notify(&self) {
        self.end();
    }
}

/// The listener to reopenings of the engine.
pub(super) struct Reopened(Arc<Hub>);

impl Reopened {
    /// Lets the hub listen to the engine, which does not keep it alive, nor the listener to reopenings that this returns.
    pub(super) fn listen(inner: &dyn StorageBackend, hub: &Arc<Hub>) -> Arc<dyn Notify> {
        let closed: Arc<dyn Notify> = Arc::<Hub>::clone(hub);
        inner.on_close(Arc::downgrade(&closed));
        let reopened: Arc<dyn Notify> = Arc::new(Self(Arc::clone(hub)));
        inner.on_reopen(Arc::downgrade(&reopened));
        reopened
    }
}

impl Notify for Reopened {
    fn notify(&self) {
        self.0.tell_gap();
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.end();
    }
}

impl Deref for Gate<'_> {
    type Target = Registry;

    fn deref(&self) -> &Registry {
        match self {
            Self::Shared(registry) => registry,
            Self::Exclusive(registry) => registry,
        }
    }
}
