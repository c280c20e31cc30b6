//! [`EntityStore`]: a table in a backend.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::access::Access;
use super::write::load;
use super::{EntityReader, RawWriter, Schema, TableRef, TableWriter};
use crate::backend::{StorageBackend, Transaction};
use crate::catalog::Migration;
#[cfg(doc)]
use crate::error::ErrorKind;
use crate::error::{Error, Result};
use crate::key::StorageKey;

/// A table in a backend: entities `V` under keys `K`, in one partition.
///
/// Its reads are in [`EntityReader`], its writes in [`EntityWriter`](super::EntityWriter), and its repair in
/// [`EntityRepair`](super::EntityRepair). Each call is a separate transaction or a separate consistent read.
/// [`within`](EntityStore::within) offers the same calls inside a transaction, and [`at`](EntityReader::at) the same
/// reads on a snapshot.
///
/// [`Table`](crate::Table) implements this trait for any key and entity. A custom store names its backend and schema:
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

    /// Returns the table's definition.
    fn schema(&self) -> &Schema<K, V>;

    /// Returns the access to the newest committed state. A store returns it from [`EntityReader::access`].
    #[inline]
    fn newest(&self) -> Access<'_, V> {
        Access::newest(self.backend(), self.schema())
    }

    /// Returns the schema version of new values.
    fn schema_version(&self) -> u32 {
        self.schema().schema_version()
    }

    /// Returns the table inside a transaction, which may span several stores and partitions.
    ///
    /// The transaction must belong to the store's [`backend`](EntityStore::backend). In a transaction of another backend, or
    /// of the backend under an [`Observed`](crate::layers::Observed) or [`Scoped`](crate::layers::Scoped) layer, every call
    /// returns [`ErrorKind::OtherBackend`]. Calls on the store itself don't see the writes of an open transaction.
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
        TableWriter::new(RawWriter::new(TableRef::within(self.access(), tx), tx))
    }

    /// Moves the table to this schema: see [`Migration`](crate::catalog::Migration).
    ///
    /// A program calls it when it starts. If the catalog has the same definition already, it only reads.
    ///
    /// # Errors
    ///
    /// The errors of [`Migration::run`](crate::catalog::Migration::run).
    fn migrate(&self) -> Result<()> {
        Migration::new(Arc::clone(self.backend())).table(self.schema()).run()
    }

    /// Returns the bytes that the table stores for the entity under this key: its [envelope](crate::value).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Encode`].
    fn serialize(&self, key: &K, entity: &V) -> Result<Vec<u8>> {
        let mut stored = Vec::new();
        self.schema().layout().encode(&key.encode(), entity, &mut stored)?;
        Ok(stored)
    }

    /// Decodes the entity that is stored under this key, and upgrades it from an older version.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] or [`ErrorKind::NewerVersion`], or
    /// [`ErrorKind::Corrupted`] if the bytes are damaged or belong to another key.
    fn deserialize(&self, key: &K, stored: &[u8]) -> Result<V> {
        self.schema().layout().decode_at(&key.encode(), stored)
    }

    /// Stores any number of entities, in any order, with few syncs. Returns their number.
    ///
    /// Of several entities under the same key, the last one is kept. The entities are sorted by key in runs of some
    /// megabytes, and each run is a transaction. Only one run is in memory at a time.
    ///
    /// [`put_many`](super::EntityWriter::put_many) stores all entities or none, in the order of the list. That order
    /// matters if an entity takes a unique value that an earlier one gives up.
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
    /// The errors of [`put`](super::EntityWriter::put). The runs before the one with the error stay stored.
    fn load(&self, entries: impl IntoIterator<Item = (K, V)>) -> Result<u64> {
        load(self, entries.into_iter().map(Ok::<_, Error>), |_| ControlFlow::Continue(()))
    }

    /// Stores entities as [`load`](Self::load) does, from a source that may fail, with progress and cancellation. Returns the
    /// number of stored entities.
    ///
    /// `report` gets the number of entities that are stored, after each run and at the end. If it breaks, the load ends, and
    /// what is stored stays. After an error of the source, the last report says how many entities are stored.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use std::ops::ControlFlow;
    /// use keyloft::prelude::*;
    ///
    /// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let jobs = Table::<JobId, u32>::new(backend, "jobs");
    /// let lines = ["a 1", "b two"].into_iter().map(|line| -> Result<(JobId, u32), Box<dyn std::error::Error>> {
    ///     let (id, cost) = line.split_once(' ').ok_or("a line has no space")?;
    ///     Ok((id.into(), cost.parse()?))
    /// });
    /// let loaded = jobs.try_load(lines, |stored| {
    ///     eprintln!("{stored} jobs");
    ///     ControlFlow::Continue(())
    /// });
    /// assert_eq!(loaded.unwrap_err().to_string(), "invalid digit found in string");
    /// assert_eq!(jobs.count()?, 0);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An error of the source, or the errors of [`load`](Self::load). The runs before it stay stored.
    fn try_load<E: From<Error>>(
        &self,
        entries: impl IntoIterator<Item = Result<(K, V), E>>,
        report: impl FnMut(u64) -> ControlFlow<()>,
    ) -> Result<u64, E> {
        load(self, entries, report)
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
