//! [`Change`]: one change to one entity, before it is written.

use alloc::string::String;

use super::Outline;
use crate::backend::Partition;
use crate::error::{Error, ErrorKind, Place};
use crate::key::{StorageKey, describe};

/// A change to one entity of a table, which a [`Schema`](super::Schema)'s guard accepts or refuses.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::prelude::*;
///
/// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// let schema = Schema::new("scores").guard(|_, change| match (change.old, change.new) {
///     (Some(old), Some(new)) if new < old => Err(change.invalid("a score only rises")),
///     (_, None) => Err(change.in_use("it is in the ranking")),
///     _ => Ok(()),
/// });
/// let scores = Table::<UserId, u32>::with_schema(backend, schema);
/// scores.put(&"alice".into(), &7)?;
/// assert_eq!(scores.put(&"alice".into(), &6).unwrap_err().code(), "Invalid");
/// assert_eq!(scores.delete(&"alice".into()).unwrap_err().code(), "InUse");
/// assert_eq!(scores.get(&"alice".into())?, Some(7));
/// # Ok::<(), keyloft::Error>(())
/// ```
#[non_exhaustive]
pub struct Change<'a, K, V> {
    /// The table's partition.
    pub partition: &'a Partition,
    /// The entity's key.
    pub key: &'a K,
    /// The entity before the change; `None` if it is new.
    pub old: Option<&'a V>,
    /// The entity after the change; `None` if it is deleted.
    pub new: Option<&'a V>,
}

impl<K: StorageKey, V> Change<'_, K, V> {
    /// Creates the error of an entity that breaks a rule.
    pub fn invalid(&self, reason: impl Into<String>) -> Error {
        Error::from(ErrorKind::Invalid { place: self.place(), reason: reason.into() })
    }

    /// Creates the error of the deletion of an entity that other entities refer to.
    pub fn in_use(&self, reason: impl Into<String>) -> Error {
        Error::from(ErrorKind::InUse { place: self.place(), reason: reason.into() })
    }

    /// Returns the place of the entity, with the key as its type describes it.
    pub fn place(&self) -> Place {
        Place::entity(self.partition, describe::<K>(&self.key.encode()))
    }
}

/// A change with an encoded key. The writer has keys in this form.
pub struct EncodedChange<'a, V> {
    /// The table.
    pub(crate) outline: &'a Outline,
    pub(crate) key: &'a [u8],
    pub(crate) old: Option<&'a V>,
    pub(crate) new: Option<&'a V>,
}

impl<'a, V> EncodedChange<'a, V> {
    /// Returns the change with its decoded key.
    pub(super) fn with_key<'k, K>(&self, key: &'k K) -> Change<'k, K, V>
    where
        'a: 'k,
    {
        Change { partition: &self.outline.partition, key, old: self.old, new: self.new }
    }

    /// Returns the change to another type of entities.
    #[inline(never)] // one for all types
    pub(super) fn map<W>(&self, entity: &dyn Fn(&'a V) -> Option<&'a W>) -> EncodedChange<'a, W> {
        let Self { outline, key, old, new } = *self;
        EncodedChange { outline, key, old: old.and_then(entity), new: new.and_then(entity) }
    }

    /// Returns `true` if the table is in this partition.
    pub(crate) fn is_in(&self, partition: &str) -> bool {
        self.outline.partition.as_str() == partition
    }

    /// Returns the place of the entity.
    pub(crate) fn place(&self) -> Place {
        self.outline.place(self.key)
    }

    /// Creates the error of an entity that breaks a rule.
    pub(crate) fn invalid(&self, reason: &str) -> Error {
        self.outline.invalid(self.key, reason)
    }

    /// Creates the error of the deletion of an entity that other entities refer to.
    pub(crate) fn in_use(&self, reason: String) -> Error {
        Error::from(ErrorKind::InUse { place: self.place(), reason })
    }
}
