//! [`Observed`]: a backend that tells what was committed.

mod event;
mod feed;
mod filter;
mod hub;
mod log;
mod queue;
mod recording;
mod registry;
mod subscription;
mod turn;

use alloc::sync::Arc;
use core::fmt;
use std::panic::{self, AssertUnwindSafe};

pub use event::{RawChange, RawEvent};
pub use feed::Feed;
use feed::Scopes;
pub use filter::Filter;
use hub::Hub;
use log::Log;
use queue::Queue;
use recording::Recording;
pub use subscription::{Listening, Subscription};

use crate::backend::{Read, Snapshot, StorageBackend, TransactionBody};
use crate::delegate_reads;
use crate::error::Result;

/// A backend whose committed changes can be followed: every one, in commit order, and none of a transaction that was
/// not committed.
///
/// [`EntityStore::watch`](crate::EntityStore::watch) gives them as entities, [`Feed::subscribe`] as bytes. It tells of
/// what is written through it, and not of what is written to the backend it wraps by another way: share this layer, in
/// an `Arc`.
///
/// While nobody subscribes, a transaction runs as it would without it. While somebody does, transactions of this layer
/// run one after the other, also on an engine that could run them side by side, and each write to a watched key reads
/// its old value. What a transaction changes of watched keys is kept in memory until it ends. Reads are not affected.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::layers::Observed;
/// use keyloft::prelude::*;
/// use keyloft::store::Event;
/// use keyloft_memory::MemoryBackend;
///
/// let backend = Observed::new(MemoryBackend::new());
/// let feed = backend.feed();
/// let jobs = Table::<JobId, u32>::new(Arc::new(backend), "jobs");
/// let changes = jobs.changes(&feed, ..)?;
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
    /// This backend, observed.
    pub fn new(inner: B) -> Self {
        Self { inner, hub: Arc::default() }
    }

    /// Returns the feed.
    pub fn feed(&self) -> Feed {
        Feed::new(&self.hub)
    }
}

impl<B: StorageBackend> Read for Observed<B> {
    delegate_reads!(self => self.inner);
}

impl<B: StorageBackend> StorageBackend for Observed<B> {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.inner.snapshot()
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        let turn = self.hub.enter()?;
        if self.hub.is_quiet() {
            let _gate = self.hub.pass(&turn);
            if self.hub.is_quiet() {
                return self.inner.transact(body);
            }
        }
        let mut registry = self.hub.pass_alone(&turn);
        let mut log = Log::default();
        self.inner.transact(&mut |tx| {
            // The log of an earlier run, whose writes the engine has undone, is gone with this one.
            let mut recording = Recording::new(tx, &registry);
            body(&mut recording)?;
            log = recording.into_log();
            Ok(())
        })?;
        let told = registry.publish(&log);
        drop((registry, turn));
        deliver(&told);
        Ok(())
    }

    fn feed(&self) -> Option<Feed> {
        Some(Feed::new(&self.hub))
    }
}

/// Calls the listeners, all of them, also when one panics.
fn deliver(told: &[Arc<Queue>]) {
    let mut panicked = None;
    for queue in told {
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
