//! [`WriterLock`]: one transaction at a time, and none inside another.

use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::{self, ThreadId};

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
    writer: Mutex<Option<ThreadId>>,
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
    fn outside(&self) -> Result<ThreadId> {
        let this = thread::current().id();
        if *self.writer() == Some(this) { Err(Error::NestedTransaction) } else { Ok(this) }
    }

    fn guard<'a>(&'a self, turn: MutexGuard<'a, ()>, this: ThreadId) -> WriterGuard<'a> {
        *self.writer() = Some(this);
        WriterGuard { lock: self, _turn: turn }
    }

    fn writer(&self) -> MutexGuard<'_, Option<ThreadId>> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for WriterGuard<'_> {
    fn drop(&mut self) {
        *self.lock.writer() = None;
    }
}
