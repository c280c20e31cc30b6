//! [`OpenGroup`]: a redb transaction that other bodies can join until it is committed.

use std::sync::Arc;

use keyloft::backend::Notify;
use redb::WriteTransaction;

use super::ticket::CommitNotifier;
use crate::health::Health;
use crate::transaction::DirtyTables;

/// The most writes in a group that stays open. Its first members wait for all of them.
const MAX_WRITES: u64 = 1024;
/// The most changed tables in a group that stays open. Each later body opens all of them.
const MAX_TABLES: usize = 16;

/// A redb transaction with the changes of one or more bodies.
pub(crate) struct OpenGroup {
    pub(crate) write: WriteTransaction,
    pub(crate) health: Arc<Health>,
    pub(crate) dirty: DirtyTables,
    pub(crate) writes: u64,
    /// The number of bodies that succeeded.
    pub(crate) members: usize,
    pub(crate) notifier: CommitNotifier,
    /// The listeners to notify after the commit, in the order of the bodies.
    pub(crate) listeners: Vec<Arc<dyn Notify>>,
}

impl OpenGroup {
    /// Returns `true` if another body may join.
    pub(crate) fn has_room(&self) -> bool {
        self.writes <= MAX_WRITES && self.dirty.changed.len() <= MAX_TABLES
    }
}
