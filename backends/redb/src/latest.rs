//! [`Latest`]: the cached snapshot of the newest commit, which all reads share.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};

use keyloft::Result;
use keyloft::backend::BackendId;

use crate::engine::Engine;
use crate::snapshot::RedbSnapshot;
use crate::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// The cached snapshot of the newest commit.
///
/// The first read after a commit begins it, and the next commit drops it before the commit is acknowledged. Therefore a read
/// sees every commit of this process that was acknowledged before it, and replaced pages become free at once. A read of a file
/// that other processes write to compares the number of the snapshot's commit with the one in the file.
///
/// Snapshots refer to the engine and not to this struct, so there is no cycle.
///
/// # The stamp of the catalogs
///
/// If other processes have committed since the last snapshot began, the new one tells if one of them has changed a catalog. Then
/// the catalogs get another stamp before anybody sees the snapshot. A transaction looks for that after its beginning, when no
/// other process can commit. So the stamp changes during a transaction only by the change of its own.
#[derive(Default)]
pub(crate) struct Latest {
    state: RwLock<State>,
    /// `true` if a read has used it since the watcher has looked. Only a following handle has a watcher.
    is_used: AtomicBool,
}

#[derive(Default)]
struct State {
    snapshot: Option<Arc<RedbSnapshot>>,
    /// The number of commits of other processes that were noticed when the last snapshot began.
    foreign: u64,
    /// The number of changes of catalogs that the stamp is for.
    catalogs: Option<u64>,
}

impl State {
    fn of(&self, commit: u64) -> Option<&Arc<RedbSnapshot>> {
        self.snapshot.as_ref().filter(|snapshot| snapshot.commit() == commit)
    }

    fn begin(&mut self, engine: &Arc<Engine>, newest: u64, id: BackendId) -> Result<Arc<RedbSnapshot>> {
        // Before the beginning, so that the pages which only the old one shows become free.
        self.snapshot = None;
        // Commits that are noticed from here on may not be in the snapshot.
        let foreign = engine.foreign_commits();
        let mut snapshot = RedbSnapshot::begin(engine, newest, id)?;
        if engine.follows() && engine.foreign_commits() != self.foreign {
            let catalogs = snapshot.catalog_count()?;
            if self.catalogs != Some(catalogs) {
                snapshot.set_catalog_stamp(engine.catalog_stamp.renew());
                self.catalogs = Some(catalogs);
            }
            self.foreign = foreign;
        }
        Ok(Arc::clone(self.snapshot.insert(Arc::new(snapshot))))
    }
}

impl Latest {
    /// Returns the snapshot of the newest commit.
    pub(crate) fn get(&self, engine: &Arc<Engine>, id: BackendId) -> Result<Arc<RedbSnapshot>> {
        let newest = engine.newest_commit();
        if engine.follows() {
            self.is_used.store(true, Ordering::Relaxed);
            if newest == Engine::UNKNOWN_COMMIT {
                // In a forked process, a thread that it does not have may hold the locks below.
                engine.check_forked()?;
            }
        }
        if let Some(snapshot) = self.read().of(newest) {
            return Ok(Arc::clone(snapshot));
        }
        // The snapshot begins under the lock. A commit of this process that it does not see takes the lock later, and drops the
        // snapshot. For one of another process, the snapshot has the number from before its beginning. If it shows a later
        // commit, the next read only begins another one.
        let mut state = self.write();
        let newest = engine.newest_commit();
        match state.of(newest) {
            Some(snapshot) => Ok(Arc::clone(snapshot)),
            None => state.begin(engine, newest, id),
        }
    }

    /// Drops the snapshot.
    pub(crate) fn clear(&self) {
        self.write().snapshot = None;
    }

    /// Drops the snapshot and calls `work` before a read can begin a new one.
    pub(crate) fn cleared<T>(&self, work: impl FnOnce() -> T) -> T {
        let mut state = self.write();
        state.snapshot = None;
        work()
    }

    /// Drops the snapshot if it does not show this commit, or if no read has used it since the last call. A snapshot that nobody
    /// uses would keep the writers of other processes from using its pages again.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn drop_unused(&self, newest: u64) {
        let is_used = self.is_used.swap(false, Ordering::Relaxed);
        let is_kept =
            self.read().snapshot.as_ref().is_none_or(|snapshot| is_used && snapshot.commit() == newest);
        if !is_kept {
            // It may be another one by now, which a read begins again at its cost.
            self.clear();
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}
