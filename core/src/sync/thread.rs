//! The thread of a target that has only one, which never waits for another.
//!
//! The standard library's handle of a thread costs 1.5 KB of gzip in a browser.

pub(crate) use std::thread::*;

/// The handle of the only thread.
#[derive(Debug)]
pub(crate) struct Thread;

impl Thread {
    /// Does nothing: the only thread runs.
    #[expect(clippy::unused_self, reason = "the signature of the standard library's")]
    pub(crate) fn unpark(&self) {}
}

/// Returns the handle of this thread.
pub(crate) fn current() -> Thread {
    Thread
}

/// Stops the program: no other thread would wake this one.
pub(crate) fn park() {
    std::process::abort()
}
