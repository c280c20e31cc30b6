//! [`Health`]: the state of one opening of a database, from which its errors follow.

use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::error::is_full;

/// The state of one opening of a database. redb's handle, the storage under it and the snapshots share it.
///
/// A database that is reopened has a new one, so that snapshots of the old opening keep their error.
#[derive(Debug)]
pub(crate) struct Health {
    /// The newest failure of the storage. redb makes no access after a failure, so it is the one that redb means by its
    /// error about a previous failure.
    failure: Mutex<Option<Failure>>,
    /// The message of redb's panic. From then on redb is not called.
    damage: OnceLock<String>,
    /// `true` once the database is closed or reopened.
    has_ended: AtomicBool,
    /// `true` once a sync has failed.
    has_lost_sync: AtomicBool,
    /// `true` if the header of a commit may have reached the storage since [`begin_commit`](Self::begin_commit).
    is_header_written: AtomicBool,
    /// The process that opened the database.
    process: u32,
}

/// A failure of the storage.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// The failed operation.
    pub(crate) action: &'static str,
    pub(crate) source: Arc<io::Error>,
}

impl Failure {
    pub(crate) fn is_full(&self) -> bool {
        is_full(&self.source)
    }
}

/// A note of who runs: redb, or a function of the caller that redb's data is lent to.
#[derive(Default)]
pub(crate) struct InCaller(Cell<bool>);

impl InCaller {
    /// Runs a function of the caller. If it panics, the panic continues unchanged.
    #[inline]
    pub(crate) fn run<T>(&self, work: impl FnOnce() -> T) -> T {
        self.0.set(true);
        let returned = work();
        self.0.set(false);
        returned
    }
}

impl Default for Health {
    fn default() -> Self {
        Self {
            failure: Mutex::default(),
            damage: OnceLock::new(),
            has_ended: AtomicBool::new(false),
            has_lost_sync: AtomicBool::new(false),
            is_header_written: AtomicBool::new(false),
            process: process(),
        }
    }
}

impl Health {
    /// Calls redb. A panic of redb, which a damaged file can cause, is an error, and redb is not called any more. A panic
    /// of a function that ran by [`InCaller::run`] continues.
    #[inline]
    pub(crate) fn guard<T, E>(&self, work: impl FnOnce(&InCaller) -> Result<T, E>) -> Result<T, redb::Error>
    where
        redb::Error: From<E>,
    {
        if !self.is_usable() {
            // It may own values of redb.
            self.discard(work);
            return Err(self.refusal());
        }
        let in_caller = InCaller::default();
        match catch_unwind(AssertUnwindSafe(|| work(&in_caller))) {
            Ok(returned) => Ok(returned?),
            Err(panic) if in_caller.0.get() => resume_unwind(panic),
            Err(panic) => Err(self.damaged(&*panic)),
        }
    }

    /// Aborts a transaction, also after a panic of redb.
    pub(crate) fn abort(&self, write: redb::WriteTransaction) -> Result<(), redb::Error> {
        match catch_unwind(AssertUnwindSafe(|| write.abort())) {
            Ok(aborted) => Ok(aborted?),
            Err(panic) => Err(self.damaged(&*panic)),
        }
    }

    /// Drops values of redb. If redb has panicked before, it may panic again.
    pub(crate) fn discard<T>(&self, values: T) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(values))) {
            self.damaged(&*panic);
        }
    }

    /// Returns `false` if the database was closed, or if redb has panicked in it.
    #[inline]
    fn is_usable(&self) -> bool {
        !self.has_ended.load(Ordering::Relaxed) && self.damage.get().is_none()
    }

    /// Returns the error of a database that was closed, or in which redb has panicked.
    #[cold]
    fn refusal(&self) -> redb::Error {
        self.damage.get().map_or(redb::Error::DatabaseClosed, |damage| redb::Error::Corrupted(damage.clone()))
    }

    /// Notes a panic of redb. Returns its error.
    #[cold]
    pub(crate) fn damaged(&self, panic: &(dyn std::any::Any + Send)) -> redb::Error {
        redb::Error::Corrupted(self.damage.get_or_init(|| describe(panic)).clone())
    }

    pub(crate) fn is_damaged(&self) -> bool {
        self.damage.get().is_some()
    }

    /// Notes the result of an operation of the storage.
    pub(crate) fn note<T>(&self, action: &'static str, outcome: io::Result<T>) -> io::Result<T> {
        outcome.map_err(|error| {
            let source = Arc::new(error);
            *self.failure() = Some(Failure { action, source: Arc::clone(&source) });
            io::Error::new(source.kind(), source)
        })
    }

    pub(crate) fn newest_failure(&self) -> Option<Failure> {
        self.failure().clone()
    }

    fn failure(&self) -> MutexGuard<'_, Option<Failure>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a sync has failed. From then on the cache of the storage may differ from the storage.
    pub(crate) fn lose_sync(&self) {
        self.has_lost_sync.store(true, Ordering::Relaxed);
    }

    pub(crate) fn has_lost_sync(&self) -> bool {
        self.has_lost_sync.load(Ordering::Relaxed)
    }

    /// Ends the opening. Its later calls return redb's error for a closed database.
    pub(crate) fn end(&self) {
        self.has_ended.store(true, Ordering::Relaxed);
    }

    /// Notes that no header of the next commit has reached the storage.
    pub(crate) fn begin_commit(&self) {
        self.is_header_written.store(false, Ordering::Relaxed);
    }

    /// Notes that the header of a commit may reach the storage.
    pub(crate) fn write_header(&self) {
        self.is_header_written.store(true, Ordering::Relaxed);
    }

    /// Returns `true` if the commit that failed may be stored nevertheless.
    pub(crate) fn is_outcome_unknown(&self) -> bool {
        self.is_header_written.load(Ordering::Relaxed)
    }

    /// Returns `true` in a process that was forked from the one that opened the database.
    pub(crate) fn is_forked(&self) -> bool {
        cfg!(unix) && self.process != process()
    }
}

/// Returns the number of this process. Only Unix can fork one.
fn process() -> u32 {
    if cfg!(unix) { std::process::id() } else { 0 }
}

/// Returns the message of a panic.
fn describe(panic: &(dyn std::any::Any + Send)) -> String {
    let message = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    format!("redb has panicked, as it does on a damaged file: {message}")
}
