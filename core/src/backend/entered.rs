//! [`Entered`]: the mark that a thread is inside a transaction.

use alloc::vec::Vec;
use core::cell::RefCell;
use core::marker::PhantomData;

use super::BackendId;
use crate::error::{ErrorKind, Result};
use crate::sync::thread_local;

thread_local! {
    /// The numbers of the engines and layers that this thread has entered.
    ///
    /// It is a list, because a transaction of one backend may run inside a transaction of another. Each thread has its
    /// own, so threads need no numbers.
    static ENTERED: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

/// The mark that this thread is inside a transaction of an engine, or has passed the gate of a layer. It ends when the
/// mark is dropped, on the same thread.
///
/// An engine that runs transactions of several threads at once sets it before the body, and drops it after the commit. While it
/// is set, layers over the engine refuse what would wait for that transaction to end. An engine with one writer at a time has
/// it from its [`WriterLock`](super::WriterLock).
///
/// ```
/// use keyloft::backend::{BackendId, Entered};
///
/// let engine = BackendId::unique();
/// let inside = Entered::engine(engine)?;
/// assert_eq!(Entered::engine(engine).unwrap_err().code(), "NestedTransaction");
/// drop(inside);
/// assert!(Entered::engine(engine).is_ok());
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Debug)]
pub struct Entered {
    number: u32,
    /// A mark can't move to another thread, which has other marks.
    _not_send: PhantomData<*const ()>,
}

impl Entered {
    /// Marks the engine of this identity as entered by this thread.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NestedTransaction`] if this thread has entered it already.
    pub fn engine(id: BackendId) -> Result<Self> {
        Self::new(id.engine(), id.engine())
    }

    /// Marks the engine or layer of this number as entered by this thread, which must not have entered it, nor the engine
    /// `below`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NestedTransaction`]: the thread would wait for itself for ever.
    pub(crate) fn new(number: u32, below: u32) -> Result<Self> {
        // A thread that is ending may have lost its list. Only destructors of thread-locals run then, which are not
        // nested.
        let is_inside = ENTERED.try_with(|entered| {
            let mut entered = entered.borrow_mut();
            let is_inside = entered.iter().any(|inside| *inside == number || *inside == below);
            if !is_inside {
                entered.push(number);
            }
            is_inside
        });
        if is_inside.unwrap_or(false) {
            Err(ErrorKind::NestedTransaction.into())
        } else {
            Ok(Self::of(number))
        }
    }

    fn of(number: u32) -> Self {
        Self { number, _not_send: PhantomData }
    }

    /// Returns `true` if this thread has entered the layer of this number.
    pub(crate) fn is_inside(number: u32) -> bool {
        ENTERED.try_with(|entered| entered.borrow().contains(&number)).unwrap_or(false)
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let _destroyed = ENTERED.try_with(|entered| {
            let mut entered = entered.borrow_mut();
            // Guards may be dropped in any order.
            if let Some(index) = entered.iter().rposition(|number| *number == self.number) {
                entered.swap_remove(index);
            }
        });
    }
}
