//! [`CatalogVersion`]: the stamp of the catalogs that all processes share.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use keyloft::backend::{CatalogStamp, SharedStamp};

/// The version of the catalogs that this process has seen last, with its stamp.
///
/// Each commit that changes a catalog gives the database a new random version, in a row that every read reads too. So a process
/// notices the migration of another one with its next answer. Versions are compared for equality only: a database that was
/// restored from a copy must not come back to a version of before.
pub(crate) struct CatalogVersion {
    seen: AtomicI64,
    stamp: SharedStamp,
    /// Held while both change.
    changing: Mutex<()>,
}

impl CatalogVersion {
    pub(crate) fn new(version: i64) -> Self {
        Self { seen: AtomicI64::new(version), stamp: SharedStamp::new(), changing: Mutex::new(()) }
    }

    /// Returns the stamp of the version that was seen last.
    pub(crate) fn stamp(&self) -> Option<CatalogStamp> {
        self.stamp.get()
    }

    /// Returns the version that was seen last, with its stamp.
    pub(crate) fn newest(&self) -> (i64, Option<CatalogStamp>) {
        let _changing = self.change();
        (self.seen.load(Ordering::Acquire), self.stamp.get())
    }

    /// Takes note of the version that an answer had. If it is another one, the stamp is renewed before the answer is used.
    pub(crate) fn see(&self, version: i64) {
        if self.seen.load(Ordering::Acquire) != version {
            let _stamp = self.stamp_of(version);
        }
    }

    /// Takes note of the version, and returns its stamp.
    pub(crate) fn stamp_of(&self, version: i64) -> Option<CatalogStamp> {
        let _changing = self.change();
        if self.seen.load(Ordering::Acquire) == version {
            return self.stamp.get();
        }
        // A reader that finds the new version below finds no stamp, or the new one.
        self.stamp.clear();
        self.seen.store(version, Ordering::Release);
        Some(self.stamp.renew())
    }

    fn change(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
