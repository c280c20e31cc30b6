//! [`WriteSlot`]: the right of one thread to write, and its use of the open group.
//!
//! The numbers in the comments are those of the [invariants](super).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use keyloft::Result;
use keyloft::backend::{TransactionBody, WriterGuard};

use super::open_group::OpenGroup;
use super::ticket::{CommitNotifier, CommitTicket};
use crate::FjallBackend;
use crate::error::Fault;
use crate::options::Durability;
use crate::transaction::{Ended, FjallTransaction};
use crate::view::View;

/// The right of this thread to write, until it is dropped (1).
pub(crate) struct WriteSlot<'a> {
    backend: &'a FjallBackend,
    _guard: WriterGuard<'a>,
}

/// The end of a body.
pub(crate) struct BodyEnd {
    /// The body's result, or its panic.
    pub(crate) returned: thread::Result<Result<()>>,
    /// The ticket of the group that the body ran in. `None` if there is no commit to wait for.
    pub(crate) ticket: Option<CommitTicket>,
}

impl<'a> WriteSlot<'a> {
    /// Waits for the slot.
    pub(crate) fn enter(backend: &'a FjallBackend) -> Result<Self> {
        Ok(Self { backend, _guard: backend.group_commit().enter()? })
    }

    /// Commits the open group, if there is one.
    pub(crate) fn commit_open(&self) {
        let open = self.backend.group_commit().open().take();
        if let Some(group) = open {
            self.commit(group);
        }
    }

    /// Runs a body on the state of the open group, or on the newest commit, and applies its writes.
    pub(crate) fn run(&self, body: &mut TransactionBody<'_>) -> BodyEnd {
        let newest = match self.backend.engine().newest_here() {
            Ok(newest) => newest,
            Err(error) => return BodyEnd { returned: Ok(Err(error)), ticket: None },
        };
        let open = self.backend.group_commit().open().take();
        let (returned, ended) = self.run_on(&newest, open.as_ref(), body);
        if ended.writes.is_empty() || !matches!(returned, Ok(Ok(()))) {
            // It may have read writes of the group, which are lost if the sync fails.
            let ticket = open.as_ref().map(|group| group.notifier.ticket());
            if let Some(group) = open {
                self.leave_or_commit(group);
            }
            return BodyEnd { returned, ticket };
        }
        match self.join(&newest, open, ended) {
            Ok(ticket) => BodyEnd { returned, ticket: Some(ticket) },
            Err(error) => BodyEnd { returned: Ok(Err(error)), ticket: None },
        }
    }

    fn run_on(
        &self,
        newest: &View,
        open: Option<&OpenGroup>,
        body: &mut TransactionBody<'_>,
    ) -> (thread::Result<Result<()>>, Ended) {
        let (state, stamp) = match open {
            None => (&newest.commit.state, newest.commit.catalog_stamp),
            Some(group) if group.changes_catalog => (&group.applied, None),
            Some(group) => (&group.applied, newest.commit.catalog_stamp),
        };
        let id = self.backend.group_commit().id();
        let mut transaction = FjallTransaction::new(&newest.opened, id, state, stamp);
        // A panic of this body must not lose the group (2).
        let returned = catch_unwind(AssertUnwindSafe(|| body(&mut transaction)));
        (returned, transaction.end())
    }

    /// Applies the writes of a body, as a member of the open group or as the first of a new one.
    fn join(&self, newest: &View, open: Option<OpenGroup>, ended: Ended) -> Result<CommitTicket> {
        let Ended { writes, created, changes_catalog, listeners } = ended;
        let count = writes.len();
        let applied = match newest.opened.apply(writes, created) {
            Ok(applied) => applied,
            Err(fault) => {
                // Its members learn what their sync gives, which fjall refuses now.
                if let Some(group) = open {
                    self.commit(group);
                }
                return Err(match fault {
                    // A panic may have come after the end of the transaction was written.
                    Fault::Damaged(_) => fault.unknown(self.backend.engine().path()),
                    fault => newest.opened.failed("write to", &fault),
                });
            }
        };
        let group = match open {
            Some(mut group) => {
                group.applied = applied;
                group.changes_catalog |= changes_catalog;
                group.writes += count;
                group.members += 1;
                group.listeners.extend(listeners);
                group
            }
            None => OpenGroup {
                opened: Arc::clone(&newest.opened),
                applied,
                changes_catalog,
                writes: count,
                members: 1,
                notifier: CommitNotifier::default(),
                listeners,
            },
        };
        let ticket = group.notifier.ticket();
        self.leave_or_commit(group);
        Ok(ticket)
    }

    /// Leaves the group open if a thread waits for the slot (2), and commits it otherwise.
    fn leave_or_commit(&self, group: OpenGroup) {
        let group_commit = self.backend.group_commit();
        let may_stay_open = self.backend.engine().durability() == Durability::Immediate && group.has_room();
        if may_stay_open && group_commit.awaits_member(group.members) {
            *group_commit.open() = Some(group);
        } else {
            self.commit(group);
        }
    }

    /// Syncs the group, shows it to readers, and settles the tickets of its members.
    fn commit(&self, group: OpenGroup) {
        let (group_commit, engine) = (self.backend.group_commit(), self.backend.engine());
        group_commit.last_members.store(group.members, Ordering::Relaxed);
        *group_commit.committing() = Some(group.notifier.ticket());
        let synced = match engine.durability() {
            Durability::Immediate => engine.sync(&group.opened),
            Durability::OnFlush => Ok(()),
        };
        if synced.is_ok() {
            // After the sync, so that no reader sees what a crash may lose, and before any member returns (4).
            engine.publish(&group.opened, group.applied, group.changes_catalog);
        }
        *group_commit.committing() = None;
        if synced.is_ok() {
            // Before any member returns, and in the order of the bodies.
            for listener in &group.listeners {
                listener.notify();
            }
        }
        // From here on members return, which the sync above allows (3).
        group.notifier.settle(synced);
    }
}

impl Drop for WriteSlot<'_> {
    fn drop(&mut self) {
        // A thread may leave the slot without running a body in the open group. If nobody waits, it must commit the
        // group, because no later thread would (2).
        if !self.backend.group_commit().has_waiting() {
            self.commit_open();
        }
    }
}
