//! [`OpenGroup`]: the transactions that were applied and wait for their sync.

use std::sync::Arc;

use fjall::Snapshot;
use keyloft::backend::Notify;

use super::ticket::CommitNotifier;
use crate::opened::Opened;

/// The most writes in a group that stays open. Its first members wait for all of them.
const MAX_WRITES: usize = 1024;

/// The transactions that were applied since the last sync.
pub(crate) struct OpenGroup {
    pub(crate) opened: Arc<Opened>,
    /// The state with all of them, which the next body reads.
    pub(crate) applied: Snapshot,
    pub(crate) changes_catalog: bool,
    pub(crate) writes: usize,
    pub(crate) members: usize,
    pub(crate) notifier: CommitNotifier,
    /// The listeners to notify after the commit, in the order of the bodies.
    pub(crate) listeners: Vec<Arc<dyn Notify>>,
}

impl OpenGroup {
    /// Returns `true` if another body may join.
    pub(crate) fn has_room(&self) -> bool {
        self.writes <= MAX_WRITES
    }
}
