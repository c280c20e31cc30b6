//! [`Queue`]: the events that wait for one subscriber.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::mem;
use core::sync::atomic::Ordering;
use core::time::Duration;
use std::panic::{self, AssertUnwindSafe};
use std::sync::PoisonError;

use super::filter::Limits;
use super::{RawChange, RawEvent};
use crate::maybe_send::MaybeSend;
use crate::sync::{AtomicBool, AtomicUsize, Condvar, Mutex, MutexGuard, thread};

/// A bounded queue of the events for one subscriber, and the listener that is called after events arrive.
///
/// The lock is never held while a listener runs or is dropped. Both run the caller's code, which may use this queue.
pub(super) struct Queue {
    state: Mutex<State>,
    /// Notified when events arrive and when the queue ends.
    arrived: Condvar,
    limits: Limits,
    /// `true` until the queue ends or is closed. It changes under the lock, and is read as a hint without it.
    open: AtomicBool,
    /// The hub's number of open queues.
    open_queues: Arc<AtomicUsize>,
}

#[derive(Default)]
struct State {
    /// The events that can be taken, and behind them the changes of a commit that is being queued.
    events: VecDeque<RawEvent>,
    /// The number of events that can be taken.
    ready: usize,
    /// The number of changes among the events, and their bytes. The limits bound both.
    changes: usize,
    bytes: usize,
    /// The number of changes that were dropped from the commit that is being queued.
    lost: u64,
    /// The number of threads that wait. Without one, a notification would be a needless system call.
    waiting: usize,
    /// `true` if the listener must be called: events have arrived since it was last called, or the queue has ended.
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
    pub(super) fn new(limits: Limits, open_queues: &Arc<AtomicUsize>) -> Self {
        open_queues.fetch_add(1, Ordering::Relaxed);
        Self {
            state: Mutex::default(),
            arrived: Condvar::new(),
            limits,
            open: AtomicBool::new(true),
            open_queues: Arc::clone(open_queues),
        }
    }

    /// Adds a change of the commit that is being queued. It can be taken after [`publish`](Self::publish). Returns `true` for
    /// the first change of the commit.
    ///
    /// If the queue has no room for the whole commit, a [`RawEvent::Lagged`] takes its place: a part of a commit is a
    /// state that never existed.
    pub(super) fn stage(&self, change: RawChange) -> bool {
        let mut state = self.lock();
        if !self.is_open() {
            return false;
        }
        let is_first = state.lost == 0 && state.events.len() == state.ready;
        let (changes, bytes) = (state.changes + 1, state.bytes.saturating_add(change.len()));
        if state.lost == 0 && changes <= self.limits.changes && bytes <= self.limits.bytes {
            (state.changes, state.bytes) = (changes, bytes);
            state.events.push_back(RawEvent::Change(change));
        } else {
            state.lost = state.lost.saturating_add(1);
            while state.events.len() > state.ready {
                let dropped = state.events.pop_back();
                state.left(dropped.as_ref());
                state.lost = state.lost.saturating_add(1);
            }
        }
        is_first
    }

    /// Adds a gap of unknown length. No commit is being queued.
    pub(super) fn add_gap(&self) {
        let mut state = self.lock();
        if !self.is_open() {
            return;
        }
        state.add_gap(0);
        state.ready = state.events.len();
        state.undelivered = true;
        self.wake(state);
    }

    /// Makes the staged changes of a commit available, all of them or a gap.
    ///
    /// Gaps in a row are one event. At least one change is between any two of these events, so their number is bounded too.
    pub(super) fn publish(&self) {
        let mut state = self.lock();
        let lost = mem::take(&mut state.lost);
        if lost > 0 {
            state.add_gap(lost);
        }
        state.ready = state.events.len();
        state.undelivered = self.is_open();
        // A commit can have an event for each waiting thread.
        self.wake(state);
    }

    /// Calls the listener until it has seen the newest events, and the end.
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
            if state.listener.is_none() && (self.is_open() || state.undelivered) {
                state.listener = Some(listener);
            } else {
                // It was replaced, or the queue was closed, while it ran.
                drop(state);
                drop(listener);
                state = self.lock();
            }
        }
    }

    /// Sets the listener, and calls it if events are waiting or the queue has ended.
    pub(super) fn listen(&self, listener: Box<dyn Listener>) {
        let mut state = self.lock();
        let replaced = state.listener.replace(listener);
        state.undelivered = state.ready > 0 || !self.is_open();
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
        while state.ready > 0
            && let Some(event) = state.events.front()
            && popped.first().is_none_or(|first| first.is_of_commit_of(event))
        {
            popped.extend(state.pop());
        }
        popped
    }

    /// Waits for an event, at most for `timeout`. Returns `true` if one is waiting.
    pub(super) fn wait(&self, timeout: Option<Duration>) -> bool {
        let mut state = self.lock();
        state.waiting += 1;
        let waits = |state: &mut State| self.is_open() && state.ready == 0;
        let mut state = match timeout {
            None => self.arrived.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner),
            Some(timeout) => {
                let ready = self.arrived.wait_timeout_while(state, timeout, waits);
                ready.unwrap_or_else(PoisonError::into_inner).0
            }
        };
        state.waiting -= 1;
        state.ready > 0
    }

    /// Returns the waiting events, which stay.
    pub(super) fn waiting(&self) -> Vec<RawEvent> {
        let state = self.lock();
        state.events.iter().take(state.ready).cloned().collect()
    }

    /// Discards the waiting events. No commit is being queued, unless the queue is closed.
    pub(super) fn clear(&self) {
        let mut state = self.lock();
        state.events = VecDeque::new();
        (state.ready, state.changes, state.bytes, state.lost) = (0, 0, 0, 0);
    }

    pub(super) fn is_open(&self) -> bool {
        self.open.load(Ordering::Relaxed)
    }

    /// Returns `true` if the queue has ended and no event is waiting.
    pub(super) fn has_ended(&self) -> bool {
        let state = self.lock();
        !self.is_open() && state.ready == 0
    }

    /// Stops accepting events. Waiting events can still be taken. The caller must call [`deliver`](Self::deliver).
    pub(super) fn end(&self) {
        let mut state = self.lock();
        // A later end tells the listener nothing new.
        if self.stop(&state) {
            state.undelivered = true;
        }
        self.wake(state);
    }

    /// Stops accepting events, discards the waiting events, and drops the listener.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        self.stop(&state);
        state.undelivered = false;
        let listener = state.listener.take();
        self.wake(state);
        drop(listener);
        self.clear();
    }

    /// Unlocks the state, and wakes the threads that wait.
    fn wake(&self, state: MutexGuard<'_, State>) {
        let waiting = state.waiting;
        drop(state);
        if waiting > 0 {
            self.arrived.notify_all();
        }
    }

    /// Returns `true` if the queue was open.
    fn stop(&self, _locked: &State) -> bool {
        let was_open = self.open.swap(false, Ordering::Relaxed);
        if was_open {
            self.open_queues.fetch_sub(1, Ordering::Relaxed);
        }
        was_open
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Calls the listeners of the queues. If one panics, the others are called before the panic resumes.
pub(super) fn deliver_all(queues: &[Arc<Queue>]) {
    let mut panicked = None;
    for queue in queues {
        let delivered = panic::catch_unwind(AssertUnwindSafe(|| queue.deliver()));
        panicked = panicked.or(delivered.err());
    }
    // A panic of a listener must not end the process while another one drops the backend.
    if let Some(panicked) = panicked
        && !thread::panicking()
    {
        panic::resume_unwind(panicked);
    }
}

impl State {
    /// Adds a gap, or makes the last event longer if it is one.
    fn add_gap(&mut self, lost: u64) {
        match self.events.back_mut() {
            Some(RawEvent::Lagged { missed }) => *missed = missed.saturating_add(lost),
            _ => self.events.push_back(RawEvent::Lagged { missed: lost }),
        }
    }

    fn pop(&mut self) -> Option<RawEvent> {
        if self.ready == 0 {
            return None;
        }
        self.ready -= 1;
        let event = self.events.pop_front();
        self.left(event.as_ref());
        event
    }

    /// Counts an event out.
    fn left(&mut self, event: Option<&RawEvent>) {
        if let Some(RawEvent::Change(change)) = event {
            self.changes -= 1;
            self.bytes -= change.len();
        }
    }
}

/// Closes the queue if the listener panics. The panic drops the listener, and without it nobody takes the events.
struct CloseOnPanic<'a>(&'a Queue);

impl Drop for CloseOnPanic<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}
