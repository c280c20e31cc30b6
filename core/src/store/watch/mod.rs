//! [`EntityWatch`]: a query's result and the changes to it.

mod changes;
mod event;
mod list;
mod watched;
mod window;

use alloc::vec::Vec;
use core::fmt;

pub use changes::Changes;
pub use event::Event;

use list::List;
use watched::Watched;

use super::{EntityReader, IndexOn, Query};
use crate::error::{ErrorKind, Place, Result};
use crate::key::StorageKey;
use crate::layers::Feed;

/// The changes to a table, in commit order. A store and a principal's view have them. A snapshot does not change.
///
/// A watch needs the [`Feed`] of an [`Observed`](crate::layers::Observed) layer. The store's backend must be that layer or
/// wrap it.
pub trait EntityWatch<K: StorageKey, V: 'static>: EntityReader<K, V> {
    /// Returns the entities of the query and the changes to them, without a gap or an overlap between the two.
    ///
    /// An entity that can't be decoded is not among them. It is an `Err` of the changes, before the first event. The changes
    /// to a query with a limit have positions: see [`Event`].
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::prelude::*;
    /// use keyloft::layers::Observed;
    /// use keyloft_memory::MemoryBackend;
    ///
    /// let backend = Observed::new(MemoryBackend::new());
    /// let feed = backend.feed();
    /// let jobs = Table::<JobId, u32>::new(Arc::new(backend), "jobs");
    /// jobs.put(&"2026-01".into(), &1)?;
    ///
    /// let watch = jobs.watch(&feed, JobId::prefix("2026-"))?;
    /// jobs.put(&"2025-12".into(), &7)?;
    /// jobs.put(&"2026-01".into(), &2)?;
    /// assert_eq!(watch.current, [("2026-01".into(), 1)]);
    /// let event = watch.changes.try_recv().transpose()?;
    /// assert!(matches!(event, Some(Event::Updated { old: 1, new: 2, .. })));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotObserved`] if the feed is of another backend or scope,
    /// [`ErrorKind::UnwatchableQuery`] if the reads are of a snapshot,
    /// [`ErrorKind::NestedTransaction`] inside a transaction of this backend on the same
    /// thread, [`ErrorKind::DefinitionMismatch`], or an error of the backend.
    fn watch(&self, feed: &Feed, query: impl Into<Query<K>>) -> Result<Watch<K, V>> {
        Watch::of(Watched::by_key(self.access(), feed, query.into())?)
    }

    /// Returns the entities whose values in the index the query selects, and the changes to them.
    ///
    /// With a limit, the result is a list such as the latest twenty. Its events say where an entity enters or leaves the
    /// list, or moves in it: see [`Event`]. Without a limit, an entity is in the result as long as it has a value that the
    /// query selects, and the subscriber orders the entities by their values and then by their keys.
    ///
    /// Every change to the table is queued for the watch, also those to entities that the query does not select.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::layers::Observed;
    /// use keyloft::prelude::*;
    /// use keyloft_memory::MemoryBackend;
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Serialize, Deserialize, Debug, PartialEq)]
    /// struct Issue {
    ///     day: u32,
    /// }
    ///
    /// const BY_DAY: Index<Issue, u32> = Index::new("by_day", |issue| Some(issue.day));
    ///
    /// let backend = Observed::new(MemoryBackend::new());
    /// let feed = backend.feed();
    /// let issues = Table::<u32, Issue>::with_schema(Arc::new(backend), Schema::new("issues").index(BY_DAY));
    /// issues.put_many(&[(1, Issue { day: 10 }), (2, Issue { day: 20 }), (3, Issue { day: 30 })])?;
    ///
    /// let latest = issues.watch_by(&feed, &BY_DAY, Query::all().reverse().limit(2))?;
    /// assert_eq!(latest.current, [(3, Issue { day: 30 }), (2, Issue { day: 20 })]);
    ///
    /// issues.delete(&3)?;
    /// let events: Vec<_> = std::iter::from_fn(|| latest.changes.try_recv()).collect::<Result<_>>()?;
    /// assert_eq!(events, [
    ///     Event::Left { commit: 1, key: 3, old: Issue { day: 30 }, at: 0 },
    ///     Event::Entered { commit: 1, key: 1, new: Issue { day: 10 }, at: 1 },
    /// ]);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`watch`](EntityWatch::watch), or [`ErrorKind::UnknownIndex`] if the schema does
    /// not have the index.
    fn watch_by<I: StorageKey>(
        &self,
        feed: &Feed,
        index: &impl IndexOn<V, I>,
        query: impl Into<Query<I>>,
    ) -> Result<Watch<K, V>> {
        Watch::of(Watched::by_index(self.access(), feed, index, query.into())?)
    }

    /// Returns the changes to the entities of the query from now on, without its current entities.
    ///
    /// # Errors
    ///
    /// The errors of [`watch`](EntityWatch::watch), or [`ErrorKind::UnwatchableQuery`] if the
    /// query has a limit.
    fn changes(&self, feed: &Feed, query: impl Into<Query<K>>) -> Result<Changes<K, V>> {
        let watched = Watched::by_key(self.access(), feed, query.into())?;
        if watched.scan.query.limit.is_some() {
            let reason = "it has a limit, so its changes need its current entities; call `watch`";
            return Err(ErrorKind::UnwatchableQuery { place: Place::of(self.partition()), reason }.into());
        }
        Changes::of(watched, None)
    }
}

impl<K: StorageKey, V: 'static, W: EntityWatch<K, V> + ?Sized> EntityWatch<K, V> for &W {}

/// A query's result and the changes to it, from [`EntityWatch::watch`].
///
/// It borrows nothing and can move to another thread. It does not keep the backend open, and ends when that is dropped:
///
/// ```
/// use std::sync::Arc;
/// use std::thread;
///
/// use keyloft::prelude::*;
/// use keyloft::layers::Observed;
/// use keyloft_memory::MemoryBackend;
///
/// let backend = Observed::new(MemoryBackend::new());
/// let feed = backend.feed();
/// let jobs = Table::<JobId, u32>::new(Arc::new(backend), "jobs");
/// let watch = jobs.watch(&feed, ..)?;
/// let follower = thread::spawn(move || watch.changes.recv());
/// jobs.put(&"1".into(), &7)?;
///
/// let event = follower.join().unwrap().transpose()?;
/// assert_eq!(event, Some(Event::Inserted { commit: 1, key: "1".into(), new: 7 }));
/// # Ok::<(), keyloft::Error>(())
/// ```
pub struct Watch<K, V> {
    /// The entities of the query at the beginning of the watch, in the query's order.
    pub current: Vec<(K, V)>,
    /// The changes since then.
    pub changes: Changes<K, V>,
}

impl<K: StorageKey, V: 'static> Watch<K, V> {
    fn of(watched: Watched<V>) -> Result<Self> {
        let list = watched.scan.query.limit.map(|_| List { receive: Changes::receive_list });
        let changes = Changes::of(watched, list)?;
        Ok(Self { current: changes.resync()?, changes })
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Watch<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("current", &self.current).field("changes", &self.changes).finish()
    }
}
