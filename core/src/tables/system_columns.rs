//! [`SystemColumns`]: the columns `_updated` and `_deleted`, which every table of rows has besides the user's columns.

use alloc::sync::Arc;

use serde::Deserialize;

use crate::backend::Partition;
use crate::key::StorageKey;
use crate::shape::{HasShape, Shape};
use crate::store::schema::{KeyType, Layout};
use crate::store::{Entity, Index, Postcard, Schema, Sight, Visibility};
use crate::value::Envelope;

/// A row whose first two fields are the system columns: `_updated`, an `i64`, and `_deleted`, a `bool`.
///
/// Reads decode these fields without the rest to find tombstones.
pub trait SystemColumns: 'static {
    /// Returns the time of the row's last write, deletion or restoration, in milliseconds since the Unix epoch.
    fn updated(&self) -> i64;

    /// Returns `true` if the row is a tombstone: deleted, but still stored.
    fn is_deleted(&self) -> bool;

    /// Sets both columns, at the time `now`.
    fn set_deleted(&mut self, deleted: bool, now: i64);
}

/// The first fields of a stored row, in their stored order. They are decoded without the rest.
#[derive(Deserialize)]
struct Head {
    _updated: i64,
    deleted: bool,
}

/// Hides tombstones.
struct HideTombstones;

impl Visibility for HideTombstones {
    fn is_visible(&self, row: Envelope<'_>, sight: Sight) -> bool {
        let is_tombstone =
            || matches!(postcard::take_from_bytes(row.payload), Ok((Head { deleted: true, .. }, _)));
        sight.tombstones || !is_tombstone()
    }
}

/// The index of tombstones by the time of their deletion. A purge scans it.
pub(super) const fn deleted_index<V: SystemColumns>() -> Index<V, i64> {
    Index::new("deleted", |row: &V| row.is_deleted().then(|| row.updated()))
}

/// Returns the schema of a table of rows, with the index of tombstones.
pub(super) fn row_schema<K: StorageKey, V: SystemColumns + Entity + HasShape>(
    partition: Partition,
    visibility: Arc<dyn Visibility>,
    complete: fn(&mut Layout<V>),
) -> Schema<K, V> {
    let mut layout = Layout::new(partition, KeyType::of::<K>(), Arc::new(Postcard));
    layout.entity_shape = Some(Shape::of::<V>());
    layout.visibility = Some(visibility);
    layout.add_index(Arc::new(deleted_index()));
    complete(&mut layout);
    Schema::of(layout)
}

/// Returns the schema of a table of rows that do not expire.
pub(super) fn lasting_schema<K: StorageKey, V: SystemColumns + Entity + HasShape>(
    partition: Partition,
) -> Schema<K, V> {
    row_schema(partition, Arc::new(HideTombstones), |_| ())
}
