//! [`Followed`]: a backend whose change feed has the commits of every process.

#[cfg(any(not(target_family = "wasm"), target_feature = "atomics"))]
mod follower;
mod tail;

use alloc::sync::{Arc, Weak};
use core::fmt;

#[cfg(any(not(target_family = "wasm"), target_feature = "atomics"))]
pub use follower::Follower;
use tail::Tail;

use super::Feed;
use super::source::Source;
use crate::backend::{Notify, Read, Snapshot, StorageBackend, TransactionBody};
use crate::clock::Clock;
use crate::delegate_reads;
use crate::error::Result;
use crate::layers::{ChangeLog, Logged};

/// A layer that reports every committed change of the database, also those of other processes, exactly once and in commit order.
///
/// Its feed serves the same watches as that of an [`Observed`](super::Observed) layer, and with the same contract. But it reads
/// the changes from a [change log](Logged::with_changes) in the database, which this layer also writes. A commit through this
/// layer is reported before its transaction returns. Those of other processes are reported by [`poll`](Self::poll), or by a
/// thread that [follows](Self::follow) the log.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::layers::Followed;
/// use keyloft::prelude::*;
/// use keyloft_memory::MemoryBackend;
///
/// // As two processes over one database. The clock gives the time of the log's entries.
/// let database = Arc::new(MemoryBackend::new());
/// let open = || Arc::new(Followed::new(database.clone(), Arc::new(|| 0_i64)));
/// let (here, there) = (open(), open());
///
/// let watch = Table::<JobId, u32>::new(here.clone(), "jobs").watch(&here.feed(), ..)?;
/// Table::<JobId, u32>::new(there, "jobs").put(&"1".into(), &7)?;
/// assert!(watch.changes.try_recv().is_none());
///
/// here.poll()?; // Or once for all: `here.follow(interval)`.
/// let event = watch.changes.try_recv().transpose()?;
/// assert_eq!(event, Some(Event::Inserted { commit: 1, key: "1".into(), new: 7 }));
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// All programs that write to the database must use this layer, or [`Logged::with_changes`]. After an entry of the log without
/// its values, and if the log was [trimmed](ChangeLog::trim) before it was read, subscribers get a gap, as after a full queue.
///
/// Changes to the entries of indexes are not in the log, so a [`Filter`](super::Filter) of such a partition gets none. The cost
/// is that of the log: each write reads the old value first, and both values are written once more.
///
/// Clones are handles to the same layer.
pub struct Followed<B> {
    tail: Arc<Tail<B>>,
}

impl<B: StorageBackend + 'static> Followed<B> {
    /// Wraps `inner`. The clock gives the time of the log's entries.
    pub fn new(inner: B, clock: Arc<dyn Clock>) -> Self {
        Self { tail: Arc::new(Tail::new(Logged::with_changes(inner, clock))) }
    }

    /// Returns the change feed of this backend. Every watch and every subscription needs it.
    pub fn feed(&self) -> Feed {
        let source: Weak<dyn Source> = Arc::<Tail<B>>::downgrade(&self.tail);
        Feed::new(source)
    }

    /// Returns the log, for consumers that go on after a restart.
    pub fn log(&self) -> ChangeLog {
        self.tail.log()
    }

    /// Reports the commits of other processes that were not reported yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NestedTransaction`](crate::ErrorKind::NestedTransaction) inside a transaction of this backend on the same
    /// thread, or the errors of the backend. Nothing is lost then: the next call reports what this one could not read.
    pub fn poll(&self) -> Result<()> {
        self.tail.poll()
    }

    /// Starts a thread that [polls](Self::poll) until the follower is dropped or the backend is closed.
    ///
    /// It polls as soon as the engine [tells](StorageBackend::on_foreign_commit) of a commit of another process, and after each
    /// `interval`, which is the longest delay with an engine that tells nothing. It does not keep the backend open.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::time::Duration;
    /// use keyloft::layers::Followed;
    /// use keyloft::prelude::*;
    /// use keyloft_memory::MemoryBackend;
    ///
    /// # let database = Arc::new(MemoryBackend::new());
    /// # let open = || Arc::new(Followed::new(database.clone(), Arc::new(|| 0_i64)));
    /// # let (here, there) = (open(), open());
    /// let _follower = here.follow(Duration::from_millis(50))?;
    /// let changes = Table::<JobId, u32>::new(here.clone(), "jobs").changes(&here.feed(), ..)?;
    /// Table::<JobId, u32>::new(there, "jobs").put(&"1".into(), &7)?; // in another process
    /// assert!(changes.recv().is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The error of the system if it can't start a thread.
    #[cfg(any(not(target_family = "wasm"), target_feature = "atomics"))]
    pub fn follow(&self, interval: core::time::Duration) -> std::io::Result<Follower> {
        Follower::start(&self.tail, interval)
    }
}

impl<B: StorageBackend + 'static> Read for Followed<B> {
    delegate_reads!(self => *self.tail);
}

impl<B: StorageBackend + 'static> StorageBackend for Followed<B> {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.tail.snapshot()
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        self.tail.transact(body)
    }

    fn commits_in_order(&self) -> bool {
        self.tail.commits_in_order()
    }

    fn on_close(&self, listener: Weak<dyn Notify>) {
        self.tail.on_close(listener);
    }

    fn on_reopen(&self, listener: Weak<dyn Notify>) {
        self.tail.on_reopen(listener);
    }

    fn on_foreign_commit(&self, listener: Weak<dyn Notify>) {
        self.tail.on_foreign_commit(listener);
    }
}

impl<B> Clone for Followed<B> {
    fn clone(&self) -> Self {
        Self { tail: Arc::clone(&self.tail) }
    }
}

impl<B: StorageBackend + fmt::Debug + 'static> fmt::Debug for Followed<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Followed").field("inner", self.tail.inner()).finish_non_exhaustive()
    }
}
