//! [`CommitTicket`]: a member's wait for the commit of its group.

use std::sync::{Arc, OnceLock};

/// The result of a commit. All members of the group share its error.
pub(crate) type CommitOutcome = Result<(), Arc<redb::Error>>;

/// A claim to the outcome of a group's commit, held by each member.
#[derive(Clone, Default)]
pub(crate) struct CommitTicket(Arc<OnceLock<CommitOutcome>>);

/// The duty to settle the tickets of a group, held by the group itself.
///
/// No member may wait for ever, so its drop settles the tickets too. That happens in a panic, and tells the members that
/// the group is lost.
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
        self.0.0.get_or_init(|| Err(Arc::new(redb::Error::PreviousIo)));
    }
}
