//! [`Change`]: what is about to happen to one entity.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::sync::Arc;

use crate::backend::{Partition, StorageBackend};
use crate::error::Error;
use crate::key::StorageKey;
use crate::text;

/// A change to one entity of a table: what a [`Schema`](super::Schema)'s guard decides on.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::{EntityStore, Schema, SystemTableStore, UserId};
///
/// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// let schema = Schema::new("scores").guard(|_, change| match (change.old, change.new) {
///     (Some(old), Some(new)) if new < old => Err(change.invalid("a score only rises")),
///     (_, None) => Err(change.in_use("it is in the ranking")),
///     _ => Ok(()),
/// });
/// let scores = SystemTableStore::<UserId, u32>::with_schema(backend, schema);
/// scores.put(&"alice".into(), &7)?;
/// assert_eq!(scores.put(&"alice".into(), &6).unwrap_err().code(), "Invalid");
/// assert_eq!(scores.delete(&"alice".into()).unwrap_err().code(), "InUse");
/// assert_eq!(scores.get(&"alice".into())?, Some(7));
/// # Ok::<(), keyloft::Error>(())
/// ```
pub struct Change<'a, K, V> {
    /// The table's partition.
    pub partition: &'a Partition,
    /// The table's backend, for the stores of other tables: open them over it and use them
    /// [`within`](super::EntityStore::within) the transaction.
    pub backend: &'a Arc<dyn StorageBackend>,
    /// The entity's key.
    pub key: &'a K,
    /// The entity before; `None`, there was none.
    pub old: Option<&'a V>,
    /// The entity after; `None`, it is deleted.
    pub new: Option<&'a V>,
}

impl<K: StorageKey, V> Change<'_, K, V> {
    /// The error for an entity that breaks this rule.
    pub fn invalid(&self, reason: impl Into<String>) -> Error {
        let (partition, key) = self.place();
        Error::Invalid { partition, key, reason: reason.into() }
    }

    /// The error for a deletion of what is needed, and why it is.
    pub fn in_use(&self, reason: impl Into<String>) -> Error {
        let (partition, key) = self.place();
        Error::InUse { partition, key, reason: reason.into() }
    }

    pub(crate) fn invalid_transition(&self, from: &'static str, to: &'static str) -> Error {
        let (partition, key) = self.place();
        Error::InvalidTransition { partition, key, from, to }
    }

    /// The partition and the key, for people.
    fn place(&self) -> (String, String) {
        (self.partition.as_str().to_owned(), text::of_key::<K>(&self.key.encode()))
    }
}
