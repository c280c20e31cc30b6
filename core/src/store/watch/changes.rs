//! [`Changes`]: the changes to the entities of a query.

use alloc::vec::{self, Vec};
use core::fmt;
use core::time::Duration;
use std::sync::PoisonError;

use super::Event;
use super::list::List;
use super::watched::Watched;
use super::window::{Row, Window};
use crate::error::{Error, Result};
use crate::key::StorageKey;
use crate::layers::{RawChange, RawEvent, Subscription};
use crate::maybe_send::MaybeSend;
use crate::sync::{Mutex, MutexGuard};

/// The changes to the entities of a query in commit order, from
/// [`EntityWatch::changes`](super::EntityWatch::changes). Dropping it ends the subscription.
///
/// An entity that can't be decoded is an `Err`, and the next events follow it. If the table's definition changes, each later
/// commit is an [`ErrorKind::DefinitionMismatch`](crate::ErrorKind::DefinitionMismatch). The events of one commit are queued
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
/// [`ErrorKind::NestedTransaction`](crate::ErrorKind::NestedTransaction).
pub struct Changes<K, V> {
    pub(super) watched: Watched<V>,
    pub(super) subscription: Subscription,
    state: Mutex<State<K, V>>,
    /// Returns `true` if an update between two entities is no event.
    is_same: Option<fn(&V, &V) -> bool>,
    /// The treatment of a query with a limit.
    list: Option<List<K, V>>,
}

/// The events of a commit or a gap, in their order.
pub(super) type Events<K, V> = Vec<Result<Event<K, V>>>;

/// The lock is held from taking a commit from the queue until its events are ready, so that commits stay in their order.
struct State<K, V> {
    ready: vec::IntoIter<Result<Event<K, V>>>,
    /// The rows of a query with a limit, or `None` before a resync.
    window: Option<Window>,
}

impl<K: StorageKey, V: 'static> Changes<K, V> {
    pub(super) fn of(watched: Watched<V>, list: Option<List<K, V>>) -> Result<Self> {
        let subscription = watched.subscribe()?;
        let state = Mutex::new(State { ready: Vec::new().into_iter(), window: None });
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

    /// Returns the next event, or `None` if no event is waiting. [`has_ended`](Self::has_ended) tells if one can still come.
    pub fn try_recv(&self) -> Option<Result<Event<K, V>>> {
        let mut state = self.lock();
        loop {
            if let Some(event) = state.ready.next() {
                return Some(event);
            }
            let commit = self.subscription.try_recv_commit();
            if commit.is_empty() {
                return None;
            }
            state.ready = self.receive(&mut state.window, &commit).into_iter();
        }
    }

    /// Waits for the next event. Returns `None` if the watch has ended and no event is waiting.
    pub fn recv(&self) -> Option<Result<Event<K, V>>> {
        self.recv_within(None)
    }

    /// Waits at most `time` for the next event. A change that the table's reads don't see restarts the wait.
    pub fn recv_timeout(&self, time: Duration) -> Option<Result<Event<K, V>>> {
        self.recv_within(Some(time))
    }

    /// Returns `true` if the watch has ended and no event is waiting. Then none will come.
    ///
    /// A watch ends when the observed backend is dropped, when its engine is closed, and by [`close`](Self::close). It does
    /// not keep the backend open itself.
    pub fn has_ended(&self) -> bool {
        self.lock().ready.as_slice().is_empty() && self.subscription.has_ended()
    }

    /// Ends the watch. Threads that wait for an event wake, and the [`wake`](Self::wake_with) is called for the last time.
    /// Waiting events can still be received.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::thread;
    ///
    /// use keyloft::layers::Observed;
    /// use keyloft::prelude::*;
    ///
    /// # let backend = Arc::new(Observed::new(keyloft_memory::MemoryBackend::new()));
    /// # let feed = backend.feed();
    /// let jobs = Table::<JobId, u32>::new(backend, "jobs");
    /// let changes = Arc::new(jobs.changes(&feed, ..)?);
    /// let followed = changes.clone();
    /// let follower = thread::spawn(move || std::iter::from_fn(|| followed.recv()).count());
    ///
    /// jobs.put(&"1".into(), &7)?;
    /// changes.close();
    /// assert_eq!(follower.join().unwrap(), 1);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    pub fn close(&self) {
        self.subscription.close();
    }

    /// Returns the current entities of the query, in its order. The next event is the first change to them.
    ///
    /// An entity that can't be decoded is not among them, and the next calls of [`try_recv`](Changes::try_recv) return an
    /// `Err` for each. The entities of a query with a limit are the first ones that can be decoded.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NestedTransaction`](crate::ErrorKind::NestedTransaction) inside a transaction of this backend on the same thread,
    /// [`ErrorKind::DefinitionMismatch`](crate::ErrorKind::DefinitionMismatch), or an error of the backend.
    pub fn resync(&self) -> Result<Vec<(K, V)>> {
        let mut state = self.lock();
        let snapshot = self.subscription.resync(|| self.watched.snapshot())?;
        (state.ready, state.window) = (Vec::new().into_iter(), None);
        let reads = self.watched.reads(&*snapshot)?;
        let mut scan = self.watched.scan.clone();
        let limit = scan.query.limit.take();
        let size = limit.map_or(usize::MAX, Window::size);
        let (mut entities, mut rows, mut errors) = (Vec::new(), Vec::new(), Vec::new());
        let mut more = true;
        while more && rows.len() < size {
            more =
                scan.fetch(&reads, size - rows.len(), &mut |hit, entity| match reads.entry(hit, entity) {
                    Ok(entry) => {
                        if limit.is_none_or(|limit| rows.len() < limit) {
                            entities.push(entry);
                        }
                        if limit.is_some() {
                            rows.push(Row::of(hit));
                        }
                    }
                    Err(error) => errors.push(Err(error)),
                })?;
        }
        state.ready = errors.into_iter();
        state.window = limit.map(|limit| Window::new(rows, more, limit, scan.query.direction));
        Ok(entities)
    }

    /// Calls `wake` after every commit that queues events, once when the watch ends, and at once if events are waiting or the
    /// watch has ended.
    ///
    /// Asynchronous tasks and JavaScript wait in this way: see [`Subscription::wake_with`].
    pub fn wake_with(&self, mut wake: impl FnMut() + MaybeSend + 'static) {
        let is_ready = self.lock().ready.len() > 0;
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

    /// Returns the events of a commit: all its changes, or a gap.
    fn receive(&self, window: &mut Option<Window>, commit: &[RawEvent]) -> Events<K, V> {
        let mut events = Vec::new();
        if let Some(RawEvent::Lagged { missed }) = commit.first()
            // A second gap before a resync tells nothing new to a query with a limit.
            && (window.take().is_some() || self.list.is_none())
        {
            events.push(Ok(Event::Lagged { missed: *missed }));
        }
        if let Err(error) = self.watched.check() {
            // The changes may be of another definition. A list can't continue without them.
            *window = None;
            events.push(Err(error));
        } else if let Some(list) = &self.list {
            *window = window.take().and_then(|window| (list.receive)(self, window, commit, &mut events));
        } else {
            for event in commit {
                if let RawEvent::Change(change) = event
                    && let Err(error) = self.receive_change(change, &mut events)
                {
                    events.push(Err(error));
                }
            }
        }
        events
    }

    /// Adds the events of a change to a query without a limit. An error is the last of them.
    fn receive_change(&self, change: &RawChange, events: &mut Events<K, V>) -> Result<()> {
        let (mut lost, mut failed) = (None, None);
        let old = self.side(&change.key, change.old.as_deref(), &mut lost);
        let new = self.side(&change.key, change.new.as_deref(), &mut failed);
        if old.is_none() && new.is_none() && lost.is_none() && failed.is_none() {
            return Ok(());
        }
        let (commit, key) = (change.commit, self.watched.decode_key(&change.key)?);
        if let Some(error) = failed {
            if let Some(old) = old {
                events.push(Ok(Event::Unreadable { commit, key, old }));
            }
            return Err(error);
        }
        // The subscriber does not have an entity that could not be decoded before.
        if lost.is_some() && new.is_none() {
            events.push(Ok(Event::Discarded { commit, key }));
        } else {
            self.add_event(commit, key, (old, new), None, events);
        }
        Ok(())
    }

    /// Returns the entity, if the query selects it and it can be decoded. Otherwise `failed` gets the error.
    fn side(&self, key: &[u8], stored: Option<&[u8]>, failed: &mut Option<Error>) -> Option<V> {
        match self.watched.layout.decode_seen_at(key, stored?, self.watched.sight_of_changes()) {
            Ok(Some(entity)) if self.watched.selects(&entity) => Some(entity),
            Ok(_) => None,
            Err(error) => {
                *failed = Some(error);
                None
            }
        }
    }

    /// Adds the event of a change between the entities before and after the commit, with their positions in a query with a
    /// limit. A change between equal entities is no event.
    pub(super) fn add_event(
        &self,
        commit: u64,
        key: K,
        entities: (Option<V>, Option<V>),
        places: Option<(usize, usize)>,
        events: &mut Events<K, V>,
    ) {
        let is_moved = places.is_some_and(|(from, to)| from != to);
        events.push(Ok(match (entities, places) {
            ((Some(old), Some(new)), places) => {
                if !is_moved && self.is_same.is_some_and(|is_same| is_same(&old, &new)) {
                    return;
                }
                match places {
                    None => Event::Updated { commit, key, old, new },
                    Some((from, to)) => Event::Changed { commit, key, old, new, from, to },
                }
            }
            ((None, Some(new)), None) => Event::Inserted { commit, key, new },
            ((None, Some(new)), Some((_, at))) => Event::Entered { commit, key, new, at },
            ((Some(old), None), None) => Event::Deleted { commit, key, old },
            ((Some(old), None), Some((at, _))) => Event::Left { commit, key, old, at },
            ((None, None), _) => return,
        }));
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
        f.debug_struct("Changes").field("query", &self.watched.scan.query).finish_non_exhaustive()
    }
}
