//! [`CommitTicket`] and [`CommitNotifier`]: the outcome of a group, for its members.

use std::sync::{Arc, OnceLock};

use crate::error::Fault;

/// The outcome of a group, once it is settled. Each member has a clone.
#[derive(Clone, Default)]
pub(crate) struct CommitTicket(Arc<OnceLock<Result<(), Fault>>>);

/// The sender of the outcome to the tickets of a group. The group owns it.
///
/// A drop settles the tickets too, so that no member waits for ever.
#[derive(Default)]
pub(crate) struct CommitNotifier(CommitTicket);

impl CommitTicket {
    /// Waits until the group is synced, or its sync has failed.
    pub(crate) fn wait(&self) -> Result<(), Fault> {
        self.0.wait().clone()
    }
}

impl CommitNotifier {
    pub(crate) fn ticket(&self) -> CommitTicket {
        self.0.clone()
    }

    /// Settles the tickets and wakes all members.
    pub(crate) fn settle(self, outcome: Result<(), Fault>) {
        self.0.0.get_or_init(|| outcome);
    }
}

impl Drop for CommitNotifier {
    fn drop(&mut self) {
        // After a settlement this does nothing.
        self.0.0.get_or_init(|| Err(Fault::Stopped));
    }
}
