//! [`Group`]: transactions that one commit makes durable.

use std::sync::{Arc, OnceLock};

/// Whether a commit succeeded. All that it was for get the same error.
pub(crate) type Outcome = Result<(), Arc<redb::Error>>;

/// The transactions that are committed together: what became of them, for the threads that wait for it.
#[derive(Clone, Default)]
pub(crate) struct Group(Arc<OnceLock<Outcome>>);

/// The duty to tell a group what became of it. Dropping it, in a panic, tells that the group is lost.
#[derive(Default)]
pub(crate) struct Settle(Group);

impl Group {
    /// Waits until it is settled.
    pub(crate) fn wait(&self) -> Outcome {
        self.0.wait().clone()
    }
}

impl Settle {
    pub(crate) fn group(&self) -> Group {
        self.0.clone()
    }

    pub(crate) fn settle(self, outcome: Outcome) {
        self.0.0.get_or_init(|| outcome);
    }
}

impl Drop for Settle {
    fn drop(&mut self) {
        self.0.0.get_or_init(|| Err(Arc::new(redb::Error::PreviousIo)));
    }
}
