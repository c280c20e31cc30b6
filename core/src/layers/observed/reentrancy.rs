//! [`ReentrancyGuard`]: the detection of nested transactions.

use alloc::vec::Vec;
use core::cell::RefCell;
use core::marker::PhantomData;
use core::ptr;

use super::hub::Hub;
use crate::error::{Error, Result};

std::thread_local! {
    /// The addresses of the hubs that this thread has entered, the innermost last.
    ///
    /// A list, because a transaction of one backend may run inside that of another. It belongs to the thread, so that
    /// no thread needs an identifier and no other thread's entry is ever looked at.
    static ENTERED: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// The mark that this thread has entered a hub, until it is dropped.
///
/// The gate of a hub is not reentrant: a thread that waits for it while holding it waits forever. So it must hold this
/// first. Guards are local variables and are dropped in the reverse order of their creation.
pub(super) struct ReentrancyGuard<'a>(PhantomData<&'a Hub>);

impl<'a> ReentrancyGuard<'a> {
    /// Marks the hub as entered.
    ///
    /// # Errors
    ///
    /// [`Error::NestedTransaction`] if this thread has entered it already.
    pub(super) fn enter(hub: &'a Hub) -> Result<Self> {
        let address = ptr::from_ref(hub).addr();
        // A thread whose list is destroyed runs the destructors of other thread-locals. They nest nothing.
        let nested = ENTERED.try_with(|entered| {
            let mut entered = entered.borrow_mut();
            let nested = entered.contains(&address);
            if !nested {
                entered.push(address);
            }
            nested
        });
        if nested.unwrap_or(false) { Err(Error::NestedTransaction) } else { Ok(Self(PhantomData)) }
    }
}

impl Drop for ReentrancyGuard<'_> {
    fn drop(&mut self) {
        let _destroyed = ENTERED.try_with(|entered| entered.borrow_mut().pop());
    }
}
