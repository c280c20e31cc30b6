//! The locks and threads of the standard library, under shuttle's scheduler.
//!
//! A [`Fault`] breaks one of them on purpose, to see that the tests notice it.

use std::sync::atomic::{AtomicU8, Ordering};

pub use shuttle::thread_local;

pub mod sync;
pub mod thread;

/// A fault that is made on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Fault {
    /// A notification of a condition wakes nobody.
    LostNotification = 1,
    /// The unparking of a thread has no effect.
    LostUnpark = 2,
    /// The settlement of a value wakes nobody.
    LostSettlement = 3,
}

static FAULT: AtomicU8 = AtomicU8::new(0);

/// Chooses the fault of this process.
pub fn set_fault(fault: Option<Fault>) {
    FAULT.store(fault.map_or(0, |fault| fault as u8), Ordering::Relaxed);
}

fn has(fault: Fault) -> bool {
    FAULT.load(Ordering::Relaxed) == fault as u8
}
