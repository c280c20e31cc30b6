//! [`StreamTableStore`]: a table of rows that pass.

use alloc::format;
use alloc::sync::Arc;

use serde::Deserialize;

use super::{Expiring, StreamTableRow};
use crate::access::{CrossUserTableStore, TableAccess};
use crate::backend::{Partition, StorageBackend, StorageBackendExt, Transaction};
use crate::clock::Clock;
use crate::error::Result;
use crate::key::{RowId, StorageKey, TableId, UserId};
use crate::store::{EntityStore, Handle, Hidden, Index, Query, Schema};
use crate::tables::RowStore;
use crate::tables::system::{TableMetadata, TableType};
use crate::tables::system_columns::deleted_index;
use crate::value::Envelope;

/// Rows that expire, by when they do.
const fn expires_index<V: Expiring>() -> Index<V, i64> {
    Index::new("expires", V::expires_at)
}

/// A table of rows that pass, each with a time to live; in partition `stream_{namespace}:{table}`.
///
/// An expired row is invisible at once, by the clock the store was given; [`evict_expired`] frees its space.
///
/// ```
/// use std::sync::{Arc, atomic::{AtomicI64, Ordering::Relaxed}};
/// use keyloft::prelude::*;
///
/// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// let time = Arc::new(AtomicI64::new(0));
/// let clock = { let time = time.clone(); Arc::new(move || time.load(Relaxed)) };
/// let id = TableId::from_strings("app", "cursors");
/// let cursors = StreamTableStore::new(backend, &id, TableAccess::Public, clock);
///
/// cursors.put(&"alice".into(), &StreamTableRow::new(Row::new().with("line", 7), 0, 5_000))?;
/// time.store(4_999, Relaxed);
/// assert!(cursors.contains(&"alice".into())?);
/// time.store(5_000, Relaxed);
/// assert!(!cursors.contains(&"alice".into())?);
/// assert_eq!(cursors.evict_expired(5_000, usize::MAX)?, 1);
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// [`evict_expired`]: StreamTableStore::evict_expired
#[derive(Clone)]
pub struct StreamTableStore {
    backend: Arc<dyn StorageBackend>,
    schema: Arc<Schema<RowId, StreamTableRow>>,
    access: TableAccess,
    owner: Option<UserId>,
    unexpired: Unexpired,
}

/// Hides what has expired.
#[derive(Clone)]
struct Unexpired {
    clock: Arc<dyn Clock>,
}

/// The first fields of a row, read without the rest.
#[derive(Deserialize)]
struct Head {
    _updated: i64,
    deleted: bool,
    expires_at: Option<i64>,
}

impl StreamTableStore {
    /// The stream table of this id, with this access level and no owner.
    pub fn new(
        backend: Arc<dyn StorageBackend>,
        table: &TableId,
        access: TableAccess,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let schema = Schema::new(Self::partition_of(table)).index(deleted_index()).index(expires_index());
        Self { backend, schema: Arc::new(schema), access, owner: None, unexpired: Unexpired { clock } }
    }

    /// The stream table of this entry of `system_tables`, [`Restricted`](TableAccess::Restricted), for only shared tables have
    /// a level, and with the owner it has there.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::prelude::*;
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let id = TableId::from_strings("app", "cursors");
    /// let entry = TableMetadata {
    ///     owner: Some("alice".into()),
    ///     ..TableMetadata::new(id, TableType::Stream, 1_000)
    /// };
    /// let cursors = StreamTableStore::of(backend, &entry, Arc::new(|| 1_000))?;
    /// assert!(cursors.read_as(&Principal::new("alice", Role::User)).is_ok());
    /// assert!(cursors.read_as(&Principal::new("bob", Role::User)).is_err());
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`](crate::Error::Invalid) if the entry is of a table of another type.
    pub fn of(
        backend: Arc<dyn StorageBackend>,
        entry: &TableMetadata,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        entry.require_type(TableType::Stream, "it is not a stream table")?;
        let store = Self::new(backend, &entry.table_id, TableAccess::Restricted, clock);
        Ok(Self { owner: entry.owner.clone(), ..store })
    }

    /// The same, belonging to this user.
    #[must_use]
    pub fn owned_by(self, owner: UserId) -> Self {
        Self { owner: Some(owner), ..self }
    }

    /// Where the rows of the stream table of this id are.
    pub fn partition_of(table: &TableId) -> Partition {
        Partition::from(format!("stream_{table}"))
    }

    /// Removes at most `max` rows that have expired at `now`, the longest expired first; how many they were.
    ///
    /// It costs what it removes, whatever the table holds.
    ///
    /// # Errors
    ///
    /// As [`delete`](EntityStore::delete).
    pub fn evict_expired(&self, now: i64, max: usize) -> Result<u64> {
        self.backend.transaction(|tx| self.within(tx).evict_expired(now, max))
    }
}

impl<S, K, V, R> Handle<'_, S, K, V, R>
where
    S: RowStore<K, V>,
    K: StorageKey,
    V: Expiring,
    R: Transaction,
{
    /// The same inside a transaction: [`StreamTableStore::evict_expired`].
    ///
    /// # Errors
    ///
    /// As [`delete`](EntityStore::delete).
    pub fn evict_expired(&mut self, now: i64, max: usize) -> Result<u64> {
        self.delete_by(&expires_index(), Query::range(..=now).limit(max))
    }
}

impl EntityStore<RowId, StreamTableRow> for StreamTableStore {
    fn backend(&self) -> &Arc<dyn StorageBackend> {
        &self.backend
    }

    fn partition(&self) -> &Partition {
        self.schema.partition()
    }

    fn schema(&self) -> Option<&Schema<RowId, StreamTableRow>> {
        Some(&self.schema)
    }

    fn hidden(&self) -> Option<&dyn Hidden> {
        Some(self)
    }
}

impl Hidden for StreamTableStore {
    fn hides(&self, stored: &[u8]) -> bool {
        head(stored).is_some_and(|head| head.deleted || self.unexpired.has_passed(&head))
    }

    fn hides_always(&self, stored: &[u8]) -> bool {
        head(stored).is_some_and(|head| head.deleted)
    }
}

impl Hidden for Unexpired {
    fn hides(&self, stored: &[u8]) -> bool {
        head(stored).is_some_and(|head| self.has_passed(&head))
    }

    fn hides_always(&self, _: &[u8]) -> bool {
        false
    }
}

impl Unexpired {
    fn has_passed(&self, head: &Head) -> bool {
        head.expires_at.is_some_and(|expires_at| expires_at <= self.clock.now())
    }
}

fn head(stored: &[u8]) -> Option<Head> {
    let payload = Envelope::open(stored).ok()?.payload;
    postcard::take_from_bytes(payload).ok().map(|(head, _)| head)
}

impl RowStore<RowId, StreamTableRow> for StreamTableStore {
    fn hidden_otherwise(&self) -> Option<&dyn Hidden> {
        Some(&self.unexpired)
    }
}

impl CrossUserTableStore<RowId, StreamTableRow> for StreamTableStore {
    fn table_access(&self) -> Option<TableAccess> {
        Some(self.access)
    }

    fn owner(&self) -> Option<&UserId> {
        self.owner.as_ref()
    }
}
