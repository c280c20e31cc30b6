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
    /// It is a list, because a transaction of one backend may run inside a transaction of another. Each thread has its
    /// own, so threads need no identifiers.
    static ENTERED: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// The mark that this thread has entered a hub, until it is dropped.
///
/// The gate of a hub is not reentrant: a thread that holds it and waits for it again waits for ever. The methods that
/// pass the gate therefore take this guard. Guards are local variables, so they are dropped in the reverse order of
/// their creation.
pub(super) struct ReentrancyGuard<'a>(PhantomData<&'a Hub>);

impl<'a> ReentrancyGuard<'a> {
    /// Marks the hub as entered.
    ///
    /// # Errors
    ///
    /// [`Error::NestedTransaction`] if this thread has entered it already.
    pub(super) fn enter(hub: &'a Hub) -> Result<Self> {
        let address = ptr::from_ref(hub).addr();
        // A thread that is ending may have lost its list. Only destructors of thread-locals run then, which are not
        // nested.
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
