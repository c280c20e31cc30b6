//! [`Notify`] and [`Listeners`]: the means by which layers notice that an engine was closed or reopened.

#[cfg(feature = "std")]
use alloc::{sync::Weak, vec::Vec};
#[cfg(feature = "std")]
use std::sync::{Mutex, PoisonError};

use crate::maybe_send::{MaybeSend, MaybeSync};

/// A listener for an event of an engine: a [commit](super::Transaction::on_commit), the
/// [close](super::StorageBackend::on_close), a [reopening](super::StorageBackend::on_reopen), or a [commit of another
/// process](super::StorageBackend::on_foreign_commit).
pub trait Notify: MaybeSend + MaybeSync {
    /// Receives the event.
    fn notify(&self);
}

/// The listeners of an engine to one event, for engines that can be closed or reopened while somebody holds a handle.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicBool, Ordering};
/// use keyloft::backend::{Listeners, Notify};
///
/// struct Flag(AtomicBool);
///
/// impl Notify for Flag {
///     fn notify(&self) {
///         self.0.store(true, Ordering::Relaxed);
///     }
/// }
///
/// let flag = Arc::new(Flag(AtomicBool::new(false)));
/// let listener: Arc<dyn Notify> = flag.clone();
/// let listeners = Listeners::default();
/// listeners.add(Arc::downgrade(&listener));
/// listeners.call();
/// assert!(flag.0.load(Ordering::Relaxed));
/// ```
#[cfg(feature = "std")]
#[derive(Default)]
pub struct Listeners(Mutex<Vec<Weak<dyn Notify>>>);

#[cfg(feature = "std")]
impl Listeners {
    /// Adds a listener.
    pub fn add(&self, listener: Weak<dyn Notify>) {
        let mut listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|listener| listener.strong_count() > 0);
        listeners.push(listener);
    }

    /// Calls the listeners. They run code of the application, so the caller must hold no lock.
    pub fn call(&self) {
        let listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for listener in listeners.iter().filter_map(Weak::upgrade) {
            listener.notify();
        }
    }
}

#[cfg(feature = "std")]
impl core::fmt::Debug for Listeners {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Listeners").finish_non_exhaustive()
    }
}
