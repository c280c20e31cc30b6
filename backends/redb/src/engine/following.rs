//! An engine whose file other processes write to.

use keyloft::Result;

use super::Engine;

impl Engine {
    /// Returns `true` if other processes may commit to the file.
    #[inline]
    pub(crate) fn follows(&self) -> bool {
        cfg!(not(target_family = "wasm")) && self.follows
    }

    /// The number of a commit that can't be read now. No snapshot shows it.
    pub(crate) const UNKNOWN_COMMIT: u64 = u64::MAX;

    /// Returns the number of the newest commit in the file, or 0 if no other process commits to it.
    #[inline]
    pub(crate) fn newest_commit(&self) -> u64 {
        if self.follows() { self.look() } else { 0 }
    }

    fn look(&self) -> u64 {
        self.read().as_ref().and_then(|open| open.opening.look()).unwrap_or(Self::UNKNOWN_COMMIT)
    }

    /// Returns the number of times that commits of other processes were noticed.
    pub(crate) fn foreign_commits(&self) -> u64 {
        self.published.foreign()
    }

    /// Refuses a process that was forked after the opening.
    pub(crate) fn check_forked(&self) -> Result<()> {
        self.call("read", |_, _| Ok(()))
    }

    /// Returns `true` if the database was opened for reading.
    pub(crate) fn is_read_only(&self) -> bool {
        cfg!(not(target_family = "wasm")) && self.is_read_only
    }

    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn is_open(&self) -> bool {
        self.read().is_some()
    }
}
