//! [`Queue`]: the events that wait for one subscriber.

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

/// A bounded queue of the events for one subscriber, and the listener that is called after events arrive.
///
/// The lock is never held while a listener runs or is dropped. Both run the caller's code, which may use this queue.
pub(super) struct Queue {
    state: Mutex<State>,
    /// Notified when events arrive and when the queue ends.
    arrived: Condvar,
    capacity: usize,
    /// The hub's number of open queues.
    open_queues: Arc<AtomicUsize>,
}

struct State {
    events: VecDeque<RawEvent>,
    /// The number of changes among the events. The capacity limits it.
    changes: usize,
    open: bool,
    /// `true` if events have arrived since the listener was last called.
    undelivered: bool,
    /// The listener, unless a thread has taken it out to call it. Only one thread can have it, so calls don't overlap
    /// and the listener takes the events in order.
    listener: Option<Box<dyn Listener>>,
}

/// A closure that is `Send` on targets with threads.
pub(super) trait Listener: MaybeSend {
    fn call(&mut self, queue: &Queue);
}

impl<F: FnMut(&Queue) + MaybeSend> Listener for F {
    fn call(&mut self, queue: &Queue) {
        self(queue);
    }
}

impl Queue {
    /// Creates an open queue and adds it to the number of open queues.
    pub(super) fn new(capacity: usize, open_queues: &Arc<AtomicUsize>) -> Self {
        open_queues.fetch_add(1, Ordering::Relaxed);
        let state =
            State { events: VecDeque::new(), changes: 0, open: true, undelivered: false, listener: None };
        let (state, arrived) = (Mutex::new(state), Condvar::new());
        Self { state, arrived, capacity, open_queues: Arc::clone(open_queues) }
    }

    /// Adds the changes of one commit, all of them or none.
    ///
    /// If the queue has no room for the whole commit, a [`RawEvent::Lagged`] takes its place: a part of a commit is a
    /// state that never existed. Dropped commits in a row share one such event. At least one change is between any two
    /// of these events, so their number is bounded too.
    pub(super) fn append(&self, changes: Vec<RawChange>) {
        let mut state = self.lock();
        if !state.open || changes.is_empty() {
            return;
        }
        if changes.len() <= self.capacity.saturating_sub(state.changes) {
            state.changes += changes.len();
            state.events.extend(changes.into_iter().map(RawEvent::Change));
        } else {
            let lost = u64::try_from(changes.len()).unwrap_or(u64::MAX);
            match state.events.back_mut() {
                Some(RawEvent::Lagged { missed }) => *missed = missed.saturating_add(lost),
                _ => state.events.push_back(RawEvent::Lagged { missed: lost }),
            }
        }
        state.undelivered = true;
        drop(state);
        // A commit can have an event for each waiting thread.
        self.arrived.notify_all();
    }

    /// Calls the listener until it has seen the newest events.
    ///
    /// If the listener is running already, on another thread or in a caller of this function, this calls nothing. The
    /// loop that runs the listener finds `undelivered` set, and calls it again.
    pub(super) fn deliver(&self) {
        let mut state = self.lock();
        while state.undelivered
            && let Some(mut listener) = state.listener.take()
        {
            state.undelivered = false;
            drop(state);
            let close_on_panic = CloseOnPanic(self);
            listener.call(self);
            mem::forget(close_on_panic);
            state = self.lock();
            if state.open && state.listener.is_none() {
                state.listener = Some(listener);
            } else {
                // It was replaced, or the queue was closed, while it ran.
                drop(state);
                drop(listener);
                state = self.lock();
            }
        }
    }

    /// Sets the listener, and calls it if events are waiting.
    pub(super) fn listen(&self, listener: Box<dyn Listener>) {
        let mut state = self.lock();
        let replaced = if state.open { state.listener.replace(listener) } else { Some(listener) };
        state.undelivered = !state.events.is_empty();
        drop(state);
        drop(replaced);
        self.deliver();
    }

    pub(super) fn try_pop(&self) -> Option<RawEvent> {
        self.lock().pop()
    }

    /// Takes the waiting events up to the end of their first commit: all its changes, or a gap.
    pub(super) fn try_pop_commit(&self) -> Vec<RawEvent> {
        let mut state = self.lock();
        let mut popped: Vec<RawEvent> = Vec::new();
        while let Some(event) = state.events.front()
            && popped.first().is_none_or(|first| first.is_of_commit_of(event))
        {
            popped.extend(state.pop());
        }
        popped
    }

    /// Waits for an event, at most for `timeout`. Returns `true` if one is waiting.
    pub(super) fn wait(&self, timeout: Option<Duration>) -> bool {
        let state = self.lock();
        let waits = |state: &mut State| state.must_wait();
        let ready = match timeout {
            None => self.arrived.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner),
            Some(timeout) => {
                let ready = self.arrived.wait_timeout_while(state, timeout, waits);
                ready.unwrap_or_else(PoisonError::into_inner).0
            }
        };
        !ready.events.is_empty()
    }

    /// Returns the waiting events, which stay.
    pub(super) fn waiting(&self) -> Vec<RawEvent> {
        self.lock().events.iter().cloned().collect()
    }

    /// Discards the waiting events.
    pub(super) fn clear(&self) {
        let mut state = self.lock();
        state.events = VecDeque::new();
        state.changes = 0;
    }

    pub(super) fn is_open(&self) -> bool {
        self.lock().open
    }

    /// Stops accepting events. Waiting events can still be taken.
    pub(super) fn end(&self) {
        let mut state = self.lock();
        if mem::replace(&mut state.open, false) {
            self.open_queues.fetch_sub(1, Ordering::Relaxed);
        }
        let listener = state.listener.take();
        drop(state);
        drop(listener);
        self.arrived.notify_all();
    }

    /// Stops accepting events and discards the waiting events.
    pub(super) fn close(&self) {
        self.end();
        self.clear();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn must_wait(&self) -> bool {
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

/// Closes the queue if the listener panics. The panic drops the listener, and without it nobody takes the events.
struct CloseOnPanic<'a>(&'a Queue);

impl Drop for CloseOnPanic<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}
