//! [`LogScope`]: the part of the changes that a consumer follows.

use alloc::vec::Vec;

use super::LogEntry;
use super::names::{self, Lane};
use crate::backend::{Partition, Scope};
use crate::key::StorageKey;
use crate::store::EntityReader;

/// The changes that a consumer follows: all, those of a partition, or those of the keys with a prefix in it.
///
/// The log is read without the entries of other partitions. A prefix that contains a `:`, such as one user's rows under
/// [`UserRowId`](crate::UserRowId)s, is read without those of other owners too. With another prefix, the entries of the
/// partition are read.
///
/// ```
/// use keyloft::layers::LogScope;
///
/// let jobs = LogScope::partition("jobs");
/// let jobs_of_acme = LogScope::partition("jobs").inside("acme");
/// let notes_of_bob = LogScope::prefix("notes", b"bob:");
/// assert_ne!(jobs, jobs_of_acme);
/// # let _ = (LogScope::all(), notes_of_bob);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogScope {
    partition: Option<Partition>,
    prefix: Vec<u8>,
}

impl LogScope {
    /// Selects all changes.
    pub fn all() -> Self {
        Self { partition: None, prefix: Vec::new() }
    }

    /// Selects the changes in one partition.
    pub fn partition(partition: impl Into<Partition>) -> Self {
        Self::prefix(partition, &[])
    }

    /// Selects the changes in one partition to keys that begin with `prefix`.
    pub fn prefix(partition: impl Into<Partition>, prefix: &[u8]) -> Self {
        Self { partition: Some(partition.into()), prefix: prefix.to_vec() }
    }

    /// Selects the changes to the keys that a table, one user's rows or a principal's view reaches.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::layers::{LogScope, Logged};
    /// use keyloft::prelude::*;
    ///
    /// let backend = Arc::new(Logged::new(keyloft_memory::MemoryBackend::new(), Arc::new(|| 0_i64)));
    /// let id = TableId::from_strings("app", "notes");
    /// let notes = UserTableStore::new(backend.clone(), &id);
    /// let row = UserTableRow { updated: 1, deleted: false, row: Row::new() };
    /// notes.put(&UserRowId::from_strings("bob", "1"), &row)?;
    ///
    /// let of_bob = LogScope::of(&notes.read_as(&Principal::new("bob", Role::User)));
    /// let of_eve = LogScope::of(&notes.read_as(&Principal::new("eve", Role::User)));
    /// assert_eq!(backend.log().read(&[of_bob], 0, 10)?.entries.len(), 1);
    /// assert!(backend.log().read(&[of_eve], 0, 10)?.entries.is_empty());
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    pub fn of<K: StorageKey, V: 'static>(reader: &impl EntityReader<K, V>) -> Self {
        let access = reader.access();
        Self::prefix(access.partition(), access.scope)
    }

    /// Selects the same in the scope `name` of a [`Scoped`](crate::layers::Scoped) layer. The innermost scope comes first.
    #[must_use]
    pub fn inside(mut self, name: &str) -> Self {
        self.partition = self.partition.map(|partition| Scope::new(name).full(&partition));
        self
    }

    /// Returns the lane that has the changes, or `None` for all.
    pub(super) fn lane(&self) -> Option<Lane> {
        let partition = self.partition.as_ref()?;
        Some(names::lane(partition, names::owner(&self.prefix).unwrap_or_default()))
    }

    pub(super) fn selects(&self, entry: &LogEntry) -> bool {
        self.partition.as_ref().is_none_or(|partition| *partition == entry.partition)
            && entry.key.starts_with(&self.prefix)
    }
}
