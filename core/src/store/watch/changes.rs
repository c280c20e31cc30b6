//! [`Changes`]: the changes to the entities of a query.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Event;
use super::list::List;
use super::watched::Watched;
use super::window::{Bytes, Window};
use crate::error::Result;
use crate::key::StorageKey;
use crate::layers::{Feed, RawChange, RawEvent, Subscription};
use crate::maybe_send::MaybeSend;

/// The changes to the entities of a query in commit order, from
/// [`EntityWatch::changes`](super::EntityWatch::changes). Dropping it ends the subscription.
///
/// An entity that can't be decoded is an `Err`, and the next events follow it. If the table's definition changes, each later
/// commit is an [`Error::DefinitionMismatch`](crate::Error::DefinitionMismatch). The events of one commit are queued
/// together, in the order of their keys. When [`try_recv`](Changes::try_recv) returns `None`, the last commit is
/// complete. As an iterator, it waits for the next event. [`Subscription`] describes waiting on a target without
/// threads, and subscribers that fall behind.
///
/// The changes follow the visibility of the table's reads. A row that becomes a tombstone is an [`Event::Deleted`], and a
/// restored row is an [`Event::Inserted`].
///
/// Expiry is not a commit, so it is not an event. An expired row counts as present until a commit deletes or replaces it,
/// which is an [`Event::Deleted`] or an [`Event::Updated`]. A [`resync`](Changes::resync) does not return expired rows, so
/// such an event may name a row that the resync did not return.
///
/// # Queries with a limit
///
/// The watch keeps the rows up to the limit in memory, encoded, and up to 32 more. So it knows which rows a commit moves in
/// and out of the result. When it has no more rows to fill the result, it reads the next ones, and an error of that read is
/// an `Err`, after which an [`Event::Lagged`] asks for a [`resync`](Changes::resync). So receive no events inside a
/// transaction of the same backend, where such a read is an
/// [`Error::NestedTransaction`](crate::Error::NestedTransaction).
pub struct Changes<K, V> {
    pub(super) watched: Watched<V>,
    pub(super) subscription: Subscription,
    state: Mutex<State<K, V>>,
    /// Returns `true` if an update between two entities is no event.
    pub(super) is_same: Option<fn(&V, &V) -> bool>,
    /// The treatment of a query with a limit.
    list: Option<List<K, V>>,
}

/// The lock is held from taking a commit from the queue until its events are ready, so that commits stay in their order.
pub(super) struct State<K, V> {
    pub(super) ready: VecDeque<Result<Event<K, V>>>,
    /// The rows of a query with a limit, or `None` before a resync.
    pub(super) window: Option<Window>,
}

impl<K: StorageKey, V: 'static> Changes<K, V> {
    pub(super) fn of(watched: Watched<V>, feed: &Feed, list: Option<List<K, V>>) -> Result<Self> {
        let subscription = feed.subscribe(watched.filter(feed)?)?;
        let state = Mutex::new(State { ready: VecDeque::new(), window: None });
        Ok(Self { watched, subscription, state, is_same: None, list })
    }

    /// Leaves out updates to an equal entity.
    ///
    /// A commit that stores the same bytes again is never an event. But two encodings of equal entities can differ: a
    /// `HashMap` or `HashSet` has no order, and an entity that an older version of the program stored is encoded again.
    ///
    /// ```
    /// use std::collections::HashSet;
    /// use std::sync::Arc;
    ///
    /// use keyloft::layers::Observed;
    /// use keyloft::prelude::*;
    ///
    /// # let backend = Arc::new(Observed::new(keyloft_memory::MemoryBackend::new()));
    /// # let feed = backend.feed();
    /// let tags = Table::<u32, HashSet<u32>>::new(backend, "tags");
    /// let changes = tags.changes(&feed, ..)?.distinct();
    /// let hundred = || (0..100).collect::<HashSet<u32>>();
    /// tags.put(&1, &hundred())?;
    /// tags.put(&1, &hundred())?;
    /// assert!(matches!(changes.try_recv(), Some(Ok(Event::Inserted { .. }))));
    /// assert!(changes.try_recv().is_none());
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    #[must_use]
    pub fn distinct(mut self) -> Self
    where
        V: PartialEq,
    {
        self.is_same = Some(V::eq);
        self
    }

    /// Returns the next event, or `None` if no event is waiting.
    pub fn try_recv(&self) -> Option<Result<Event<K, V>>> {
        let mut state = self.lock();
        loop {
            if let Some(event) = state.ready.pop_front() {
                return Some(event);
            }
            let commit = self.subscription.try_recv_commit();
            if commit.is_empty() {
                return None;
            }
            self.receive(&mut state, commit);
        }
    }

    /// Waits for the next event. Returns `None` if the backend has been dropped and no event is waiting.
    pub fn recv(&self) -> Option<Result<Event<K, V>>> {
        self.recv_within(None)
    }

    /// Waits at most `time` for the next event. A change that the table's reads don't see restarts the wait.
    pub fn recv_timeout(&self, time: Duration) -> Option<Result<Event<K, V>>> {
        self.recv_within(Some(time))
    }

    /// Returns the current entities of the query, in its order. The next event is the first change to them.
    ///
    /// An entity that can't be decoded is not among them, and the next calls of [`try_recv`](Changes::try_recv) return an
    /// `Err` for each. The entities of a query with a limit are the first ones that can be decoded.
    ///
    /// # Errors
    ///
    /// [`Error::NestedTransaction`](crate::Error::NestedTransaction) inside a transaction of this backend on the same thread,
    /// [`Error::DefinitionMismatch`](crate::Error::DefinitionMismatch), or an error of the backend.
    pub fn resync(&self) -> Result<Vec<(K, V)>> {
        let mut state = self.lock();
        let snapshot = self.subscription.resync(|| self.watched.snapshot())?;
        state.ready.clear();
        state.window = None;
        let mut errors = Vec::new();
        let entities = self.watched.read(&snapshot, |reads| {
            if let Some(list) = &self.list {
                return (list.read)(self, &reads, &mut state, &mut errors);
            }
            let mut found = Vec::new();
            self.watched.scan().fetch(&reads, usize::MAX, &mut found, &mut Vec::new())?;
            let decoded =
                found.into_iter().filter_map(|entry| entry.map_err(|error| errors.push(error)).ok());
            Ok(decoded.collect())
        })?;
        state.ready.extend(errors.into_iter().map(Err));
        Ok(entities)
    }

    /// Calls `wake` after every commit that queues events, and at once if events are waiting.
    ///
    /// Asynchronous tasks and JavaScript wait in this way: see [`Subscription::wake_with`].
    pub fn wake_with(&self, mut wake: impl FnMut() + MaybeSend + 'static) {
        let is_ready = !self.lock().ready.is_empty();
        if is_ready {
            wake();
        }
        self.subscription.wake_with(wake);
    }

    fn recv_within(&self, timeout: Option<Duration>) -> Option<Result<Event<K, V>>> {
        loop {
            let event = self.try_recv();
            if event.is_some() || !self.subscription.wait(timeout) {
                return event;
            }
        }
    }

    /// Adds the events of one commit or of a gap.
    fn receive(&self, state: &mut State<K, V>, commit: Vec<RawEvent>) {
        let mut changes = Vec::new();
        for event in commit {
            match event {
                RawEvent::Change(change) => changes.push(change),
                RawEvent::Lagged { missed } => {
                    // A second gap before a resync tells nothing new to a query with a limit.
                    if state.window.take().is_some() || self.list.is_none() {
                        state.ready.push_back(Ok(Event::Lagged { missed }));
                    }
                }
            }
        }
        if let Err(error) = self.watched.check() {
            // The changes may be of another definition. A list can't continue without them.
            state.window = None;
            state.ready.push_back(Err(error));
        } else if let Some(list) = &self.list {
            (list.receive)(self, state, changes);
        } else {
            for change in changes {
                self.receive_change(state, change);
            }
        }
    }

    /// Adds the events of a change to a query without a limit.
    fn receive_change(&self, state: &mut State<K, V>, change: RawChange) {
        let RawChange { commit, key, old, new, .. } = change;
        let side = |stored: &Option<Bytes>| -> Result<Option<V>> {
            let Some(stored) = stored.as_ref().filter(|stored| self.watched.shows(stored)) else {
                return Ok(None);
            };
            let entity = self.watched.layout.decode_at(&key, stored)?;
            Ok(self.watched.selects(&entity).then_some(entity))
        };
        let (old, new) = (side(&old), side(&new));
        if let (Ok(None), Ok(None)) = (&old, &new) {
            return;
        }
        let key = match self.watched.decode_key(&key) {
            Ok(key) => key,
            Err(error) => return state.ready.push_back(Err(error)),
        };
        // The subscriber does not have an entity that could not be decoded before.
        let event = match (old, new) {
            (Ok(None) | Err(_), Ok(Some(new))) => Event::Inserted { commit, key, new },
            (Ok(Some(old)), Ok(Some(new))) => {
                if self.is_same.is_some_and(|is_same| is_same(&old, &new)) {
                    return;
                }
                Event::Updated { commit, key, old, new }
            }
            (Ok(Some(old)), Ok(None)) => Event::Deleted { commit, key, old },
            (Ok(Some(old)), Err(error)) => {
                state.ready.push_back(Ok(Event::Unreadable { commit, key, old }));
                return state.ready.push_back(Err(error));
            }
            (Ok(None) | Err(_), Err(error)) => return state.ready.push_back(Err(error)),
            (Err(_), Ok(None)) => Event::Discarded { commit, key },
            (Ok(None), Ok(None)) => return,
        };
        state.ready.push_back(Ok(event));
    }

    fn lock(&self) -> MutexGuard<'_, State<K, V>> {
        // A panic of the application's code leaves the window out, so the state can be used.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: StorageKey, V: 'static> Iterator for Changes<K, V> {
    type Item = Result<Event<K, V>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.recv()
    }
}

impl<K, V> fmt::Debug for Changes<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes").field("query", &self.watched.query).finish_non_exhaustive()
    }
}
