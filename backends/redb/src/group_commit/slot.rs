//! [`WriteSlot`]: the right of one thread to write, and its use of the open group.
//!
//! The numbers in the comments are those of the [invariants](super).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use keyloft::Result;
use keyloft::backend::{TransactionBody, WriterGuard};
use redb::WriteTransaction;

use super::open_group::OpenGroup;
use super::ticket::{CommitNotifier, CommitTicket, GroupOutcome};
use crate::RedbBackend;
use crate::health::Health;
use crate::options::Durability;
use crate::transaction::{Ended, RedbTransaction};
#[cfg(not(target_family = "wasm"))]
use crate::turn::Turn;

/// The right of this thread to write, until it is dropped (1).
pub(crate) struct WriteSlot<'a> {
    backend: &'a RedbBackend,
    /// The time in which a transaction of another process must end.
    #[cfg(not(target_family = "wasm"))]
    turn: Option<Turn>,
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
    /// The group has some changes of the body. It must not be committed (3).
    Broken,
}

impl<'a> WriteSlot<'a> {
    /// Waits for the slot.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn enter(backend: &'a RedbBackend) -> Result<Self> {
        let turn = backend.patience.map(Turn::within);
        let guard = match turn {
            None => backend.group_commit().enter()?,
            Some(turn) => {
                let guard = backend.group_commit().enter_within(turn)?;
                guard.ok_or_else(|| turn.missed(backend.engine().path()))?
            }
        };
        Ok(Self { backend, turn, _guard: guard })
    }

    /// Waits for the slot.
    #[cfg(target_family = "wasm")]
    pub(crate) fn enter(backend: &'a RedbBackend) -> Result<Self> {
        Ok(Self { backend, _guard: backend.group_commit().enter()? })
    }

    /// Begins a redb transaction, if its turn comes in time.
    pub(crate) fn begin(&self) -> Result<(WriteTransaction, Arc<Health>)> {
        let engine = self.backend.engine();
        #[cfg(not(target_family = "wasm"))]
        let begun = self.turn.map_or_else(|| engine.begin_write(), |turn| engine.begin_write_within(turn))?;
        #[cfg(target_family = "wasm")]
        let begun = engine.begin_write()?;
        if engine.follows() {
            // It notices if another process has changed a catalog. From here on, no other process commits.
            self.backend.latest_snapshot()?;
        }
        Ok(begun)
    }

    /// Commits the open group, if there is one.
    pub(crate) fn commit_open(&self) {
        let open = self.backend.group_commit().open().take();
        if let Some(group) = open {
            self.commit(group);
        }
    }

    /// Runs a body in the open group, or as the first of a new one. A body that runs again because its group was undone
    /// has a group of its own, so that it is undone at most once.
    #[inline]
    pub(crate) fn run(&self, body: &mut TransactionBody<'_>, was_undone: bool) -> BodyEnd {
        if was_undone {
            self.commit_open();
        }
        let open = self.backend.group_commit().open().take();
        if let Some(group) = open
            && let Some(end) = self.join(group, body)
        {
            return end;
        }
        let (write, health) = match self.begin() {
            Ok(begun) => begun,
            Err(error) => return BodyEnd { returned: Ok(Err(error)), ticket: None },
        };
        let mut transaction = RedbTransaction::first(self.backend, &write, &health);
        // If a panic drops a redb transaction, redb reuses its pages only after the file is opened again. The panic is
        // therefore caught, and the transaction aborted.
        let returned = catch_unwind(AssertUnwindSafe(|| body(&mut transaction)));
        let Ended { writes, dirty, listeners } = transaction.end();
        if writes > 0 && matches!(returned, Ok(Ok(()))) {
            let notifier = CommitNotifier::default();
            let ticket = Some(notifier.ticket());
            let group = OpenGroup { write, health, dirty, writes, members: 1, notifier, listeners };
            if was_undone {
                self.commit(group);
            } else {
                self.leave_or_commit(group);
            }
            return BodyEnd { returned, ticket };
        }
        let aborted = health
            .abort(write)
            .map_err(|source| self.backend.engine().failed("abort a transaction of", source));
        BodyEnd { returned: returned.map(|returned| returned.and(aborted)), ticket: None }
    }

    /// Runs a body in an open group. Returns `None` if the body must run again outside of it.
    fn join(&self, mut group: OpenGroup, body: &mut TransactionBody<'_>) -> Option<BodyEnd> {
        let ticket = Some(group.notifier.ticket());
        let (returned, joined) = self.run_in(&mut group, body);
        match joined {
            Joined::Whole => self.leave_or_commit(group),
            Joined::Broken => {
                undo(group);
                // The body may have failed because of changes that are undone now. A panic is not repeated.
                return if returned.is_err() { Some(BodyEnd { returned, ticket: None }) } else { None };
            }
        }
        Some(BodyEnd { returned, ticket })
    }

    /// Runs a body in the redb transaction of an open group, and rolls the body back if it fails.
    fn run_in(
        &self,
        group: &mut OpenGroup,
        body: &mut TransactionBody<'_>,
    ) -> (thread::Result<Result<()>>, Joined) {
        let following = RedbTransaction::following(self.backend, &group.write, &group.health, &group.dirty);
        let mut transaction = match following {
            Ok(transaction) => transaction,
            Err(error) => return (Ok(Err(error)), Joined::Whole),
        };
        // A panic of this body must not lose the changes of the members before it (3).
        let returned = catch_unwind(AssertUnwindSafe(|| body(&mut transaction)));
        if matches!(returned, Ok(Ok(()))) && !transaction.is_poisoned() {
            let Ended { writes, dirty, listeners } = transaction.end();
            group.listeners.extend(listeners);
            group.writes += writes;
            group.members += 1;
            group.dirty = dirty;
            return (returned, Joined::Whole);
        }
        let joined = if transaction.roll_back().is_ok() { Joined::Whole } else { Joined::Broken };
        (returned, joined)
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
        // Before redb looks for pages that no snapshot shows. Otherwise the pages that this commit replaces could be
        // used only two commits later.
        self.backend.drop_latest_snapshot();
        let committed = self.backend.engine().commit(group.write, changes_catalog);
        // Before any member returns, so that each reads its own commit (5). A read during the commit may have begun
        // another snapshot.
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
        group.notifier.settle(match committed {
            Ok(()) => GroupOutcome::Committed,
            Err(lost) => GroupOutcome::Lost(Arc::new(lost)),
        });
    }
}

/// Aborts a group. Its members run their bodies again (3).
fn undo(group: OpenGroup) {
    let OpenGroup { write, health, notifier, .. } = group;
    // If this fails, so does the beginning of the next transaction.
    let _aborted = health.abort(write);
    notifier.settle(GroupOutcome::Undone);
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
