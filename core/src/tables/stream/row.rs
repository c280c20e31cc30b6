//! [`StreamTableRow`]: a row of a stream table.

use serde::{Deserialize, Serialize};

use crate::entity::Expiring;
use crate::tables::SystemColumns;
use crate::tables::row::Row;
use crate::tables::shape::shape;

/// A row of a stream table, with the system columns and the time of its expiry.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StreamTableRow {
    /// The time of the last write, deletion or restoration, in milliseconds since the Unix epoch.
    #[serde(rename = "_updated")]
    pub updated: i64,
    /// `true` for a tombstone.
    #[serde(rename = "_deleted")]
    pub deleted: bool,
    /// The time of expiry, in milliseconds since the Unix epoch, or `None` if the row does not expire.
    pub expires_at: Option<i64>,
    /// The user's columns.
    pub row: Row,
}

shape!(StreamTableRow {
    updated as "_updated": i64,
    deleted as "_deleted": bool,
    expires_at: Option<i64>,
    row: Row,
});

impl StreamTableRow {
    /// Creates a row that is written at `now` and expires `ttl` milliseconds later.
    ///
    /// The row does not expire if the time of expiry exceeds an `i64`.
    pub fn new(row: Row, now: i64, ttl: u64) -> Self {
        Self { expires_at: now.checked_add_unsigned(ttl), ..Self::lasting(row, now) }
    }

    /// Creates a row that is written at `now` and does not expire.
    pub fn lasting(row: Row, now: i64) -> Self {
        Self { updated: now, deleted: false, expires_at: None, row }
    }
}

impl Expiring for StreamTableRow {
    fn expires_at(&self) -> Option<i64> {
        self.expires_at
    }
}

impl SystemColumns for StreamTableRow {
    fn updated(&self) -> i64 {
        self.updated
    }

    fn is_deleted(&self) -> bool {
        self.deleted
    }

    fn set_deleted(&mut self, deleted: bool, now: i64) {
        self.deleted = deleted;
        self.updated = now;
    }
}
