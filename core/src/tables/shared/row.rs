//! [`SharedTableRow`]: a row of a shared table.

use serde::{Deserialize, Serialize};

use crate::tables::SystemColumns;
use crate::tables::row::Row;
use crate::tables::shape::shape;

/// A row of a shared table, with the system columns.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SharedTableRow {
    /// The time of the last write, deletion or restoration, in milliseconds since the Unix epoch.
    #[serde(rename = "_updated")]
    pub updated: i64,
    /// `true` for a tombstone.
    #[serde(rename = "_deleted")]
    pub deleted: bool,
    /// The user's columns.
    pub row: Row,
}

shape!(SharedTableRow {
    updated as "_updated": i64,
    deleted as "_deleted": bool,
    row: Row,
});

impl SharedTableRow {
    /// Creates a row that is written at `now`.
    pub fn new(row: Row, now: i64) -> Self {
        Self { updated: now, deleted: false, row }
    }
}

impl SystemColumns for SharedTableRow {
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
