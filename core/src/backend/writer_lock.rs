//! [`WriterLock`]: one transaction at a time, and none inside another.

use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use crate::error::{Error, Result};

/// Lets one transaction in at a time. A thread that asks for a second one inside its first, which would wait for
/// itself for ever, gets [`Error::NestedTransaction`].
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
#[derive(Debug, Default)]
pub struct WriterLock {
    turn: Mutex<()>,
    /// The thread that has the turn, as [`this_thread`] tells them apart. A thread that reads its own number here has
    /// written it, so no order is needed.
    writer: AtomicUsize,
}

/// The turn of one transaction; dropping it, also in a panic, lets the next one in.
#[derive(Debug)]
pub struct WriterGuard<'a> {
    lock: &'a WriterLock,
    _turn: MutexGuard<'a, ()>,
}

impl WriterLock {
    /// Waits until no other thread has the turn, and takes it.
    ///
    /// # Errors
    ///
    /// [`Error::NestedTransaction`] if this thread has it.
    pub fn enter(&self) -> Result<WriterGuard<'_>> {
        let this = self.outside()?;
        // A transaction that panicked has left nothing behind: the next one need not care.
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(self.guard(turn, this))
    }

    /// Takes the turn if no other thread has it.
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
    /// [`Error::NestedTransaction`] if this thread has it.
    pub fn try_enter(&self) -> Result<Option<WriterGuard<'_>>> {
        let this = self.outside()?;
        let turn = match self.turn.try_lock() {
            Ok(turn) => turn,
            Err(TryLockError::Poisoned(turn)) => turn.into_inner(),
            Err(TryLockError::WouldBlock) => return Ok(None),
        };
        Ok(Some(self.guard(turn, this)))
    }

    /// This thread, which must not have the turn.
    fn outside(&self) -> Result<usize> {
        let this = this_thread();
        if self.writer.load(Ordering::Relaxed) == this { Err(Error::NestedTransaction) } else { Ok(this) }
    }

    fn guard<'a>(&'a self, turn: MutexGuard<'a, ()>, this: usize) -> WriterGuard<'a> {
        self.writer.store(this, Ordering::Relaxed);
        WriterGuard { lock: self, _turn: turn }
    }
}

/// A number that no other thread has which is running: where it keeps a variable of its own. It is never zero.
fn this_thread() -> usize {
    std::thread_local! {
        static HERE: u8 = const { 0 };
    }
    HERE.with(|here| ptr::from_ref(here).addr())
}

impl Drop for WriterGuard<'_> {
    fn drop(&mut self) {
        self.lock.writer.store(0, Ordering::Relaxed);
    }
}
