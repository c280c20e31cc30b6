//! [`WriterLock`]: a lock for engines with one writer, which refuses a transaction inside another.

use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use super::BackendId;
use super::entered::Entered;
use crate::error::Result;

/// A lock for one transaction at a time. A thread that enters it a second time gets [`Error::NestedTransaction`](crate::Error::NestedTransaction),
/// because it would wait for itself for ever.
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
#[derive(Debug)]
pub struct WriterLock {
    mutex: Mutex<()>,
    id: BackendId,
}

/// The lock, held by one transaction until the guard is dropped. A panic drops it too.
#[derive(Debug)]
pub struct WriterGuard<'a> {
    // The mark ends before the lock is released.
    _entered: Entered,
    _mutex: MutexGuard<'a, ()>,
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
    /// [`Error::NestedTransaction`](crate::Error::NestedTransaction) if this thread holds the lock.
    pub fn enter(&self) -> Result<WriterGuard<'_>> {
        let entered = self.mark()?;
        // Poison is ignored: a transaction that panicked has left no writes, so the next one finds nothing broken.
        let mutex = self.mutex.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(WriterGuard { _entered: entered, _mutex: mutex })
    }

    /// Takes the lock, or returns `None` if another thread holds it.
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
    /// [`Error::NestedTransaction`](crate::Error::NestedTransaction) if this thread holds the lock.
    pub fn try_enter(&self) -> Result<Option<WriterGuard<'_>>> {
        let entered = self.mark()?;
        let mutex = match self.mutex.try_lock() {
            Ok(mutex) => mutex,
            Err(TryLockError::Poisoned(mutex)) => mutex.into_inner(),
            Err(TryLockError::WouldBlock) => return Ok(None),
        };
        Ok(Some(WriterGuard { _entered: entered, _mutex: mutex }))
    }

    /// Marks this thread as inside, already while it waits for the lock.
    fn mark(&self) -> Result<Entered> {
        let engine = self.id.engine();
        Entered::new(engine, engine)
    }
}

impl Default for WriterLock {
    /// Creates the lock of a new engine.
    fn default() -> Self {
        Self { mutex: Mutex::default(), id: BackendId::unique() }
    }
}
