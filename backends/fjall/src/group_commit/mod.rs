//! Group commit: transactions of several threads share one sync of fjall's journal.
//!
//! A durable commit waits for the disk, which takes far longer than a body. While one thread's body runs, others wait for the
//! write slot. Their bodies then run one after the other, each on the state that the one before has left, and one sync makes
//! all of them durable.
//!
//! A thread whose body ran in a group is a *member* of the group. The *leader* syncs for all members. It is the member that
//! finds nobody waiting when its body has ended, so there is no background thread. A thread that writes alone is its own
//! leader and waits for no one.
//!
//! # Invariants
//!
//! 1. **One writer.** Only the thread in the [`WriteSlot`] runs a body, writes to fjall, syncs, or touches the
//!    [open group](OpenGroup).
//! 2. **No orphan.** A thread leaves the slot with an open group only while at least one other thread waits for the slot.
//!    That thread continues the group or commits it, so every group is committed without a timer.
//! 3. **Durable before acknowledged.** No member's `transact` returns before the sync of its group has returned. A member
//!    waits for the outcome on a [`CommitTicket`].
//! 4. **Durable before visible, visible before acknowledged.** Readers get the state of a group after its sync, and before the
//!    tickets are settled. So a member reads its own commit as soon as `transact` returns, and nobody reads what a crash may
//!    lose. Only the bodies of the same group do, and they wait for the same sync.
//!
//! # Steps
//!
//! 1. A thread counts itself as waiting, enters the slot, and counts itself out. The count comes first, so that the thread
//!    in the slot can see it and rely on it (2). While a sync runs, the thread waits for that sync and not for the slot. All
//!    threads that wait for a sync wake at once, and can form the next group.
//! 2. The body runs over the state of the open group, or over the newest commit, and its writes are kept in memory. An error or
//!    a panic of the body drops them: fjall has seen nothing of it.
//! 3. The writes of a body that succeeds become one batch of fjall: one record of the journal with a checksum at its end, and
//!    the entries in memory.
//! 4. The group stays open if a thread waits (2), and is committed otherwise. A large group is always committed, because its
//!    first members wait for all of it. Under [`Durability::OnFlush`] every group is committed at once, without a sync.
//! 5. The leader syncs the journal, shows the state to readers (4), and settles the tickets (3).
//! 6. The thread leaves the slot, then waits on its ticket. A thread whose body failed in an open group waits as well: the
//!    body may have read changes of the group, which are lost if the sync fails.
//!
//! # What a crash leaves
//!
//! The journal is written in the order of the bodies, and a sync covers all of it. So a crash leaves a prefix of the
//! transactions: all that were acknowledged, perhaps some that were not, each whole or not at all, because fjall discards a
//! record without its end.
//!
//! # What an error leaves
//!
//! If the record of a transaction can't be written, it has no end, and the transaction is not stored. If a sync fails, the
//! disk has the records of the group or not: each member gets [`CommitUnknown`](keyloft::ErrorKind::CommitUnknown). Either way
//! fjall accepts no later write, and the database is unusable until it is opened again. Readers go on seeing the commit
//! before the group.

mod open_group;
mod slot;
mod ticket;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use keyloft::Result;
use keyloft::backend::{BackendId, WriterGuard, WriterLock};

use self::open_group::OpenGroup;
pub(crate) use self::slot::{BodyEnd, WriteSlot};
pub(crate) use self::ticket::CommitTicket;
#[cfg(doc)]
use crate::Durability;

/// The number of times that a thread yields before it sleeps until the slot is free, or before it stops waiting for
/// members of the last group and commits. To wake a sleeping thread takes longer than most bodies.
const YIELDS: usize = 100;

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

    /// Calls `work` in the slot if that is free and no group is open.
    pub(crate) fn if_idle(&self, work: impl FnOnce()) {
        if let Ok(Some(_guard)) = self.lock.try_enter()
            && self.open().is_none()
        {
            work();
        }
    }

    /// Waits for the slot. The thread counts itself as waiting first and out again in the slot: see `waiting`.
    fn enter(&self) -> Result<WriterGuard<'_>> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let guard = self.spin_and_lock();
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        guard
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
}
