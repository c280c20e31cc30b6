//! [`WriterLock`]: a lock for engines with one writer, which refuses a transaction inside another.

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use core::marker::PhantomData;
use core::sync::atomic::Ordering;
use std::sync::PoisonError;

use super::BackendId;
use super::entered::Entered;
use crate::error::Result;
use crate::sync::thread::{self, Thread};
use crate::sync::{AtomicBool, Mutex, MutexGuard};

/// A lock for one transaction at a time. A thread that enters it a second time gets
/// [`ErrorKind::NestedTransaction`](crate::ErrorKind::NestedTransaction), because it would wait for itself for ever.
///
/// ```
/// use keyloft::backend::WriterLock;
///
/// let lock = WriterLock::default();
/// let first = lock.enter()?;
/// assert_eq!(lock.enter().unwrap_err().code(), "NestedTransaction");
/// drop(first);
/// assert!(lock.enter().is_ok());
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// It is fair: a thread that releases the lock may take it again at once, which costs no change of threads, but at most
/// 64 times while another one waits. Then the lock goes to the thread that has waited longest.
#[derive(Debug)]
pub struct WriterLock {
    state: Mutex<State>,
    id: BackendId,
}

/// The number of times that running threads may take the lock while another one waits.
const MAX_OVERTAKES: u32 = if cfg!(keyloft_scheduled) { 2 } else { 64 };

#[derive(Debug, Default)]
struct State {
    is_held: bool,
    /// The number of times that the lock was taken since the first waiting thread began to wait.
    overtakes: u32,
    /// The waiting threads, the longest first.
    waiting: VecDeque<Arc<Waiter>>,
}

#[derive(Debug)]
struct Waiter {
    thread: Thread,
    /// Set when the lock is handed to this thread. The lock then stays held.
    is_granted: AtomicBool,
}

/// The lock, held by one transaction until the guard is dropped. A panic drops it too.
#[derive(Debug)]
pub struct WriterGuard<'a> {
    lock: &'a WriterLock,
    _entered: Entered,
    /// A guard can't move to another thread, which has other marks.
    _not_send: PhantomData<*const ()>,
}

impl WriterLock {
    /// Returns the identity of the engine that this lock belongs to, for
    /// [`Read::backend_id`](super::Read::backend_id).
    ///
    /// While a thread holds the lock, layers over the engine know by this identity that the thread is inside a
    /// transaction. They refuse what would wait for that transaction to end.
    pub fn id(&self) -> BackendId {
        self.id
    }

    /// Waits until no other thread holds the lock and takes it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NestedTransaction`](crate::ErrorKind::NestedTransaction) if this thread holds the lock.
    pub fn enter(&self) -> Result<WriterGuard<'_>> {
        let entered = self.mark()?;
        let mut state = self.state();
        if state.try_take() {
            return Ok(self.guard(entered));
        }
        let waiter = Arc::new(Waiter { thread: thread::current(), is_granted: AtomicBool::new(false) });
        state.waiting.push_back(Arc::clone(&waiter));
        loop {
            drop(state);
            thread::park();
            if waiter.is_granted.load(Ordering::Acquire) {
                return Ok(self.guard(entered));
            }
            state = self.state();
            let is_first = state.waiting.front().is_some_and(|first| Arc::ptr_eq(first, &waiter));
            if is_first && !state.is_held {
                state.is_held = true;
                state.overtakes = 0;
                state.waiting.pop_front();
                return Ok(self.guard(entered));
            }
        }
    }

    /// Takes the lock, or returns `None` if another thread holds it, or has waited for it too long.
    ///
    /// ```
    /// use keyloft::backend::WriterLock;
    ///
    /// let lock = WriterLock::default();
    /// let first = lock.try_enter()?;
    /// assert!(first.is_some());
    /// std::thread::scope(|scope| {
    ///     scope.spawn(|| assert!(lock.try_enter().unwrap().is_none()));
    /// });
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NestedTransaction`](crate::ErrorKind::NestedTransaction) if this thread holds the lock.
    pub fn try_enter(&self) -> Result<Option<WriterGuard<'_>>> {
        let entered = self.mark()?;
        let is_taken = self.state().try_take();
        Ok(is_taken.then(|| self.guard(entered)))
    }

    /// Marks this thread as inside, already while it waits for the lock.
    fn mark(&self) -> Result<Entered> {
        let engine = self.id.engine();
        Entered::new(engine, engine)
    }

    fn guard(&self, entered: Entered) -> WriterGuard<'_> {
        WriterGuard { lock: self, _entered: entered, _not_send: PhantomData }
    }

    // Nothing panics while the state is locked.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for WriterLock {
    /// Creates the lock of a new engine.
    fn default() -> Self {
        Self { state: Mutex::default(), id: BackendId::unique() }
    }
}

impl State {
    /// Takes the lock for a thread that has not waited.
    fn try_take(&mut self) -> bool {
        if self.is_held || (self.overtakes >= MAX_OVERTAKES && !self.waiting.is_empty()) {
            return false;
        }
        self.is_held = true;
        self.overtakes = if self.waiting.is_empty() { 0 } else { self.overtakes + 1 };
        true
    }
}

impl Drop for WriterGuard<'_> {
    fn drop(&mut self) {
        let mut state = self.lock.state();
        let Some(first) = state.waiting.front().map(Arc::clone) else {
            state.is_held = false;
            return;
        };
        if state.overtakes >= MAX_OVERTAKES {
            // The lock stays held, so nobody can come in between.
            state.waiting.pop_front();
            state.overtakes = 0;
            first.is_granted.store(true, Ordering::Release);
        } else {
            state.is_held = false;
        }
        drop(state);
        first.thread.unpark();
    }
}

#[cfg(test)]
mod tests {
    use core::sync::atomic::AtomicUsize;

    use super::*;

    #[test]
    fn a_waiting_thread_is_overtaken_a_bounded_number_of_times() {
        let lock = WriterLock::default();
        let (mut most, is_entered) = (0, AtomicBool::new(false));
        for _ in 0..20 {
            let held = lock.enter().unwrap();
            is_entered.store(false, Ordering::Relaxed);
            thread::scope(|scope| {
                scope.spawn(|| {
                    let _guard = lock.enter().unwrap();
                    is_entered.store(true, Ordering::Relaxed);
                });
                while lock.state().waiting.is_empty() {
                    thread::yield_now();
                }
                drop(held);
                let mut overtakes = 0;
                loop {
                    let guard = lock.enter().unwrap();
                    if is_entered.load(Ordering::Relaxed) {
                        break;
                    }
                    overtakes += 1;
                    drop(guard);
                }
                most = most.max(overtakes);
            });
        }
        assert!(most <= MAX_OVERTAKES, "{most}");
    }

    #[test]
    fn threads_exclude_each_other_and_all_come_in() {
        let (lock, total) = (WriterLock::default(), AtomicUsize::new(0));
        thread::scope(|scope| {
            for number in 0..8 {
                let (lock, total) = (&lock, &total);
                scope.spawn(move || {
                    for round in 0..500 {
                        let guard = match (number + round) % 3 {
                            0 => lock.try_enter().unwrap(),
                            _ => Some(lock.enter().unwrap()),
                        };
                        let Some(_guard) = guard else { continue };
                        let seen = total.load(Ordering::Relaxed);
                        if round % 50 == 0 {
                            thread::yield_now();
                        }
                        total.store(seen + 1, Ordering::Relaxed);
                    }
                });
            }
        });
        assert!(total.into_inner() >= 8 * 333 && !lock.state().is_held);
    }
}
