//! [`UserTableRow`]: a row of a user table.

use serde::{Deserialize, Serialize};

use crate::tables::SystemColumns;
use crate::tables::row::Row;
use crate::tables::shape::shape;

/// A row of a user table, with the system columns.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct UserTableRow {
    /// The time of the last write, deletion or restoration, in milliseconds since the Unix epoch.
    #[serde(rename = "_updated")]
    pub updated: i64,
    /// `true` for a tombstone.
    #[serde(rename = "_deleted")]
    pub deleted: bool,
    /// The user's columns.
    pub row: Row,
}

shape!(UserTableRow {
    updated as "_updated": i64,
    deleted as "_deleted": bool,
    row: Row,
});

impl UserTableRow {
    /// Creates a row that is written at `now`.
    pub fn new(row: Row, now: i64) -> Self {
        Self { updated: now, deleted: false, row }
    }
}

impl SystemColumns for UserTableRow {
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
