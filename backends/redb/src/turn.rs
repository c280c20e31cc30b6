//! [`Turn`]: one transaction's turn to write, and which of them are committed together.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use keyloft::Result;
use keyloft::backend::{TransactionBody, WriterGuard, WriterLock};
use redb::WriteTransaction;

use crate::RedbBackend;
use crate::group::{Group, Settle};
use crate::options::Durability;
use crate::transaction::{Touched, Writes};

/// How much is written before a commit, though others wait for their turn: those who had theirs wait for the commit.
const MAX_WRITES: u64 = 1024;
/// How many tables: each body that follows opens them.
const MAX_TABLES: usize = 16;

/// How often a thread lets others run before it sleeps until the turn is its own, or before it commits without those that it
/// was committed with the last time. To be woken takes longer than most bodies.
const YIELDS: usize = 100;

/// Those who write and those who wait to.
#[derive(Default)]
pub(crate) struct Writers {
    lock: WriterLock,
    waiting: AtomicUsize,
    open: Mutex<Option<Open>>,
    /// What is being committed, while it is.
    committing: Mutex<Option<Group>>,
    /// How many transactions the last commit was for.
    last: AtomicUsize,
}

/// A redb transaction in which bodies have written, one after the other.
struct Open {
    write: WriteTransaction,
    touched: Touched,
    writes: u64,
    /// How many bodies.
    transactions: usize,
    settle: Settle,
}

/// The turn to write, until it is dropped. What is open then is committed, unless someone waits who writes in it too.
pub(crate) struct Turn<'a> {
    backend: &'a RedbBackend,
    _guard: WriterGuard<'a>,
}

/// What a body returned, or how it panicked, and the group it is committed with.
pub(crate) struct Ended {
    pub(crate) returned: thread::Result<Result<()>>,
    pub(crate) group: Option<Group>,
}

/// How a body has left the transaction that others have written in before.
enum Left {
    /// With all of its writes or none.
    Whole,
    /// Without its writes, which are too many to be taken back: it is to begin by itself.
    TooMuch,
    /// With some of its writes.
    Broken(redb::Error),
}

impl<'a> Turn<'a> {
    /// Waits for it.
    pub(crate) fn enter(backend: &'a RedbBackend) -> Result<Self> {
        let writers = backend.writers();
        writers.waiting.fetch_add(1, Ordering::Relaxed);
        let guard = writers.enter();
        writers.waiting.fetch_sub(1, Ordering::Relaxed);
        Ok(Self { backend, _guard: guard? })
    }

    /// Commits what is open.
    pub(crate) fn settle(&self) {
        if let Some(open) = self.open().take() {
            self.commit(open);
        }
    }

    /// Runs the body, after those that it is committed with.
    pub(crate) fn run(&self, body: &mut TransactionBody<'_>) -> Ended {
        let open = self.open().take();
        match open {
            None => self.begin(body),
            Some(open) => self.follow(open, body),
        }
    }

    fn begin(&self, body: &mut TransactionBody<'_>) -> Ended {
        let write = match self.backend.engine().begin_write() {
            Ok(write) => write,
            Err(error) => return Ended { returned: Ok(Err(error)), group: None },
        };
        let mut writes = Writes::new(self.backend, &write);
        // redb gives back the pages of a transaction that is dropped in a panic only when the file is opened again.
        let returned = catch_unwind(AssertUnwindSafe(|| body(&mut writes)));
        let (written, touched) = writes.end();
        if written > 0 && matches!(returned, Ok(Ok(()))) {
            let settle = Settle::default();
            let group = settle.group();
            self.go_on(Open { write, touched, writes: written, transactions: 1, settle });
            return Ended { returned, group: Some(group) };
        }
        let aborted = write.abort().map_err(|source| self.backend.engine().failed("abort", source));
        Ended { returned: returned.map(|returned| returned.and(aborted)), group: None }
    }

    fn follow(&self, mut open: Open, body: &mut TransactionBody<'_>) -> Ended {
        let group = open.settle.group();
        let (returned, left) = self.run_in(&mut open, body);
        match left {
            Left::Whole => self.go_on(open),
            Left::Broken(source) => open.settle.settle(Err(Arc::new(source))),
            Left::TooMuch => {
                self.commit(open);
                return self.begin(body);
            }
        }
        Ended { returned, group: Some(group) }
    }

    fn run_in(&self, open: &mut Open, body: &mut TransactionBody<'_>) -> (thread::Result<Result<()>>, Left) {
        let mut writes = match Writes::after(self.backend, &open.write, &open.touched) {
            Ok(writes) => writes,
            Err(error) => return (Ok(Err(error)), Left::Whole),
        };
        let returned = catch_unwind(AssertUnwindSafe(|| body(&mut writes)));
        let too_much = writes.is_too_much();
        if matches!(returned, Ok(Ok(()))) && !too_much {
            let (written, touched) = writes.end();
            open.writes += written;
            open.transactions += 1;
            open.touched = touched;
            return (returned, Left::Whole);
        }
        match writes.undo() {
            Err(source) => (returned, Left::Broken(source)),
            Ok(()) if too_much => (returned, Left::TooMuch),
            Ok(()) => (returned, Left::Whole),
        }
    }

    /// Leaves the transaction to the next one, or commits it.
    fn go_on(&self, open: Open) {
        let may = self.backend.engine().durability == Durability::Immediate
            && open.writes <= MAX_WRITES
            && open.touched.changed.len() <= MAX_TABLES;
        if may && self.gets_company(open.transactions) {
            *self.open() = Some(open);
        } else {
            self.commit(open);
        }
    }

    fn commit(&self, open: Open) {
        let writers = self.backend.writers();
        writers.last.store(open.transactions, Ordering::Relaxed);
        *writers.committing() = Some(open.settle.group());
        let committed = self.backend.engine().commit(open.write);
        self.backend.without_view(|| ());
        *writers.committing() = None;
        open.settle.settle(committed.map_err(Arc::new));
    }

    /// Whether others wait for their turn, who then certainly get it.
    fn has_company(&self) -> bool {
        self.backend.writers().waiting.load(Ordering::Relaxed) > 0
    }

    /// Whether others do, or do soon: those that one commit was for are likely to come back together.
    fn gets_company(&self, transactions: usize) -> bool {
        let expected = self.backend.writers().last.load(Ordering::Relaxed);
        let yields = if transactions < expected { YIELDS } else { 0 };
        self.has_company()
            || (0..yields).any(|_| {
                thread::yield_now();
                self.has_company()
            })
    }

    fn open(&self) -> MutexGuard<'_, Option<Open>> {
        self.backend.writers().open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writers {
    fn enter(&self) -> Result<WriterGuard<'_>> {
        for _ in 0..YIELDS {
            if let Some(guard) = self.lock.try_enter()? {
                return Ok(guard);
            }
            let committing = self.committing().clone();
            match committing {
                // Whatever becomes of it.
                Some(group) => drop(group.wait()),
                None => thread::yield_now(),
            }
        }
        self.lock.enter()
    }

    fn committing(&self) -> MutexGuard<'_, Option<Group>> {
        self.committing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if !self.has_company() {
            self.settle();
        }
    }
}

#[cfg(test)]
mod tests;
