//! [`Observed`]: a backend with a change feed.

mod commit_order;
mod event;
mod feed;
mod filter;
mod followed;
mod hub;
mod net_changes;
mod partition_map;
mod prefix_index;
mod probe;
mod queue;
mod recorder;
mod registry;
mod scopes;
mod source;
mod subscription;

use alloc::sync::{Arc, Weak};
use core::fmt;

pub use event::{RawChange, RawEvent};
pub use feed::Feed;
pub use filter::Filter;
pub use followed::Followed;
#[cfg(any(not(target_family = "wasm"), target_feature = "atomics"))]
pub use followed::Follower;
use source::{Shared, Source};
pub use subscription::{CallbackSubscription, Subscription};

use crate::backend::{Notify, Read, Snapshot, StorageBackend, TransactionBody};
use crate::delegate_reads;
use crate::error::Result;

/// A layer that reports every committed change of the backend that it wraps, exactly once and in commit order.
///
/// [`EntityWatch::watch`](crate::store::EntityWatch::watch) gives the changes as entities and [`Feed::subscribe`] gives
/// them as bytes. Writes that bypass this layer are not reported. Therefore share this layer in an `Arc`, not the
/// backend under it.
///
/// While there are no subscribers, a transaction runs as it does without the layer. With subscribers, each write to a
/// watched key reads the old value first, and the changes to watched keys stay in memory until the transaction ends. The
/// transactions of several threads still share a sync, if the engine
/// [commits in order](StorageBackend::commits_in_order). Otherwise they run one after the other. Reads are not affected.
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
///
/// Clones are handles to the same layer.
pub struct Observed<B> {
    shared: Arc<Shared<B>>,
}

impl<B: StorageBackend + 'static> Observed<B> {
    /// Wraps `inner`.
    pub fn new(inner: B) -> Self {
        Self { shared: Arc::new(Shared::new(inner)) }
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
        let source: Weak<dyn Source> = Arc::<Shared<B>>::downgrade(&self.shared);
        Feed::new(source)
    }
}

impl<B: StorageBackend> Read for Observed<B> {
    delegate_reads!(self => *self.shared);
}

impl<B: StorageBackend> StorageBackend for Observed<B> {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.shared.snapshot()
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        self.shared.transact(body)
    }

    fn commits_in_order(&self) -> bool {
        self.shared.commits_in_order()
    }

    fn on_close(&self, listener: Weak<dyn Notify>) {
        self.shared.on_close(listener);
    }

    fn on_reopen(&self, listener: Weak<dyn Notify>) {
        self.shared.on_reopen(listener);
    }

    fn on_foreign_commit(&self, listener: Weak<dyn Notify>) {
        self.shared.on_foreign_commit(listener);
    }
}

impl<B> Clone for Observed<B> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<B: StorageBackend + fmt::Debug> fmt::Debug for Observed<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observed").field("inner", self.shared.inner()).finish_non_exhaustive()
    }
}
