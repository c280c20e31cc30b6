//! [`Turn`]: what a thread has open, so that it does not wait for itself.

use alloc::vec::Vec;
use core::cell::RefCell;

use crate::error::{Error, Result};

std::thread_local! {
    /// The hubs that this thread has a turn of, the innermost last.
    static OPEN: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// A thread's turn of a hub, until it is dropped. A local variable of the thread: turns end in the order they nest.
pub(super) struct Turn(());

impl Turn {
    /// # Errors
    ///
    /// [`Error::NestedTransaction`] if this thread has one already.
    pub(super) fn enter(hub: usize) -> Result<Self> {
        // A thread that is ending, whose list is gone, nests nothing.
        let nested = OPEN.try_with(|open| {
            let mut open = open.borrow_mut();
            let nested = open.contains(&hub);
            if !nested {
                open.push(hub);
            }
            nested
        });
        if nested.unwrap_or(false) { Err(Error::NestedTransaction) } else { Ok(Self(())) }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let _gone = OPEN.try_with(|open| open.borrow_mut().pop());
    }
}
