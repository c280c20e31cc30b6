//! [`CommitOrder`]: the queueing of changes in the order of their commits.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::mem;
use std::sync::PoisonError;

use super::RawChange;
use super::hub::HAS_THREADS;
use super::queue::Queue;
use super::registry::Registry;
use crate::backend::{Notify, Transaction};
use crate::sync::{Condvar, Mutex, MutexGuard, thread};

/// The number of times that a transaction yields to those before it, before it sleeps until they are decided.
const YIELDS: usize = if cfg!(keyloft_scheduled) { 1 } else { 50 };

/// The queueing of changes in the order of their commits, while several transactions run.
///
/// A transaction takes a place when its body ends, still inside the engine. The engine commits in the order in which bodies
/// end, so the places are in commit order. When the engine has returned, the place is decided: committed, or given up by a
/// transaction that failed. Changes are queued up to the first undecided place. Two invariants follow, beside those of the
/// [hub](super::hub::Hub):
///
/// - *Nothing before the commit.* A place is committed only after the engine has [notified](Transaction::on_commit) its commit
///   or has returned `Ok` for it.
/// - *Queued before acknowledged.* A transaction returns only after its changes are queued, by itself or by another one. It
///   waits only for transactions whose bodies have ended, and which need nothing that it holds. If they are committed, the
///   engine has notified their commits, or is about to return for them. If they have failed, they are about to give up.
#[derive(Default)]
pub(super) struct CommitOrder {
    places: Mutex<Places>,
    /// Notified when places are decided.
    decided: Condvar,
}

#[derive(Default)]
struct Places {
    /// The number of the last commit that was queued.
    commits: u64,
    /// The number of the last place that was taken.
    last: u64,
    /// The places in commit order. There is at most one for each running transaction.
    taken: Vec<Place>,
    /// The number of transactions that sleep. Without one, a notification would be a needless system call.
    sleeping: usize,
}

struct Place {
    number: u64,
    state: State,
    changes: Vec<RawChange>,
    /// The queues that the changes are in.
    queues: Vec<Arc<Queue>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// The engine has neither notified the commit nor returned.
    Undecided,
    /// The transaction is committed, but an earlier one may be undecided.
    Committed,
    /// The changes are queued.
    Queued,
}

/// The mark of a place as committed, which the engine makes. The changes are queued by the first transaction that returns: it
/// holds the gate, and the engine's thread may not.
struct Mark {
    order: Arc<CommitOrder>,
    number: u64,
}

impl Notify for Mark {
    fn notify(&self) {
        self.order.lock().commit(self.number);
    }
}

/// The place of a transaction, which is given up when this is dropped.
pub(super) struct Turn<'a> {
    order: &'a Arc<CommitOrder>,
    registry: &'a Registry,
    /// The number of the place, or 0 without one.
    number: u64,
    /// The changes, on a target without threads. There, transactions don't overlap, so they need no places.
    alone: Vec<RawChange>,
}

impl<'a> Turn<'a> {
    /// Creates the turn of a transaction that has no place yet. The registry must be that behind the gate, which the
    /// transaction holds.
    pub(super) fn new(order: &'a Arc<CommitOrder>, registry: &'a Registry) -> Self {
        Self { order, registry, number: 0, alone: Vec::new() }
    }

    /// Takes the next place, at the end of the body. A transaction without changes needs none.
    pub(super) fn take(&mut self, tx: &mut dyn Transaction, changes: Vec<RawChange>) {
        if !HAS_THREADS {
            self.alone = changes;
            return;
        }
        if changes.is_empty() {
            return;
        }
        let mut places = self.order.lock();
        places.last += 1;
        self.number = places.last;
        let (number, state, queues) = (self.number, State::Undecided, Vec::new());
        places.taken.push(Place { number, state, changes, queues });
        drop(places);
        // Transactions that share a sync are acknowledged in any order. The first one need not wait for the others.
        tx.on_commit(Arc::new(Mark { order: Arc::clone(self.order), number }));
    }

    /// Gives up the place of an earlier run of the body, whose writes are not committed, or of a transaction that failed.
    pub(super) fn give_up(&mut self) {
        if HAS_THREADS && self.number != 0 {
            let mut places = self.order.lock();
            places.remove(mem::take(&mut self.number));
            // Those behind this place may have waited for it alone.
            self.advance(&mut places);
        }
    }

    /// Queues the changes of the committed transaction when its turn comes, and returns the queues.
    pub(super) fn commit(mut self) -> Vec<Arc<Queue>> {
        if !HAS_THREADS && !self.alone.is_empty() {
            let mut places = self.order.lock();
            places.commits += 1;
            return self.registry.publish(places.commits, mem::take(&mut self.alone));
        }
        if !HAS_THREADS || self.number == 0 {
            return Vec::new();
        }
        let mut places = self.order.lock();
        places.commit(self.number);
        self.advance(&mut places);
        let mut yields = 0;
        while !places.is_queued(self.number) {
            places = self.wait(places, &mut yields);
        }
        places.remove(mem::take(&mut self.number))
    }

    /// Queues the changes of the committed transactions up to the first one that is undecided.
    fn advance(&self, places: &mut Places) {
        for place in &mut places.taken {
            match place.state {
                State::Undecided => break,
                State::Committed => {
                    places.commits += 1;
                    place.queues = self.registry.publish(places.commits, mem::take(&mut place.changes));
                    place.state = State::Queued;
                }
                State::Queued => {}
            }
        }
        if places.sleeping > 0 {
            self.order.decided.notify_all();
        }
    }

    /// Waits until a place may have been decided.
    fn wait(&self, mut places: MutexGuard<'a, Places>, yields: &mut usize) -> MutexGuard<'a, Places> {
        if *yields < YIELDS {
            *yields += 1;
            drop(places);
            thread::yield_now();
            return self.order.lock();
        }
        places.sleeping += 1;
        let mut places = self.order.decided.wait(places).unwrap_or_else(PoisonError::into_inner);
        places.sleeping -= 1;
        places
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.give_up();
    }
}

impl CommitOrder {
    fn lock(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    fn index_of(&self, number: u64) -> Option<usize> {
        self.taken.iter().position(|place| place.number == number)
    }

    /// Marks a place as committed.
    fn commit(&mut self, number: u64) {
        let place = self.index_of(number).and_then(|index| self.taken.get_mut(index));
        if let Some(place) = place
            && place.state == State::Undecided
        {
            place.state = State::Committed;
        }
    }

    fn is_queued(&self, number: u64) -> bool {
        self.taken.iter().all(|place| place.number != number || place.state == State::Queued)
    }

    /// Removes a place. Returns the queues that its changes are in.
    fn remove(&mut self, number: u64) -> Vec<Arc<Queue>> {
        self.index_of(number).map(|index| self.taken.remove(index).queues).unwrap_or_default()
    }
}
