//! Group commit: transactions of several threads share one redb commit, and so one sync.
//!
//! A durable commit waits for the disk, which takes far longer than a body. While one thread's body runs, others wait
//! for the write slot. Their bodies then run one after the other in the same redb transaction, and one commit makes all
//! of them durable.
//!
//! A thread whose body ran in a group is a *member* of the group. The *leader* commits and syncs for all members. It is
//! the member that finds nobody waiting when its body has ended, so there is no background thread. A thread that writes
//! alone is its own leader and waits for no one.
//!
//! # Invariants
//!
//! 1. **One writer.** Only the thread in the [`WriteSlot`] runs a body, commits, or touches the [open group](OpenGroup).
//! 2. **No orphan.** A thread leaves the slot with an open group only while at least one other thread waits for the slot.
//!    That thread continues the group or commits it, so every group is committed without a timer.
//! 3. **Whole bodies.** Between two bodies the redb transaction of the open group holds all changes of each member that
//!    succeeded, and none of a member that failed or panicked.
//! 4. **Durable before acknowledged.** No member's `transact` returns before redb's commit of its group has returned. A
//!    member waits for the outcome on a [`CommitTicket`].
//! 5. **Visible before acknowledged.** The cached snapshot of the previous commit is dropped before the tickets are
//!    settled, so that a member reads its own commit as soon as `transact` returns. No reader sees an open group.
//!
//! # Steps
//!
//! 1. A thread counts itself as waiting, enters the slot, and counts itself out. The count comes first, so that the
//!    thread in the slot can see it and rely on it (2). While a commit runs, the thread waits for that commit and not
//!    for the slot. All threads that wait for a commit wake at once, and can form the next group.
//! 2. If no group is open, the thread begins a redb transaction and runs its body there. An error or a panic of the
//!    body aborts the redb transaction (3). A body that wrote nothing is aborted too, and costs no sync.
//! 3. If a group is open, the body runs in its redb transaction, and sees the uncommitted changes of the members before
//!    it. An error or a panic is rolled back by the body's [undo log](crate::undo_log) (3). A body that replaces more than
//!    the log keeps runs on without a log. If it succeeds, nothing is missed. If it fails, redb rolls back the whole
//!    group, which is *undone*: each member enters the slot again and runs its body again, in a group that it does not
//!    leave open. So a body is undone at most once, and it never sees an error whose only cause is that it will run
//!    again.
//!    A redb transaction of a file that other processes write to has the file's writer lock, from its beginning to its end. So
//!    an open group, which is bounded, keeps the other processes waiting, and their groups this one.
//! 4. When the body has ended, the group stays open if a thread waits (2), and is committed otherwise. A large group is
//!    always committed, because its first members wait for all of it. Under [`Durability::OnFlush`] every group is
//!    committed at once, because there is no sync to share.
//! 5. The leader commits: the cached snapshot is dropped, so that redb can use the replaced pages again at once; redb
//!    writes and syncs; the snapshot that a reader may have begun meanwhile is dropped (5); and the tickets are settled
//!    (4).
//! 6. The thread leaves the slot, then waits on its ticket. A thread whose body failed in an open group waits as well:
//!    the body may have read changes of the group, which are lost if the commit fails.
//!
//! # What a crash leaves
//!
//! An acknowledged member survives every crash, and no member is ever stored in part:
//!
//! - Before step 5, the open group exists only in the memory of redb. A crash loses all of it, and none of its members
//!   was acknowledged (4).
//! - Within step 5, redb's file is at the previous commit or at this one. The header has a commit slot for each, and an
//!   opening takes the newest slot whose checksums match. The group is stored as a whole or not at all, and no member
//!   was acknowledged.
//! - After step 5, the group is synced.
//!
//! # What an error leaves
//!
//! If redb's commit fails, all members get its error. The [opening](crate::opening) writes the header of a commit after
//! all its pages. If anything fails before the header, the commit is not stored, and the error says what failed. If the
//! header or the sync after it fails, the disk may have the commit nevertheless: the error is
//! [`CommitUnknown`](keyloft::ErrorKind::CommitUnknown). Either way redb refuses every later write until the database is opened
//! again, because its cache may differ from the disk.
//!
//! If redb fails or panics during a change or its rollback, the redb transaction breaks invariant 3. It is never
//! committed. The group is undone, and the members that run their bodies again get the error of the failed engine. A
//! panic of redb is caught: from then on the database is [`Corrupted`](keyloft::ErrorKind::Corrupted).

mod open_group;
mod slot;
mod ticket;

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use keyloft::Result;
use keyloft::backend::{BackendId, WriterGuard, WriterLock};

use self::open_group::OpenGroup;
pub(crate) use self::slot::{BodyEnd, WriteSlot};
pub(crate) use self::ticket::{CommitTicket, GroupOutcome};
#[cfg(doc)]
use crate::Durability;
use crate::sync::{AtomicUsize, Mutex, MutexGuard, thread};
#[cfg(not(target_family = "wasm"))]
use crate::turn::Turn;

/// The number of times that a thread yields before it sleeps until the slot is free, or before it stops waiting for
/// members of the last group and commits. To wake a sleeping thread takes longer than most bodies.
const YIELDS: usize = if cfg!(keyloft_scheduled) { 2 } else { 100 };

/// The write slot of a database and the state of its group commit.
#[derive(Default)]
pub(crate) struct GroupCommit {
    lock: WriterLock,
    /// The number of threads that wait for the slot.
    ///
    /// `Relaxed` is enough for *no orphan* (2). The thread in the slot leaves a group open only if it sees a waiting
    /// thread. Such a thread counts itself out only in the slot, so it is still waiting. An increment that is seen too
    /// late only commits a group too early.
    waiting: AtomicUsize,
    /// The open group. Only the thread in the slot uses it (1), so nobody waits for this lock.
    open: Mutex<Option<OpenGroup>>,
    /// The ticket of the group that is being committed. Threads that want the slot wait on it.
    committing: Mutex<Option<CommitTicket>>,
    /// The number of members of the last group that was committed. Only the thread in the slot uses it (1).
    last_members: AtomicUsize,
}

impl GroupCommit {
    /// Returns the identity of the database.
    pub(crate) fn id(&self) -> BackendId {
        self.lock.id()
    }

    /// Waits for the slot. The thread counts itself as waiting first and out again in the slot: see `waiting`.
    fn enter(&self) -> Result<WriterGuard<'_>> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let guard = self.spin_and_lock();
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        guard
    }

    /// Waits for the slot for a limited time. The thread doesn't count itself as waiting, because it may give up: an open group
    /// must not rely on it (2).
    #[cfg(not(target_family = "wasm"))]
    fn enter_within(&self, turn: Turn) -> Result<Option<WriterGuard<'_>>> {
        turn.wait(|| self.lock.try_enter())
    }

    /// Yields or waits for commits until the slot is free, and sleeps in the end.
    fn spin_and_lock(&self) -> Result<WriterGuard<'_>> {
        for _ in 0..YIELDS {
            if let Some(guard) = self.lock.try_enter()? {
                return Ok(guard);
            }
            let committing = self.committing().clone();
            match committing {
                // All threads that wait here wake at once when the commit ends, and can form the next group. The
                // outcome concerns only the members of the committed group.
                Some(ticket) => drop(ticket.wait()),
                None => thread::yield_now(),
            }
        }
        self.lock.enter()
    }

    /// Returns `true` if another thread waits for the slot. That thread enters the slot next or later (2).
    fn has_waiting(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }

    /// Returns `true` if another thread waits for the slot.
    ///
    /// A group of fewer members than the last one waits for a short time first, because the members of the last group
    /// are likely to write again together.
    fn awaits_member(&self, members: usize) -> bool {
        let expected = self.last_members.load(Ordering::Relaxed);
        let yields = if members < expected { YIELDS } else { 0 };
        self.has_waiting()
            || (0..yields).any(|_| {
                thread::yield_now();
                self.has_waiting()
            })
    }

    fn open(&self) -> MutexGuard<'_, Option<OpenGroup>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn committing(&self) -> MutexGuard<'_, Option<CommitTicket>> {
        self.committing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the number of threads that wait for the slot.
    #[cfg(test)]
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests;
