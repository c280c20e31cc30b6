//! [`Follower`]: the thread that reports the commits of other processes.

use alloc::sync::{Arc, Weak};
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::{io, thread};

use super::tail::Tail;
use crate::backend::StorageBackend;
use crate::layers::logged::Wakeup;

/// A thread that reports the commits of other processes, from [`Followed::follow`](super::Followed::follow). Dropping it ends the
/// thread, but does not wait for a callback that is running there.
#[must_use = "dropping it ends the thread"]
#[derive(Debug)]
pub struct Follower {
    has_stopped: Arc<AtomicBool>,
    wakeup: Arc<Wakeup>,
}

impl Follower {
    pub(super) fn start<B: StorageBackend + 'static>(
        tail: &Arc<Tail<B>>,
        interval: Duration,
    ) -> io::Result<Self> {
        let follower = Self { has_stopped: Arc::default(), wakeup: Arc::clone(tail.wakeup()) };
        let (has_stopped, wakeup) = (Arc::clone(&follower.has_stopped), Arc::clone(&follower.wakeup));
        // The thread must not keep the backend open while it waits.
        let tail: Weak<Tail<B>> = Arc::downgrade(tail);
        thread::Builder::new().name("keyloft-follower".into()).spawn(move || {
            let mut hints = wakeup.hints();
            while !has_stopped.load(Ordering::Relaxed)
                && let Some(tail) = tail.upgrade()
                && !tail.has_ended()
            {
                // A failed read is tried again. A subscriber that reads sees the error itself.
                let _failed = tail.poll();
                drop(tail);
                hints = wakeup.wait_for_hint(hints, interval);
            }
        })?;
        Ok(follower)
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.has_stopped.store(true, Ordering::Relaxed);
        self.wakeup.hint();
    }
}
