//! [`Hub`]: where commits and subscribers meet.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::registry::Registry;
use super::turn::Turn;
use crate::error::Result;

/// The subscribers of a backend, behind a gate.
///
/// A commit that subscribers are told of passes the gate alone, from its first write until the changes are queued:
/// that is the commit order. While nobody subscribes, commits pass it side by side, and a new subscriber waits for those
/// that are under way, which nobody records.
#[derive(Default)]
pub(super) struct Hub {
    gate: RwLock<Registry>,
    live: Arc<AtomicUsize>,
}

impl Hub {
    /// The calling thread's turn, which it must have to pass the gate.
    ///
    /// # Errors
    ///
    /// [`Error::NestedTransaction`](crate::Error::NestedTransaction) if it has it already and would wait for itself.
    pub(super) fn enter(self: &Arc<Self>) -> Result<Turn> {
        Turn::enter(Arc::as_ptr(self).addr())
    }

    /// Whether nobody subscribes. The gate orders what is read here: the answer holds while it is held.
    pub(super) fn is_quiet(&self) -> bool {
        self.live.load(Ordering::Relaxed) == 0
    }

    pub(super) fn pass(&self, _: &Turn) -> RwLockReadGuard<'_, Registry> {
        self.gate.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn pass_alone(&self, _: &Turn) -> RwLockWriteGuard<'_, Registry> {
        let mut registry = self.gate.write().unwrap_or_else(PoisonError::into_inner);
        if registry.len() > self.live.load(Ordering::Relaxed) {
            registry.prune();
        }
        registry
    }

    pub(super) fn live(&self) -> &Arc<AtomicUsize> {
        &self.live
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.gate.get_mut().unwrap_or_else(PoisonError::into_inner).end();
    }
}
