//! The locks and threads of the code that waits for other threads: the standard library's.
//!
//! `tests/interleavings` builds the crate with `keyloft_scheduled`. A scheduler then runs the threads, in an order that a
//! seed determines.

#[cfg(keyloft_scheduled)]
use keyloft_scheduled as threads;
#[cfg(not(keyloft_scheduled))]
use std as threads;

pub(crate) use threads::sync::atomic::{AtomicBool, AtomicUsize};
pub(crate) use threads::sync::{Condvar, Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};
#[cfg(any(not(target_family = "wasm"), target_feature = "atomics"))]
pub(crate) use threads::thread;
pub(crate) use threads::thread_local;

#[cfg(all(target_family = "wasm", not(target_feature = "atomics")))]
pub(crate) mod thread;
