//! The lock of the committed state: the standard library's.
//!
//! `tests/interleavings` builds the crate with `keyloft_scheduled`. A scheduler then runs the threads, in an order that a
//! seed determines.

#[cfg(keyloft_scheduled)]
use keyloft_scheduled as threads;
#[cfg(not(keyloft_scheduled))]
use std as threads;

pub(crate) use threads::sync::RwLock;
