//! [`Logged`]: a backend with a durable change log.

mod append;
mod change_log;
mod consumers;
mod entry;
mod logging;
mod names;
mod reading;
mod retention;
mod scope;
#[cfg(feature = "std")]
mod wakeup;

use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;
use core::fmt;

use append::append;
pub use change_log::ChangeLog;
pub use entry::{ChangeKind, LogEntry, LoggedChange, LoggedValue, OldValue};
use logging::Logging;
pub use reading::LogBatch;
pub use retention::Retention;
pub use scope::LogScope;
#[cfg(feature = "std")]
use wakeup::Hints;
#[cfg(feature = "std")]
pub(in crate::layers) use wakeup::Wakeup;

use crate::backend::{
    BackendId, Notify, Partition, Read, Snapshot, StorageBackend, TransactionBody, unique_number,
};
use crate::clock::Clock;
use crate::delegate_reads;
use crate::error::Result;

/// A layer that writes every change to a log in the database, in the transaction of the change.
///
/// Each commit that changes something gets the next *version*. Versions begin at 1, have no gaps, and go on after the database
/// was closed. [`ChangeLog`] reads the changes after a version, in this process or in another one.
///
/// The version is a counter in the database that every logged transaction raises, so versions are in the order of the commits
/// on every engine. On an engine that runs several transactions at once, two that write therefore always conflict.
///
/// An entry of the log has the partition and the key, the kind of the change, the time, and either the digest of the new value
/// or the value itself. The entries of indexes are not logged, because the rows determine them. Of several changes of one key
/// in a transaction, the last one is logged. Until the commit, the changes are in memory.
///
/// Writes that bypass this layer are not logged. So all programs that write to the database must use it, and with the same
/// content of the entries. It belongs directly over the engine, under [`Scoped`](super::Scoped) and
/// [`Observed`](crate::layers) layers. The partitions of the log are not among [`partitions`](Read::partitions).
///
/// ```
/// use std::sync::Arc;
/// use keyloft::layers::{LogScope, Logged};
/// use keyloft::prelude::*;
/// use keyloft_memory::MemoryBackend;
///
/// let clock = Arc::new(|| 1_700_000_000_000_i64);
/// let backend = Arc::new(Logged::with_values(MemoryBackend::new(), clock));
/// let notes = Table::<UserRowId, String>::new(backend.clone(), "notes");
/// notes.put(&UserRowId::from_strings("bob", "1"), &"milk".into())?;
/// notes.put(&UserRowId::from_strings("eve", "1"), &"bread".into())?;
/// notes.delete(&UserRowId::from_strings("bob", "1"))?;
///
/// let of_bob = LogScope::prefix(notes.partition(), UserRowId::prefix("bob").as_bytes());
/// let batch = backend.log().read(&[of_bob], 0, 100)?;
/// let versions: Vec<u64> = batch.entries.iter().map(|entry| entry.version).collect();
/// assert_eq!((versions, batch.position), (vec![1, 3], 3));
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// Clones are handles to the same layer.
pub struct Logged<B> {
    inner: Arc<B>,
    settings: Settings,
    number: u32,
    #[cfg(feature = "std")]
    wakeup: Arc<Wakeup>,
}

#[derive(Clone)]
struct Settings {
    clock: Arc<dyn Clock>,
    content: Content,
}

/// The content of the entries that a layer writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    /// The digests of new values.
    Digests,
    /// The new values.
    Values,
    /// The old and the new values.
    Changes,
}

impl<B: StorageBackend> Logged<B> {
    /// Wraps `inner`. Entries have the digests of new values.
    ///
    /// The clock gives the time of the entries, by which a [`Retention`] can delete them.
    pub fn new(inner: B, clock: Arc<dyn Clock>) -> Self {
        Self::with(inner, Settings { clock, content: Content::Digests })
    }

    /// Wraps `inner`. Entries have the new values, so that a consumer need not read them, and sees each of several values of a
    /// key.
    pub fn with_values(inner: B, clock: Arc<dyn Clock>) -> Self {
        Self::with(inner, Settings { clock, content: Content::Values })
    }

    /// Wraps `inner`. Entries have the new values and the ones before, which each write reads first. A write that leaves a key
    /// as it was is not logged. A [`Followed`](crate::layers) layer writes such entries.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::layers::{LogScope, Logged, OldValue};
    /// use keyloft::prelude::*;
    /// use keyloft_memory::MemoryBackend;
    ///
    /// let backend = Arc::new(Logged::with_changes(MemoryBackend::new(), Arc::new(|| 0_i64)));
    /// let notes = Table::<u32, String>::new(backend.clone(), "notes");
    /// notes.put(&1, &"milk".into())?;
    /// notes.put(&1, &"milk".into())?;
    /// notes.delete(&1)?;
    /// let entries = backend.log().read(&[LogScope::of(&notes)], 0, 100)?.entries;
    /// assert_eq!(entries.len(), 2);
    /// assert_eq!(entries[0].old, OldValue::Absent);
    /// assert!(matches!(entries[1].old, OldValue::Value(_)));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    pub fn with_changes(inner: B, clock: Arc<dyn Clock>) -> Self {
        Self::with(inner, Settings { clock, content: Content::Changes })
    }

    fn with(inner: B, settings: Settings) -> Self {
        #[cfg(feature = "std")]
        let wakeup = {
            let wakeup = Arc::<Wakeup>::default();
            let listener: Arc<dyn Notify> = wakeup.clone();
            inner.on_foreign_commit(Arc::downgrade(&listener));
            wakeup
        };
        Self {
            inner: Arc::new(inner),
            settings,
            number: unique_number(),
            #[cfg(feature = "std")]
            wakeup,
        }
    }

    #[cfg(all(feature = "std", any(not(target_family = "wasm"), target_feature = "atomics")))]
    pub(in crate::layers) fn wakeup(&self) -> &Arc<Wakeup> {
        &self.wakeup
    }
}

impl<B: StorageBackend + 'static> Logged<B> {
    /// Returns the log.
    pub fn log(&self) -> ChangeLog {
        ChangeLog {
            backend: Arc::<B>::clone(&self.inner),
            #[cfg(feature = "std")]
            hints: Hints::new(&self.wakeup),
        }
    }
}

impl<B: StorageBackend> Read for Logged<B> {
    delegate_reads!(self => *self.inner; get, scan, get_many, get_batch, contains, count, catalog_stamp, read_time);

    fn partitions(&self) -> Result<Vec<Partition>> {
        self.inner.partitions().map(names::without_log)
    }

    fn backend_id(&self) -> Option<BackendId> {
        self.inner.backend_id().map(|id| id.in_layer(self.number))
    }
}

impl<B: StorageBackend> StorageBackend for Logged<B> {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        Ok(Arc::new(LoggedSnapshot(self.inner.snapshot()?)))
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        let id = self.backend_id();
        #[cfg(feature = "std")]
        let mut appended = None;
        self.inner.transact(&mut |tx| {
            let mut logging = Logging::new(tx, id, self.settings.content);
            body(&mut logging)?;
            let (tx, changes) = logging.into_parts();
            let version = append(tx, changes, &*self.settings.clock)?;
            #[cfg(feature = "std")]
            {
                appended = version;
            }
            #[cfg(not(feature = "std"))]
            let _unused = version;
            Ok(())
        })?;
        #[cfg(feature = "std")]
        if let Some(version) = appended {
            self.wakeup.appended(version);
        }
        Ok(())
    }

    fn commits_in_order(&self) -> bool {
        self.inner.commits_in_order()
    }

    fn on_close(&self, listener: Weak<dyn Notify>) {
        self.inner.on_close(listener);
    }

    fn on_reopen(&self, listener: Weak<dyn Notify>) {
        self.inner.on_reopen(listener);
    }

    fn on_foreign_commit(&self, listener: Weak<dyn Notify>) {
        self.inner.on_foreign_commit(listener);
    }
}

impl<B> Clone for Logged<B> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            settings: self.settings.clone(),
            number: self.number,
            #[cfg(feature = "std")]
            wakeup: Arc::clone(&self.wakeup),
        }
    }
}

impl<B: fmt::Debug> fmt::Debug for Logged<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logged").field("inner", &self.inner).finish_non_exhaustive()
    }
}

/// A snapshot whose list of partitions lacks those of the log.
struct LoggedSnapshot(Arc<dyn Snapshot>);

impl Read for LoggedSnapshot {
    delegate_reads!(
        self => *self.0;
        get, scan, get_many, get_batch, contains, count, catalog_stamp, backend_id, read_time
    );

    fn partitions(&self) -> Result<Vec<Partition>> {
        self.0.partitions().map(names::without_log)
    }
}

impl Snapshot for LoggedSnapshot {}
