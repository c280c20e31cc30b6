//! [`Watch`]: a query's result, and what becomes of it.

mod changes;
mod event;

use alloc::vec::Vec;
use core::fmt;

pub use changes::Changes;
pub use event::Event;

use super::{Entity, EntityStore, Query};
use crate::error::Result;
use crate::key::StorageKey;

/// A query's result and its changes, with neither a gap nor an overlap between the two: [`EntityStore::watch`].
pub struct Watch<S, K, V> {
    /// The entities of the query when it began, in its order.
    pub current: Vec<(K, V)>,
    /// What becomes of them.
    pub changes: Changes<S, K, V>,
}

impl<K: StorageKey, V: Entity, S: EntityStore<K, V>> Watch<S, K, V> {
    /// Watches the query through this store, with `capacity` changes that may wait; [`EntityStore::watch`] is this for a
    /// reference to the store. One that owns its store may go where it likes:
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::thread;
    ///
    /// use keyloft::{EntityStore, Event, JobId, SystemTableStore, Watch, layers::Observed};
    /// use keyloft_memory::MemoryBackend;
    ///
    /// let backend = Arc::new(Observed::new(MemoryBackend::new()));
    /// let jobs = SystemTableStore::<JobId, u32>::new(backend, "jobs");
    /// let watch = Watch::of(jobs.clone(), .., 64)?;
    /// let follower = thread::spawn(move || watch.changes.recv());
    /// jobs.put(&"1".into(), &7)?;
    ///
    /// let event = follower.join().unwrap().transpose()?;
    /// assert_eq!(event, Some(Event::Inserted { commit: 1, key: "1".into(), new: 7 }));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`EntityStore::watch`].
    pub fn of(store: S, query: impl Into<Query<K>>, capacity: usize) -> Result<Self> {
        let changes = Changes::of(store, query, capacity)?;
        Ok(Self { current: changes.resync()?, changes })
    }
}

impl<S, K: fmt::Debug, V: fmt::Debug> fmt::Debug for Watch<S, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("current", &self.current).field("changes", &self.changes).finish()
    }
}
