//! [`HeldSnapshots`]: the snapshots that keep pages from being used again.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The live snapshots by the number of commits before them. Commits are counted from the opening on.
#[derive(Default)]
pub(crate) struct HeldSnapshots {
    commits: AtomicU64,
    live: Mutex<BTreeMap<u64, usize>>,
}

impl HeldSnapshots {
    pub(crate) fn count_commit(&self) {
        self.commits.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes that a snapshot has begun. Returns its number for [`end`](Self::end).
    pub(crate) fn begin(&self) -> u64 {
        let begun_at = self.commits.load(Ordering::Relaxed);
        *self.live().entry(begun_at).or_default() += 1;
        begun_at
    }

    pub(crate) fn end(&self, begun_at: u64) {
        let mut live = self.live();
        if let Some(count) = live.get_mut(&begun_at) {
            *count -= 1;
            if *count == 0 {
                live.remove(&begun_at);
            }
        }
    }

    /// Returns the number of commits since the oldest live snapshot, 0 if there is none.
    pub(crate) fn oldest_age(&self) -> u64 {
        let oldest = self.live().first_key_value().map(|(begun_at, _)| *begun_at);
        oldest.map_or(0, |begun_at| self.commits.load(Ordering::Relaxed).saturating_sub(begun_at))
    }

    fn live(&self) -> MutexGuard<'_, BTreeMap<u64, usize>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
