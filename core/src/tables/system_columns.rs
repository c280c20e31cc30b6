//! The columns that every table of rows has beside those of the user, `_updated` and `_deleted`.

use serde::Deserialize;

use crate::backend::Partition;
use crate::key::StorageKey;
use crate::store::{Entity, Index, Schema, Sight, Visibility};
use crate::value::Envelope;

/// An entity whose first two fields are the system columns: `_updated`, milliseconds since the Unix epoch, and
/// `_deleted`.
pub trait SystemColumns: 'static {
    /// Returns the time when the row was written, deleted or restored.
    fn updated(&self) -> i64;

    /// Returns whether the row is a tombstone: deleted, but kept.
    fn is_deleted(&self) -> bool;

    /// Sets both columns.
    fn set_deleted(&mut self, deleted: bool, now: i64);
}

/// The first fields of a row, decoded without the rest.
#[derive(Deserialize)]
struct Head {
    _updated: i64,
    deleted: bool,
}

/// Hides tombstones.
struct Tombstones;

impl Visibility for Tombstones {
    fn is_visible(&self, stored: &[u8], sight: Sight) -> bool {
        if sight.tombstones {
            return true;
        }
        let head =
            Envelope::open(stored).ok().map(|envelope| postcard::take_from_bytes::<Head>(envelope.payload));
        !matches!(head, Some(Ok((Head { deleted: true, .. }, _))))
    }
}

/// The index that a purge goes by: tombstones, by the time of their deletion.
pub(super) const fn deleted_index<V: SystemColumns>() -> Index<V, i64> {
    Index::new("deleted", |row: &V| row.is_deleted().then(|| row.updated()))
}

/// The schema of a table of rows that do not expire.
pub(super) fn row_schema<K: StorageKey, V: SystemColumns + Entity>(partition: Partition) -> Schema<K, V> {
    Schema::new(partition).index(deleted_index()).visibility(Tombstones)
}
