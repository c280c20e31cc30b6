//! [`RowReader`] and [`RowWriter`]: soft deletion and purge.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::SystemColumns;
use super::system_columns::deleted_index;
use crate::backend::StorageBackend;
use crate::error::Result;
use crate::key::StorageKey;
#[cfg(feature = "std")]
use crate::store::EntityWatch;
use crate::store::{Access, EntityReader, EntityStore, EntityWriter, Query, RawWriter, Schema};

/// The additional reads of a table of rows.
pub trait RowReader<K: StorageKey, V: SystemColumns>: EntityReader<K, V> {
    /// Returns the table with visible tombstones.
    fn include_deleted(&self) -> IncludeDeleted<&Self> {
        IncludeDeleted { rows: self }
    }
}

impl<K: StorageKey, V: SystemColumns, R: EntityReader<K, V> + ?Sized> RowReader<K, V> for R {}

/// The additional writes of a table of rows.
///
/// A soft-deleted row becomes a tombstone, which reads don't see. It can be restored until it is purged.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::prelude::*;
///
/// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// let id = TableId::from_strings("app", "news");
/// let news = SharedTableStore::new(backend, &id, TableAccess::Public);
/// news.put(&"1".into(), &SharedTableRow::new(Row::new().with("title", "hello"), 1_000))?;
///
/// assert!(news.soft_delete(&"1".into(), 2_000)?);
/// assert!(news.get(&"1".into())?.is_none());
/// assert!(news.include_deleted().get(&"1".into())?.is_some());
///
/// assert_eq!(news.purge_deleted_before(2_000, usize::MAX)?, 0);
/// assert_eq!(news.purge_deleted_before(2_001, usize::MAX)?, 1);
/// assert!(news.include_deleted().get(&"1".into())?.is_none());
/// # Ok::<(), keyloft::Error>(())
/// ```
pub trait RowWriter<K: StorageKey, V: SystemColumns>: EntityWriter<K, V> {
    /// Turns the row into a tombstone, at the time `now`. Returns `true` if the row existed and was not a tombstone.
    ///
    /// [`delete`](EntityWriter::delete) removes rows and tombstones without a trace.
    ///
    /// # Errors
    ///
    /// The errors of [`put`](EntityWriter::put).
    fn soft_delete(self, key: &K, now: i64) -> Result<bool> {
        self.write(|writer| set_deleted(writer, &writer.key(key), true, now))
    }

    /// Turns the tombstone into a row, at the time `now`. Returns `true` if the tombstone existed.
    ///
    /// # Errors
    ///
    /// The errors of [`put`](EntityWriter::put).
    fn restore(self, key: &K, now: i64) -> Result<bool> {
        self.write(|writer| set_deleted(writer, &writer.key(key), false, now))
    }

    /// Deletes at most `max` tombstones that are older than `time`, oldest first. Returns their number.
    ///
    /// Its cost depends on the number of deleted rows, not on the size of the table.
    ///
    /// # Errors
    ///
    /// The errors of [`delete`](EntityWriter::delete).
    fn purge_deleted_before(self, time: i64, max: usize) -> Result<u64> {
        self.delete_by(&deleted_index::<V>(), Query::range(..time).limit(max))
    }
}

impl<K: StorageKey, V: SystemColumns, W: EntityWriter<K, V>> RowWriter<K, V> for W {}

/// Turns the row into a tombstone, or the tombstone into a row. Returns `true` if it changed.
fn set_deleted<V: SystemColumns>(
    writer: &mut RawWriter<'_, V>,
    key: &[u8],
    deleted: bool,
    now: i64,
) -> Result<bool> {
    let mut reads = writer.reader();
    reads.sight.tombstones = true;
    let Some(mut row) = reads.get(key)?.filter(|row| row.is_deleted() != deleted) else { return Ok(false) };
    row.set_deleted(deleted, now);
    writer.put(key, &row, &mut Vec::new())?;
    Ok(true)
}

/// A table of rows with visible tombstones, from [`RowReader::include_deleted`].
#[derive(Clone, Copy, Debug)]
pub struct IncludeDeleted<R> {
    rows: R,
}

impl<K: StorageKey, V: SystemColumns, R: EntityReader<K, V>> EntityReader<K, V> for IncludeDeleted<R> {
    fn access(&self) -> Access<'_, V> {
        self.rows.access().with_tombstones()
    }
}

impl<K: StorageKey, V: SystemColumns, S: EntityStore<K, V>> EntityStore<K, V> for IncludeDeleted<S> {
    fn backend(&self) -> &Arc<dyn StorageBackend> {
        self.rows.backend()
    }

    fn schema(&self) -> &Schema<K, V> {
        self.rows.schema()
    }
}

#[cfg(feature = "std")]
impl<K: StorageKey, V: SystemColumns, R: EntityWatch<K, V>> EntityWatch<K, V> for IncludeDeleted<R> {}
