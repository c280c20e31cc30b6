//! [`Observed`]: a backend with a change feed.

mod change_set;
mod event;
mod feed;
mod filter;
mod hub;
mod partition_map;
mod probe;
mod queue;
mod recorder;
mod reentrancy;
mod registry;
mod scopes;
mod subscription;

use alloc::sync::Arc;
use core::fmt;
use std::panic::{self, AssertUnwindSafe};

use change_set::ChangeSet;
pub use event::{RawChange, RawEvent};
pub use feed::Feed;
pub use filter::Filter;
use hub::Hub;
use queue::Queue;
use recorder::Recorder;
pub use subscription::{CallbackSubscription, Subscription};

use crate::backend::{
    Direction, KeyRange, Partition, Read, Snapshot, StorageBackend, TransactionBody, Visit,
};
use crate::delegate_reads;
use crate::error::Result;

/// A layer that reports every committed change of the backend that it wraps, exactly once and in commit order.
///
/// [`EntityWatch::watch`](crate::store::EntityWatch::watch) gives the changes as entities and [`Feed::subscribe`] gives
/// them as bytes. Writes that bypass this layer are not reported. Therefore share this layer in an `Arc`, not the
/// backend under it.
///
/// While there are no subscribers, a transaction runs as it does without the layer. With subscribers, transactions of
/// this layer run one after the other, even on an engine that runs them concurrently, and each write to a watched key
/// reads the old value first. The changes to watched keys stay in memory until the transaction ends. Reads are not
/// affected.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::layers::Observed;
/// use keyloft::prelude::*;
/// use keyloft_memory::MemoryBackend;
///
/// let backend = Arc::new(Observed::new(MemoryBackend::new()));
/// let jobs = Table::<JobId, u32>::new(backend.clone(), "jobs");
/// let changes = jobs.changes(&backend.feed(), ..)?;
/// jobs.put(&"1".into(), &7)?;
/// jobs.delete(&"1".into())?;
///
/// let events: Vec<_> = std::iter::from_fn(|| changes.try_recv()).collect::<Result<_, _>>()?;
/// assert_eq!(events, [
///     Event::Inserted { commit: 1, key: "1".into(), new: 7 },
///     Event::Deleted { commit: 2, key: "1".into(), old: 7 },
/// ]);
/// # Ok::<(), keyloft::Error>(())
/// ```
pub struct Observed<B> {
    inner: B,
    hub: Arc<Hub>,
}

impl<B: StorageBackend> Observed<B> {
    /// Wraps `inner`.
    pub fn new(inner: B) -> Self {
        Self { inner, hub: Arc::default() }
    }

    /// Returns the change feed of this backend. Every watch and every subscription needs it.
    ///
    /// A backend without this layer has no feed:
    ///
    /// ```compile_fail
    /// use keyloft_memory::MemoryBackend;
    ///
    /// let feed = MemoryBackend::new().feed();
    /// ```
    pub fn feed(&self) -> Feed {
        Feed::new(&self.hub)
    }
}

impl<B: StorageBackend> Read for Observed<B> {
    delegate_reads!(self => self.inner; get, partitions, get_many, contains, count, catalog_stamp);

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        if probe::arrives(&self.hub, partition, range) {
            return Ok(());
        }
        self.inner.scan(partition, range, direction, visit)
    }
}

impl<B: StorageBackend> StorageBackend for Observed<B> {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.inner.snapshot()
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        let entered = self.hub.enter()?;
        if !self.hub.has_subscribers() {
            let _gate = self.hub.shared(&entered);
            // A subscriber may have joined before the gate was passed, so this checks again. None can join while the
            // gate is held. A transaction that records nothing has therefore ended before the next subscriber joins.
            if !self.hub.has_subscribers() {
                return self.inner.transact(body);
            }
        }
        // The gate is held until the changes are queued. No other commit and no new subscriber can come in between, so
        // the queues are filled in commit order.
        let mut registry = self.hub.exclusive(&entered);
        let mut changes = ChangeSet::default();
        self.inner.transact(&mut |tx| {
            // The engine may run the body again. Only the changes of the last run are committed.
            let mut recorder = Recorder::new(tx, &registry);
            body(&mut recorder)?;
            changes = recorder.into_changes();
            Ok(())
        })?;
        let filled = registry.publish(&changes);
        // Callbacks run with the gate open and outside the transaction, so that they may read, write and subscribe.
        drop((registry, entered));
        deliver(&filled);
        Ok(())
    }
}

/// Calls the listeners of the queues. If one panics, the others are called before the panic resumes.
fn deliver(filled: &[Arc<Queue>]) {
    let mut panicked = None;
    for queue in filled {
        let delivered = panic::catch_unwind(AssertUnwindSafe(|| queue.deliver()));
        panicked = panicked.or(delivered.err());
    }
    if let Some(panicked) = panicked {
        panic::resume_unwind(panicked);
    }
}

impl<B: fmt::Debug> fmt::Debug for Observed<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observed").field("inner", &self.inner).finish_non_exhaustive()
    }
}
