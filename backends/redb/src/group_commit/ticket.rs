//! [`CommitTicket`] and [`CommitNotifier`]: the outcome of a group's commit, for its members.

use std::sync::{Arc, OnceLock};

/// The result of a commit. All members of the group share its error.
pub(crate) type CommitOutcome = Result<(), Arc<redb::Error>>;

/// The outcome of a group's commit, once it is settled. Each member has a clone.
#[derive(Clone, Default)]
pub(crate) struct CommitTicket(Arc<OnceLock<CommitOutcome>>);

/// The sender of the outcome to the tickets of a group. The group owns it.
///
/// A drop settles the tickets too, so that no member waits for ever. It happens if redb panics during the commit, and
/// gives the members an error.
#[derive(Default)]
pub(crate) struct CommitNotifier(CommitTicket);

impl CommitTicket {
    /// Waits until the group is committed or lost.
    pub(crate) fn wait(&self) -> CommitOutcome {
        self.0.wait().clone()
    }
}

impl CommitNotifier {
    pub(crate) fn ticket(&self) -> CommitTicket {
        self.0.clone()
    }

    /// Settles the tickets and wakes all members.
    pub(crate) fn settle(self, outcome: CommitOutcome) {
        self.0.0.get_or_init(|| outcome);
    }
}

impl Drop for CommitNotifier {
    fn drop(&mut self) {
        // After a settlement this does nothing. redb returns the same error for every access after a failure.
        self.0.0.get_or_init(|| Err(Arc::new(redb::Error::PreviousIo)));
    }
}
