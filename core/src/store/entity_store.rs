//! [`EntityStore`]: a table in a backend.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::access::Access;
use super::write::load;
use super::{EntityReader, RawWriter, Schema, TableRef, TableWriter};
use crate::backend::{StorageBackend, Transaction};
use crate::error::{Error, Place, Result};
use crate::key::StorageKey;

/// A table in a backend: entities `V` under keys `K`, in one partition.
///
/// Its reads are those of [`EntityReader`], its writes those of [`EntityWriter`](super::EntityWriter), and its repair that
/// of [`EntityRepair`](super::EntityRepair). Each call is a transaction or a consistent read by itself. For several in
/// one, see [`within`](EntityStore::within) and [`at`](EntityReader::at): the same calls under the same names.
///
/// [`Table`](crate::Table) is one for any key and entity. A type of your own says what it stores, and where it reads:
///
/// ```
/// use std::sync::Arc;
/// use keyloft::prelude::*;
/// use keyloft::store::Access;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Debug, PartialEq)]
/// struct Note {
///     text: String,
/// }
///
/// struct Notes {
///     backend: Arc<dyn StorageBackend>,
///     schema: Schema<UserRowId, Note>,
/// }
///
/// impl EntityStore<UserRowId, Note> for Notes {
///     fn backend(&self) -> &Arc<dyn StorageBackend> {
///         &self.backend
///     }
///
///     fn schema(&self) -> &Schema<UserRowId, Note> {
///         &self.schema
///     }
/// }
///
/// impl EntityReader<UserRowId, Note> for Notes {
///     fn access(&self) -> Access<'_, Note> {
///         self.newest()
///     }
/// }
///
/// let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// let notes = Notes { backend, schema: Schema::new("notes") };
/// notes.put(&UserRowId::from_strings("bob", "1"), &Note { text: "milk".into() })?;
/// notes.put(&UserRowId::from_strings("bobby", "1"), &Note { text: "bread".into() })?;
///
/// let of_bob = notes.scan_prefix(&UserRowId::prefix("bob"))?;
/// assert_eq!(of_bob, [(UserRowId::from_strings("bob", "1"), Note { text: "milk".into() })]);
/// # Ok::<(), keyloft::Error>(())
/// ```
pub trait EntityStore<K: StorageKey, V: 'static>: EntityReader<K, V> {
    /// Returns the backend that keeps the bytes.
    fn backend(&self) -> &Arc<dyn StorageBackend>;

    /// Returns the definition of the table.
    fn schema(&self) -> &Schema<K, V>;

    /// Returns the access to the newest state, for [`EntityReader::access`].
    #[inline]
    fn newest(&self) -> Access<'_, V> {
        Access::newest(self.backend(), self.schema())
    }

    /// Returns the version that new values are written with.
    fn schema_version(&self) -> u32 {
        self.schema().schema_version()
    }

    /// Returns the table inside a transaction, which may span several stores and partitions.
    ///
    /// The transaction must be one of this store's own [`backend`](EntityStore::backend). In one of another backend, or
    /// of the one under a layer, the store writes there, past the layer. Calls on the store itself do not see what the
    /// transaction has written.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use keyloft::prelude::*;
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let jobs = Table::<JobId, u32>::new(backend.clone(), "jobs");
    /// let totals = Table::<UserId, u32>::new(backend.clone(), "totals");
    /// backend.transaction(|tx| {
    ///     jobs.within(tx).put(&"1".into(), &7)?;
    ///     let sum = jobs.within(tx).scan_all()?.iter().map(|(_, cost)| cost).sum();
    ///     totals.within(tx).put(&"alice".into(), &sum)
    /// })?;
    /// assert_eq!(totals.get(&"alice".into())?, Some(7));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    fn within<'a>(&'a self, tx: &'a mut dyn Transaction) -> TableWriter<'a, K, V> {
        TableWriter::new(RawWriter::new(TableRef::of(self.access()), tx))
    }

    /// Returns the entity as it is stored, in its [envelope](crate::value).
    ///
    /// # Errors
    ///
    /// [`Error::Encode`].
    fn serialize(&self, entity: &V) -> Result<Vec<u8>> {
        let mut stored = Vec::new();
        let encoded = self.schema().layout().append(entity, &mut stored);
        encoded.map_err(|reason| Error::Encode { place: Place::of(self.partition()), reason })?;
        Ok(stored)
    }

    /// Returns the entity of stored bytes, upgraded if they are of an older version.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] or [`Error::NewerVersion`].
    fn deserialize(&self, stored: &[u8]) -> Result<V> {
        let decoded = self.schema().layout().decode(stored);
        decoded.map_err(|reason| Error::decode(Place::of(self.partition()), reason))
    }

    /// Stores any number of entities, in any order, with few syncs. Returns their number. Of several under one key the
    /// last counts.
    ///
    /// It sorts them by key in runs of some megabytes, of which one is in memory, and each run is a transaction. For all
    /// or none, or for entities that take over each other's unique values in the order of the list, see
    /// [`put_many`](super::EntityWriter::put_many).
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use keyloft::prelude::*;
    ///
    /// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let jobs = Table::<JobId, u32>::new(backend, "jobs");
    /// let lines = "b 2\na 1\nc 3";
    /// let entries = lines.lines().filter_map(|line| line.split_once(' '));
    /// assert_eq!(jobs.load(entries.map(|(id, cost)| (id.into(), cost.parse().unwrap())))?, 3);
    /// assert_eq!(jobs.first()?, Some(("a".into(), 1)));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`put`](super::EntityWriter::put); then the runs before the one with the error have been stored.
    fn load(&self, entries: impl IntoIterator<Item = (K, V)>) -> Result<u64> {
        load(self, entries)
    }
}

impl<K: StorageKey, V: 'static, S: EntityStore<K, V> + ?Sized> EntityStore<K, V> for &S {
    fn backend(&self) -> &Arc<dyn StorageBackend> {
        (**self).backend()
    }

    fn schema(&self) -> &Schema<K, V> {
        (**self).schema()
    }
}
