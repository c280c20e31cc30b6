//! [`Queue`]: what waits for one subscriber.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::mem;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::{RawChange, RawEvent};
use crate::maybe_send::MaybeSend;

/// The events that wait for one subscriber, a bounded number, and what is called when there are new ones.
///
/// No lock is held while a listener runs: it may do anything, drop its own subscription included.
pub(super) struct Queue {
    state: Mutex<State>,
    filled: Condvar,
    capacity: usize,
    /// How many subscribers of the hub are left.
    live: Arc<AtomicUsize>,
}

struct State {
    events: VecDeque<RawEvent>,
    /// How many of the events are changes.
    changes: usize,
    open: bool,
    /// Whether the listener has not been told of the newest events.
    untold: bool,
    /// Out while it runs, on one thread at a time: so it sees the events in order.
    listener: Option<Box<dyn Listen>>,
}

/// A closure that is sent where threads are.
pub(super) trait Listen: MaybeSend {
    fn call(&mut self, queue: &Queue);
}

impl<F: FnMut(&Queue) + MaybeSend> Listen for F {
    fn call(&mut self, queue: &Queue) {
        self(queue);
    }
}

impl Queue {
    /// Counts itself in `live` until it is closed.
    pub(super) fn new(capacity: usize, live: &Arc<AtomicUsize>) -> Self {
        live.fetch_add(1, Ordering::Relaxed);
        let state = State { events: VecDeque::new(), changes: 0, open: true, untold: false, listener: None };
        Self { state: Mutex::new(state), filled: Condvar::new(), capacity, live: Arc::clone(live) }
    }

    /// Adds the changes of one commit, all of them or none.
    pub(super) fn append(&self, changes: Vec<RawChange>) {
        let mut state = self.lock();
        if !state.open || changes.is_empty() {
            return;
        }
        if changes.len() <= self.capacity.saturating_sub(state.changes) {
            state.changes += changes.len();
            state.events.extend(changes.into_iter().map(RawEvent::Change));
        } else {
            let more = u64::try_from(changes.len()).unwrap_or(u64::MAX);
            match state.events.back_mut() {
                Some(RawEvent::Lagged { missed }) => *missed = missed.saturating_add(more),
                _ => state.events.push_back(RawEvent::Lagged { missed: more }),
            }
        }
        state.untold = true;
        drop(state);
        // As many may wait as there are events.
        self.filled.notify_all();
    }

    /// Calls the listener if it has not been told of the newest events. Where it runs already, on another thread or
    /// further up on this one, it is called there again.
    pub(super) fn deliver(&self) {
        let mut state = self.lock();
        while state.untold
            && let Some(mut listener) = state.listener.take()
        {
            state.untold = false;
            drop(state);
            let fuse = Fuse(self);
            listener.call(self);
            mem::forget(fuse);
            state = self.lock();
            if state.open && state.listener.is_none() {
                state.listener = Some(listener);
            } else {
                // Its drop is the caller's code too.
                drop(state);
                drop(listener);
                state = self.lock();
            }
        }
    }

    /// Sets what is called when there are new events, at once if there are some.
    pub(super) fn listen(&self, listener: Box<dyn Listen>) {
        let mut state = self.lock();
        let replaced = if state.open { state.listener.replace(listener) } else { Some(listener) };
        state.untold = !state.events.is_empty();
        drop(state);
        drop(replaced);
        self.deliver();
    }

    pub(super) fn try_pop(&self) -> Option<RawEvent> {
        self.lock().pop()
    }

    /// Waits for an event; `None` when none can come any more.
    pub(super) fn pop(&self) -> Option<RawEvent> {
        let state = self.lock();
        let filled = self.filled.wait_while(state, |state| state.waits());
        filled.unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Waits for an event; `None` when the time has passed.
    pub(super) fn pop_within(&self, time: Duration) -> Option<RawEvent> {
        let state = self.lock();
        let filled = self.filled.wait_timeout_while(state, time, |state| state.waits());
        filled.unwrap_or_else(PoisonError::into_inner).0.pop()
    }

    pub(super) fn clear(&self) {
        let mut state = self.lock();
        state.events = VecDeque::new();
        state.changes = 0;
    }

    pub(super) fn is_open(&self) -> bool {
        self.lock().open
    }

    /// Takes no more events; those that wait can still be taken.
    pub(super) fn end(&self) {
        let mut state = self.lock();
        if mem::replace(&mut state.open, false) {
            self.live.fetch_sub(1, Ordering::Relaxed);
        }
        let listener = state.listener.take();
        drop(state);
        drop(listener);
        self.filled.notify_all();
    }

    /// Takes no more events and forgets those that wait.
    pub(super) fn close(&self) {
        self.end();
        self.clear();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn waits(&self) -> bool {
        self.open && self.events.is_empty()
    }

    fn pop(&mut self) -> Option<RawEvent> {
        let event = self.events.pop_front();
        if let Some(RawEvent::Change(_)) = event {
            self.changes -= 1;
        }
        event
    }
}

/// Closes the queue of a listener that panicked, which is lost.
struct Fuse<'a>(&'a Queue);

impl Drop for Fuse<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}
