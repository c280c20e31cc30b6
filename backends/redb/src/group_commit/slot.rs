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
use crate::RedbBackend;
use crate::options::Durability;
use crate::transaction::{Ended, RedbTransaction};

/// The right of this thread to write, until it is dropped (1).
pub(crate) struct WriteSlot<'a> {
    backend: &'a RedbBackend,
    _guard: WriterGuard<'a>,
}

/// The end of a body.
pub(crate) struct BodyEnd {
    /// The body's result, or its panic.
    pub(crate) returned: thread::Result<Result<()>>,
    /// The ticket of the group that the body ran in. `None` if there is no commit to wait for.
    pub(crate) ticket: Option<CommitTicket>,
}

/// The state of an open group after a body has run in it.
enum Joined {
    /// The group has all changes of the body or none.
    Whole,
    /// The group has no changes of the body, because the undo log was too small. The body must run again in a new
    /// group.
    MustRunAlone,
    /// The group has some changes of the body. It must not be committed (3).
    Broken(redb::Error),
}

impl<'a> WriteSlot<'a> {
    /// Waits for the slot.
    pub(crate) fn enter(backend: &'a RedbBackend) -> Result<Self> {
        Ok(Self { backend, _guard: backend.group_commit().enter()? })
    }

    /// Commits the open group, if there is one.
    pub(crate) fn commit_open(&self) {
        let open = self.backend.group_commit().open().take();
        if let Some(group) = open {
            self.commit(group);
        }
    }

    /// Runs a body in the open group, or as the first of a new one.
    #[inline]
    pub(crate) fn run(&self, body: &mut TransactionBody<'_>) -> BodyEnd {
        let open = self.backend.group_commit().open().take();
        if let Some(group) = open
            && let Some(end) = self.join(group, body)
        {
            return end;
        }
        let write = match self.backend.engine().begin_write() {
            Ok(write) => write,
            Err(error) => return BodyEnd { returned: Ok(Err(error)), ticket: None },
        };
        let mut transaction = RedbTransaction::first(self.backend, &write);
        // If a panic drops a redb transaction, redb reuses its pages only after the file is opened again. The panic is
        // therefore caught, and the transaction aborted.
        let returned = catch_unwind(AssertUnwindSafe(|| body(&mut transaction)));
        let Ended { writes, dirty, listeners } = transaction.end();
        if writes > 0 && matches!(returned, Ok(Ok(()))) {
            let notifier = CommitNotifier::default();
            let ticket = Some(notifier.ticket());
            self.leave_or_commit(OpenGroup { write, dirty, writes, members: 1, notifier, listeners });
            return BodyEnd { returned, ticket };
        }
        let aborted =
            write.abort().map_err(|source| self.backend.engine().failed("abort a transaction of", source));
        BodyEnd { returned: returned.map(|returned| returned.and(aborted)), ticket: None }
    }

    /// Runs a body in an open group. Returns `None` if the body must run again outside of it.
    fn join(&self, mut group: OpenGroup, body: &mut TransactionBody<'_>) -> Option<BodyEnd> {
        let ticket = Some(group.notifier.ticket());
        let (returned, joined) = self.run_in(&mut group, body);
        match joined {
            Joined::Whole => self.leave_or_commit(group),
            Joined::MustRunAlone => {
                self.commit(group);
                return None;
            }
            // The redb transaction is dropped here. That rolls back the changes of all members.
            Joined::Broken(source) => group.notifier.settle(Err(Arc::new(source))),
        }
        Some(BodyEnd { returned, ticket })
    }

    /// Runs a body in the redb transaction of an open group, and rolls the body back if it fails.
    fn run_in(
        &self,
        group: &mut OpenGroup,
        body: &mut TransactionBody<'_>,
    ) -> (thread::Result<Result<()>>, Joined) {
        let mut transaction = match RedbTransaction::following(self.backend, &group.write, &group.dirty) {
            Ok(transaction) => transaction,
            Err(error) => return (Ok(Err(error)), Joined::Whole),
        };
        // A panic of this body must not lose the changes of the members before it (3).
        let returned = catch_unwind(AssertUnwindSafe(|| body(&mut transaction)));
        let is_undo_full = transaction.is_undo_full();
        if matches!(returned, Ok(Ok(()))) && !is_undo_full {
            let Ended { writes, dirty, listeners } = transaction.end();
            group.listeners.extend(listeners);
            group.writes += writes;
            group.members += 1;
            group.dirty = dirty;
            return (returned, Joined::Whole);
        }
        match transaction.roll_back() {
            Err(source) => (returned, Joined::Broken(source)),
            Ok(()) if is_undo_full => (returned, Joined::MustRunAlone),
            Ok(()) => (returned, Joined::Whole),
        }
    }

    /// Leaves the group open if a thread waits for the slot (2), and commits it otherwise.
    fn leave_or_commit(&self, group: OpenGroup) {
        let group_commit = self.backend.group_commit();
        let may_stay_open = self.backend.engine().durability == Durability::Immediate && group.has_room();
        if may_stay_open && group_commit.awaits_member(group.members) {
            *group_commit.open() = Some(group);
        } else {
            self.commit(group);
        }
    }

    /// Commits the group and settles the tickets of its members.
    fn commit(&self, group: OpenGroup) {
        let group_commit = self.backend.group_commit();
        group_commit.last_members.store(group.members, Ordering::Relaxed);
        *group_commit.committing() = Some(group.notifier.ticket());
        let changes_catalog = group.dirty.changes_catalog();
        let stamp = &self.backend.engine().catalog_stamp;
        if changes_catalog {
            stamp.clear();
        }
        let committed = self.backend.engine().commit(group.write);
        // Before any member returns, so that each reads its own commit (5).
        self.backend.drop_latest_snapshot();
        if changes_catalog {
            stamp.renew();
        }
        *group_commit.committing() = None;
        if committed.is_ok() {
            // Before any member returns, and in the order of the bodies.
            for listener in &group.listeners {
                listener.notify();
            }
        }
        // From here on members return, which the commit above allows (4).
        group.notifier.settle(committed.map_err(Arc::new));
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
