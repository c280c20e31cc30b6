//! [`Health`]: the state of one opening of a database, from which its errors follow.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::OnceLock;

use crate::error::Fault;

/// The state of one opening of a database.
///
/// A database that is reopened has a new one, so that snapshots of the old opening keep their error.
#[derive(Debug)]
pub(crate) struct Health {
    /// The first failure of a write or a sync. No other one follows.
    failure: OnceLock<Fault>,
    /// The message of fjall's panic. From then on fjall is not called.
    damage: OnceLock<String>,
    /// The process that opened the database.
    process: u32,
}

/// A note of who runs: fjall, or a function of the caller that fjall's data is lent to.
#[derive(Default)]
pub(crate) struct InCaller(Cell<bool>);

impl InCaller {
    /// Runs a function of the caller. If it panics, the panic continues unchanged.
    #[inline]
    pub(crate) fn run<T>(&self, work: impl FnOnce() -> T) -> T {
        self.0.set(true);
        let returned = work();
        self.0.set(false);
        returned
    }
}

impl Default for Health {
    fn default() -> Self {
        Self { failure: OnceLock::new(), damage: OnceLock::new(), process: process() }
    }
}

impl Health {
    /// Calls fjall. A panic of fjall is an error, and fjall is not called any more. A panic of a function that ran by
    /// [`InCaller::run`] continues.
    #[inline]
    pub(crate) fn guard<T, E>(&self, work: impl FnOnce(&InCaller) -> Result<T, E>) -> Result<T, Fault>
    where
        Fault: From<E>,
    {
        if let Some(damage) = self.damage.get() {
            return Err(Fault::Damaged(damage.clone()));
        }
        let in_caller = InCaller::default();
        match catch_unwind(AssertUnwindSafe(|| work(&in_caller))) {
            Ok(returned) => Ok(returned?),
            Err(panic) if in_caller.0.get() => resume_unwind(panic),
            Err(panic) => Err(self.damaged(&*panic)),
        }
    }

    /// Calls fjall for a write or a sync, unless one has failed before.
    pub(crate) fn guard_write<T>(&self, work: impl FnOnce() -> fjall::Result<T>) -> Result<T, Fault> {
        if self.is_forked() {
            return Err(Fault::Forked);
        }
        if let Some(cause) = self.failure.get() {
            return Err(cause.clone());
        }
        self.guard(|_| work()).inspect_err(|fault| self.fail(fault))
    }

    /// Notes the failure of a write or a sync. From then on there are no others.
    pub(crate) fn fail(&self, fault: &Fault) {
        self.failure.get_or_init(|| fault.clone());
    }

    /// Drops values of fjall. If fjall has panicked before, it may panic again.
    pub(crate) fn discard<T>(&self, values: T) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(values))) {
            self.damaged(&*panic);
        }
    }

    /// Notes a panic of fjall. Returns its error.
    #[cold]
    fn damaged(&self, panic: &(dyn Any + Send)) -> Fault {
        Fault::Damaged(self.damage.get_or_init(|| describe(panic)).clone())
    }

    /// Returns `true` if fjall has panicked, or refuses writes after a failure.
    pub(crate) fn has_failed(&self) -> bool {
        self.damage.get().is_some() || self.failure.get().is_some()
    }

    /// Returns `true` in a process that was forked from the one that opened the database.
    pub(crate) fn is_forked(&self) -> bool {
        cfg!(unix) && self.process != process()
    }
}

/// Returns the number of this process. Only Unix can fork one.
fn process() -> u32 {
    if cfg!(unix) { std::process::id() } else { 0 }
}

/// Returns the message of a panic.
fn describe(panic: &(dyn Any + Send)) -> String {
    let message = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    format!("fjall has panicked, as it does on damaged files: {message}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_fjall_is_damage_from_then_on() {
        let health = Health::default();
        let panicked = health.guard(|_| -> Result<(), Fault> { panic!("a bad block") });
        assert!(matches!(panicked, Err(Fault::Damaged(detail)) if detail.ends_with("a bad block")));
        assert!(health.has_failed());
        let next = health.guard(|_| -> Result<(), Fault> { unreachable!("fjall is not called") });
        assert!(matches!(next, Err(Fault::Damaged(_))));
    }

    #[test]
    fn a_panic_of_the_caller_continues() {
        let health = Health::default();
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            health.guard(|in_caller| -> Result<(), Fault> { in_caller.run(|| panic!("out of luck")) })
        }));
        assert_eq!(panicked.unwrap_err().downcast_ref(), Some(&"out of luck"));
        assert!(!health.has_failed());
    }

    #[test]
    fn the_first_failure_is_the_cause_of_the_later_ones() {
        let health = Health::default();
        let full = fjall::Error::Io(std::io::ErrorKind::StorageFull.into());
        let codes = [Err(full), Ok(())]
            .map(|outcome| health.guard_write(|| outcome).unwrap_err().failed("a", "write to").code());
        assert_eq!(codes, ["StorageFull", "StorageFull"]);
    }
}
