//! The names of `std::sync` that the libraries use.

use std::fmt;
use std::sync::{LockResult, OnceLock as Cell, PoisonError};
use std::time::Duration;

pub use shuttle::sync::{
    Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard, WaitTimeoutResult, atomic,
};

use crate::{Fault, has};

/// A condition variable.
#[derive(Debug, Default)]
pub struct Condvar(shuttle::sync::Condvar);

impl Condvar {
    /// Creates one that nobody waits for.
    pub fn new() -> Self {
        Self::default()
    }

    /// Waits for a notification.
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        self.0.wait(guard)
    }

    /// Waits while the condition is true.
    pub fn wait_while<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<MutexGuard<'a, T>> {
        self.0.wait_while(guard, condition)
    }

    /// Waits while the condition is true. The scheduler has no time, so the time never passes.
    pub fn wait_timeout_while<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        time: Duration,
        condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        self.0.wait_timeout_while(guard, time, condition)
    }

    /// Wakes the threads that wait.
    pub fn notify_all(&self) {
        if !has(Fault::LostNotification) {
            self.0.notify_all();
        }
    }
}

/// A value that is set once, which threads can wait for.
pub struct OnceLock<T> {
    value: Cell<T>,
    is_set: Mutex<bool>,
    set: shuttle::sync::Condvar,
}

impl<T> Default for OnceLock<T> {
    fn default() -> Self {
        Self { value: Cell::new(), is_set: Mutex::new(false), set: shuttle::sync::Condvar::new() }
    }
}

impl<T> OnceLock<T> {
    /// Returns the value, which this sets if it is not set.
    pub fn get_or_init(&self, value: impl FnOnce() -> T) -> &T {
        let mut is_set = self.is_set.lock().unwrap_or_else(PoisonError::into_inner);
        let value = self.value.get_or_init(value);
        *is_set = true;
        drop(is_set);
        if !has(Fault::LostSettlement) {
            self.set.notify_all();
        }
        value
    }

    /// Waits for the value.
    pub fn wait(&self) -> &T {
        let is_set = self.is_set.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.set.wait_while(is_set, |is_set| !*is_set));
        self.value.wait()
    }
}

impl<T: fmt::Debug> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}
