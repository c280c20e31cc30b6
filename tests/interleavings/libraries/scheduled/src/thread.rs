//! The names of `std::thread` that the libraries use.

pub use std::thread::{Result, panicking};

pub use shuttle::thread::{JoinHandle, spawn, yield_now};

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{Fault, has};

static PARKED: AtomicUsize = AtomicUsize::new(0);

/// A handle to a thread.
#[derive(Clone, Debug)]
pub struct Thread(shuttle::thread::Thread);

impl Thread {
    /// Ends the thread's [`park`], or its next one.
    pub fn unpark(&self) {
        if !has(Fault::LostUnpark) {
            self.0.unpark();
        }
    }
}

/// Returns a handle to this thread.
pub fn current() -> Thread {
    Thread(shuttle::thread::current())
}

/// Waits until another thread unparks this one.
pub fn park() {
    PARKED.fetch_add(1, Ordering::Relaxed);
    shuttle::thread::park();
    PARKED.fetch_sub(1, Ordering::Relaxed);
}

/// Returns the number of threads that are in [`park`].
pub fn parked() -> usize {
    PARKED.load(Ordering::Relaxed)
}
