//! [`Wakeup`]: the hint that a commit was logged.

use core::time::Duration;
use std::sync::PoisonError;

use crate::sync::{Condvar, Mutex};

/// The newest version that this process has committed, and the threads that wait for one.
#[derive(Default)]
pub(super) struct Wakeup {
    newest: Mutex<u64>,
    appended: Condvar,
}

impl Wakeup {
    /// Tells the threads that wait of a commit. Commits may be told in another order than that of their versions.
    pub(super) fn appended(&self, version: u64) {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        *newest = (*newest).max(version);
        drop(newest);
        self.appended.notify_all();
    }

    /// Waits for a version after this one. Returns `true` if there is one.
    pub(super) fn wait(&self, after: u64, timeout: Duration) -> bool {
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = |newest: &mut u64| *newest <= after;
        let waited = self.appended.wait_timeout_while(newest, timeout, waits);
        *waited.unwrap_or_else(PoisonError::into_inner).0 > after
    }
}
