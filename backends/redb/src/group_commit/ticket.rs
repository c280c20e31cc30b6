//! [`CommitTicket`] and [`CommitNotifier`]: the outcome of a group, for its members.

use std::sync::Arc;

use crate::engine::LostCommit;
use crate::sync::OnceLock;

/// The outcome of a group, which all its members share.
#[derive(Clone)]
pub(crate) enum GroupOutcome {
    /// The group is committed.
    Committed,
    /// The commit has failed.
    Lost(Arc<LostCommit>),
    /// The group was undone before a commit, because a later body could not be rolled back alone. Each member runs its
    /// body again.
    Undone,
}

/// The outcome of a group, once it is settled. Each member has a clone.
#[derive(Clone, Default)]
pub(crate) struct CommitTicket(Arc<OnceLock<GroupOutcome>>);

/// The sender of the outcome to the tickets of a group. The group owns it.
///
/// A drop settles the tickets too, so that no member waits for ever. It means that the group is undone.
#[derive(Default)]
pub(crate) struct CommitNotifier(CommitTicket);

impl CommitTicket {
    /// Waits until the group is committed or lost.
    pub(crate) fn wait(&self) -> GroupOutcome {
        self.0.wait().clone()
    }
}

impl CommitNotifier {
    pub(crate) fn ticket(&self) -> CommitTicket {
        self.0.clone()
    }

    /// Settles the tickets and wakes all members.
    pub(crate) fn settle(self, outcome: GroupOutcome) {
        self.0.0.get_or_init(|| outcome);
    }
}

impl Drop for CommitNotifier {
    fn drop(&mut self) {
        // After a settlement this does nothing.
        self.0.0.get_or_init(|| GroupOutcome::Undone);
    }
}
