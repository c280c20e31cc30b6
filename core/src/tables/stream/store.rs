//! [`StreamTableStore`]: the store of a stream table.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::sync::Arc;

use serde::Deserialize;

use super::StreamTableRow;
use crate::access::{CrossUserTableStore, TableAccess};
use crate::backend::{Partition, StorageBackend};
use crate::clock::Clock;
use crate::entity::Expiring as _;
use crate::error::Result;
use crate::key::{RowId, TableId, UserId};
#[cfg(feature = "std")]
use crate::store::EntityWatch;
use crate::store::{Access, EntityReader, EntityStore, Schema, Sight, Visibility};
use crate::tables::system::{TableMetadata, TableType};
use crate::tables::system_columns::row_schema;
use crate::value::Envelope;

/// A table of rows that expire. Its partition is `stream_{namespace}:{table}`.
///
/// A row has expired when the store's clock reaches its expiry. Reads don't see expired rows, and [`evict_expired`]
/// frees their space.
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
/// [`evict_expired`]: crate::entity::ExpiringWriter::evict_expired
#[derive(Clone)]
pub struct StreamTableStore {
    backend: Arc<dyn StorageBackend>,
    schema: Schema<RowId, StreamTableRow>,
    access: TableAccess,
    owner: Option<UserId>,
}

/// Hides tombstones, and rows whose expiry is not after the clock's time.
struct HideExpired {
    clock: Arc<dyn Clock>,
}

/// The first fields of a stored row, in their stored order. They are decoded without the rest.
#[derive(Deserialize)]
struct Head {
    _updated: i64,
    deleted: bool,
    expires_at: Option<i64>,
}

impl StreamTableStore {
    /// Creates the store of the stream table with this id, with this access level and without an owner.
    pub fn new(
        backend: Arc<dyn StorageBackend>,
        table: &TableId,
        access: TableAccess,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let schema = row_schema(Self::partition_of(table), Arc::new(HideExpired { clock }), |layout| {
            layout.expires = Some("expires_at".to_owned());
            layout.add_index(Arc::new(StreamTableRow::EXPIRES));
        });
        Self { backend, schema, access, owner: None }
    }

    /// Creates the store of the stream table that the metadata describes, with its owner.
    ///
    /// The table is [`Restricted`](TableAccess::Restricted), because the metadata of a stream table has no access level.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::prelude::*;
    /// use keyloft::tables::system::{TableMetadata, TableType};
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let id = TableId::from_strings("app", "cursors");
    /// let metadata = TableMetadata {
    ///     owner: Some("alice".into()),
    ///     ..TableMetadata::new(id, TableType::Stream, 1_000)
    /// };
    /// let cursors = StreamTableStore::of(backend, &metadata, Arc::new(|| 1_000))?;
    /// assert!(cursors.read_as(&Principal::new("alice", Role::User)).is_ok());
    /// assert!(cursors.read_as(&Principal::new("bob", Role::User)).is_err());
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) if the metadata is of another type of table.
    pub fn of(
        backend: Arc<dyn StorageBackend>,
        metadata: &TableMetadata,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        metadata.require_type(TableType::Stream, "it is not a stream table")?;
        let store = Self::new(backend, &metadata.table_id, TableAccess::Restricted, clock);
        Ok(Self { owner: metadata.owner.clone(), ..store })
    }

    /// Sets the owner.
    #[must_use]
    pub fn owned_by(self, owner: UserId) -> Self {
        Self { owner: Some(owner), ..self }
    }

    /// Returns the partition of the stream table of this id.
    pub fn partition_of(table: &TableId) -> Partition {
        Partition::from(format!("stream_{table}"))
    }
}

impl EntityReader<RowId, StreamTableRow> for StreamTableStore {
    fn access(&self) -> Access<'_, StreamTableRow> {
        self.newest()
    }
}

impl EntityStore<RowId, StreamTableRow> for StreamTableStore {
    fn backend(&self) -> &Arc<dyn StorageBackend> {
        &self.backend
    }

    fn schema(&self) -> &Schema<RowId, StreamTableRow> {
        &self.schema
    }
}

#[cfg(feature = "std")]
impl EntityWatch<RowId, StreamTableRow> for StreamTableStore {}

impl Visibility for HideExpired {
    fn is_visible(&self, row: Envelope<'_>, sight: Sight) -> bool {
        let Ok((head, _)) = postcard::take_from_bytes::<Head>(row.payload) else { return true };
        let has_expired = || {
            let now = || sight.time.unwrap_or_else(|| self.clock.now());
            head.expires_at.is_some_and(|expires_at| expires_at <= now())
        };
        (sight.tombstones || !head.deleted) && (sight.expired || !has_expired())
    }

    fn clock(&self) -> Option<&dyn Clock> {
        Some(&*self.clock)
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
