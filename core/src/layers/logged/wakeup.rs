//! [`Wakeup`]: the hints that a commit was logged.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::sync::PoisonError;

use crate::backend::Notify;
use crate::sync::{Condvar, Mutex, MutexGuard};

/// What is known of commits, and the threads that wait for one.
#[derive(Debug, Default)]
pub(in crate::layers) struct Wakeup {
    known: Mutex<Known>,
    told: Condvar,
}

#[derive(Debug, Default)]
struct Known {
    /// The newest version that this process has committed.
    newest: u64,
    /// The number of times that the engine has told of commits of other processes.
    hints: usize,
}

impl Wakeup {
    /// Tells the threads that wait of a commit. Commits may be told in another order than that of their versions.
    pub(super) fn appended(&self, version: u64) {
        let mut known = self.lock();
        known.newest = known.newest.max(version);
        drop(known);
        self.told.notify_all();
    }

    /// Tells the threads that wait that another process may have committed.
    pub(in crate::layers) fn hint(&self) {
        self.lock().hints += 1;
        self.told.notify_all();
    }

    /// Returns the number of hints.
    pub(in crate::layers) fn hints(&self) -> usize {
        self.lock().hints
    }

    /// Waits for a version after this one, or for a hint after so many. Returns `true` if there is one.
    fn wait(&self, after: u64, hints: usize, timeout: Duration) -> bool {
        let has_news = |known: &Known| known.newest > after || known.hints != hints;
        let waited = self.told.wait_timeout_while(self.lock(), timeout, |known| !has_news(known));
        has_news(&waited.unwrap_or_else(PoisonError::into_inner).0)
    }

    /// Waits for a hint after so many. Returns their number.
    #[cfg(any(not(target_family = "wasm"), target_feature = "atomics"))]
    pub(in crate::layers) fn wait_for_hint(&self, hints: usize, timeout: Duration) -> usize {
        let waits = |known: &mut Known| known.hints == hints;
        let waited = self.told.wait_timeout_while(self.lock(), timeout, waits);
        waited.unwrap_or_else(PoisonError::into_inner).0.hints
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A consumer's view of the hints: which of them it has answered by reading the log.
#[derive(Debug)]
pub(super) struct Hints {
    wakeup: Arc<Wakeup>,
    answered: AtomicUsize,
}

impl Hints {
    pub(super) fn new(wakeup: &Arc<Wakeup>) -> Self {
        Self { wakeup: Arc::clone(wakeup), answered: AtomicUsize::new(wakeup.hints()) }
    }

    /// Notes that the log is read after this call.
    pub(super) fn answer(&self) {
        self.answered.store(self.wakeup.hints(), Ordering::Relaxed);
    }

    /// Waits for a version after this one, or for a hint that was not answered. Returns `true` if there is one.
    pub(super) fn wait(&self, after: u64, timeout: Duration) -> bool {
        self.wakeup.wait(after, self.answered.load(Ordering::Relaxed), timeout)
    }
}

impl Clone for Hints {
    fn clone(&self) -> Self {
        let answered = AtomicUsize::new(self.answered.load(Ordering::Relaxed));
        Self { wakeup: Arc::clone(&self.wakeup), answered }
    }
}

/// Another process may have committed.
impl Notify for Wakeup {
    fn notify(&self) {
        self.hint();
    }
}
