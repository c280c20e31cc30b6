//! Group commit: transactions of several threads share one redb commit, and so one sync.
//!
//! A durable commit waits for the disk, which takes far longer than a body. While one thread's body runs, others wait
//! for the write slot. Their bodies then run one after the other in the same redb transaction, and one commit makes all
//! of them durable. There is no background thread: the *leader* of a group, which syncs for all, is the member that
//! finds nobody waiting when its body has ended. A thread that writes alone is its own leader and waits for no one.
//!
//! # Invariants
//!
//! 1. **One writer.** Only the thread in the [`WriteSlot`] runs a body, commits, or touches the [open group](OpenGroup).
//! 2. **No orphan.** An open group is left in the slot only while at least one other thread waits for the slot. That
//!    thread continues the group or commits it, so every group is committed without a timer.
//! 3. **Whole bodies.** Between two bodies the redb transaction of the open group holds all changes of each member that
//!    succeeded, and none of a member that failed or panicked.
//! 4. **Durable before acknowledged.** No member's `transact` returns before redb's commit of its group has returned. A
//!    member waits for the outcome on a [`CommitTicket`].
//! 5. **Visible before acknowledged.** The cached snapshot of the commit before is dropped before the tickets are
//!    settled, so that a member reads its own commit as soon as `transact` returns. No reader sees an open group.
//!
//! # Steps
//!
//! 1. A thread counts itself as waiting, enters the slot, and counts itself out. The count comes first, so that the
//!    thread in the slot can see it and rely on it (2). While a commit runs, it waits for that commit and not for the
//!    slot: all members then wake at once and meet again in the next group.
//! 2. If no group is open it begins a redb transaction. An error or a panic of the body aborts that, which leaves no
//!    trace (3). A body that wrote nothing is aborted too, and costs no sync.
//! 3. If a group is open the body runs in its redb transaction, and sees the uncommitted changes of the members before
//!    it. An error or a panic is rolled back by the body's [undo log](crate::undo_log) (3). A body that replaces more
//!    than the log keeps is rolled back, the group is committed without it, and it runs again as in step 2.
//! 4. When the body has ended, the group stays open if somebody waits (2), and is committed otherwise. It is also
//!    committed when it is large, because its members wait for the whole of it, and always under
//!    [`Durability::OnFlush`], whose commits cost no sync that could be shared.
//! 5. The leader commits: redb writes and syncs, the cached snapshot is dropped (5), and the tickets are settled (4).
//! 6. The thread leaves the slot, then waits on its ticket. A member whose body failed waits as well, because what it
//!    has read may be a change that is lost with the group.
//!
//! # What a crash leaves
//!
//! An open group exists in the memory of redb alone, so a crash before step 5 loses it whole, and none of its members
//! was acknowledged (4). A crash within step 5 leaves redb's file at the commit before or at this one: the header has a
//! slot for each, and an opening takes the newest slot whose checksums hold. Again no member was acknowledged, and the
//! group is there as a whole or not at all. A crash after step 5 finds the group synced. So an acknowledged member
//! survives every crash, and no member is ever there in part.
//!
//! # What an error leaves
//!
//! If redb's commit fails, all members get its error. After a failed sync the disk may hold the commit nevertheless, so
//! their outcome is unknown. redb refuses every later access until the file is opened again and read from the disk: the
//! handle is poisoned, because its cache may hold what the disk has lost.
//!
//! If redb fails or panics in the middle of a change, or while a change is rolled back, the redb transaction breaks
//! invariant 3. It is never committed: the group is lost, and all members get an error. If redb panics while it commits,
//! the panic continues in the leader, and the drop of its [`CommitNotifier`] tells the others that the group is lost.

mod open_group;
mod slot;
mod ticket;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use keyloft::Result;
use keyloft::backend::{WriterGuard, WriterLock};

use self::open_group::OpenGroup;
pub(crate) use self::slot::{BodyEnd, WriteSlot};
#[cfg(doc)]
use self::ticket::CommitNotifier;
pub(crate) use self::ticket::CommitTicket;
#[cfg(doc)]
use crate::Durability;

/// The number of times that a thread yields before it sleeps until the slot is free, or before it commits without the
/// members of the last group. Waking a thread takes longer than most bodies.
const YIELDS: usize = 100;

/// The write slot of a database and the state of its group commit.
#[derive(Default)]
pub(crate) struct GroupCommit {
    lock: WriterLock,
    /// The number of threads that wait for the slot.
    waiting: AtomicUsize,
    /// The open group. Only the thread in the slot uses it.
    open: Mutex<Option<OpenGroup>>,
    /// The ticket of the group that is being committed, for those who wait for the slot meanwhile.
    committing: Mutex<Option<CommitTicket>>,
    /// The number of members of the last group that was committed.
    last_members: AtomicUsize,
}

impl GroupCommit {
    /// Waits for the slot.
    fn enter(&self) -> Result<WriterGuard<'_>> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let guard = self.spin_and_lock();
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        guard
    }

    fn spin_and_lock(&self) -> Result<WriterGuard<'_>> {
        for _ in 0..YIELDS {
            if let Some(guard) = self.lock.try_enter()? {
                return Ok(guard);
            }
            let committing = self.committing().clone();
            match committing {
                // The outcome concerns that group's members alone.
                Some(ticket) => drop(ticket.wait()),
                None => thread::yield_now(),
            }
        }
        self.lock.enter()
    }

    /// Returns whether another thread waits for the slot. It is certain to get it.
    fn has_waiting(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }

    /// Returns whether another thread waits for the slot now, or comes soon: the members of the last group are likely
    /// to come back together.
    fn gets_waiting(&self, members: usize) -> bool {
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
