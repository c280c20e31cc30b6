//! [`ChangeLog`]: the changes of a database after any position.

use alloc::sync::Arc;

use super::names;
use super::reading::{self, LogBatch};
use super::{LogScope, LoggedSnapshot};
use crate::backend::{Snapshot, StorageBackend};
use crate::error::Result;

/// The change log of a database, from [`Logged::log`](super::Logged::log).
///
/// A *position* is the version of the last commit that a consumer has handled. [`read`](Self::read) returns the changes after a
/// position, in the order of the commits, without gaps and in whole commits. A position is a number that a consumer may keep
/// anywhere: it stays valid after the database was closed, and in other processes.
///
/// A consumer begins with a [`snapshot`](Self::snapshot), whose version is its first position. If its position has gone by a
/// [`trim`](Self::trim), it begins again in this way.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::layers::{LogScope, Logged};
/// use keyloft::prelude::*;
/// use keyloft_memory::MemoryBackend;
///
/// let backend = Arc::new(Logged::new(MemoryBackend::new(), Arc::new(|| 0_i64)));
/// let log = backend.log();
/// let jobs = Table::<JobId, u32>::new(backend.clone(), "jobs");
/// jobs.put(&"1".into(), &7)?;
///
/// // The consumer copies what is there, and follows the changes.
/// let (snapshot, mut position) = log.snapshot()?;
/// assert_eq!((jobs.at(&snapshot).count()?, position), (1, 1));
/// jobs.put(&"2".into(), &8)?;
/// jobs.delete(&"1".into())?;
/// loop {
///     let batch = log.read(&[LogScope::of(&jobs)], position, 1_000)?;
///     for entry in &batch.entries {
///         println!("{:?} of {:?} in version {}", entry.change.kind(), entry.key, entry.version);
///     }
///     position = batch.position;
///     if !batch.has_more {
///         break;
///     }
/// }
/// assert_eq!(position, 3);
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Clone)]
pub struct ChangeLog {
    /// The backend under the layer, whose partitions have the log.
    pub(super) backend: Arc<dyn StorageBackend>,
    #[cfg(feature = "std")]
    pub(super) hints: super::Hints,
}

impl ChangeLog {
    /// Returns the version of the newest commit, 0 if there is none.
    ///
    /// # Errors
    ///
    /// The errors of the backend.
    pub fn newest(&self) -> Result<u64> {
        names::version(&*self.backend, names::NEWEST)
    }

    /// Returns the oldest position that can be read from.
    ///
    /// # Errors
    ///
    /// The errors of the backend.
    pub fn oldest(&self) -> Result<u64> {
        names::version(&*self.backend, names::TRIMMED)
    }

    /// Returns a snapshot of the database and its version: the position from which to read the later changes.
    ///
    /// # Errors
    ///
    /// The errors of the backend.
    pub fn snapshot(&self) -> Result<(Arc<dyn Snapshot>, u64)> {
        let snapshot = self.backend.snapshot()?;
        let version = names::version(&*snapshot, names::NEWEST)?;
        Ok((Arc::new(LoggedSnapshot(snapshot)), version))
    }

    /// Returns the changes in the scopes after the position `after`: those of as many commits as have `limit` changes in a
    /// scope, and at least of one.
    ///
    /// A change in several of the scopes is returned once. Commits without changes in the scopes cost nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PositionGone`](crate::ErrorKind::PositionGone) if the log does not have all changes after the position, because
    /// it was [trimmed](Self::trim), or because the position is later than its newest version, as after the restoring of a
    /// backup. Otherwise the errors of the backend.
    pub fn read(&self, scopes: &[LogScope], after: u64, limit: usize) -> Result<LogBatch> {
        #[cfg(feature = "std")]
        self.hints.answer();
        reading::read(&*self.backend.snapshot()?, scopes, after, limit)
    }

    /// Waits until this process has committed a version after `after`, or until the engine
    /// [tells](StorageBackend::on_foreign_commit) of a commit of another process, at most for `timeout`. Returns `true` if there
    /// was one since the last [`read`](Self::read).
    ///
    /// It is a hint that saves needless reads. Not every engine tells, so read after each wait.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::time::Duration;
    /// use keyloft::layers::Logged;
    /// use keyloft::prelude::*;
    ///
    /// let backend = Arc::new(Logged::new(keyloft_memory::MemoryBackend::new(), Arc::new(|| 0_i64)));
    /// let log = backend.log();
    /// assert!(!log.wait(0, Duration::from_millis(1)));
    /// Table::<JobId, u32>::new(backend, "jobs").put(&"1".into(), &7)?;
    /// assert!(log.wait(0, Duration::from_secs(10)));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    #[cfg(feature = "std")]
    pub fn wait(&self, after: u64, timeout: core::time::Duration) -> bool {
        self.hints.wait(after, timeout)
    }
}

impl core::fmt::Debug for ChangeLog {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ChangeLog").finish_non_exhaustive()
    }
}
