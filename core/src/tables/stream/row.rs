//! [`StreamTableRow`]: a row of a stream table.

use serde::{Deserialize, Serialize};

use crate::tables::SystemColumns;
use crate::tables::row::Row;

/// A row of a stream table, with the system columns and the time it lives to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StreamTableRow {
    /// When it was written, deleted or restored, in milliseconds since the Unix epoch.
    #[serde(rename = "_updated")]
    pub updated: i64,
    /// Whether it is deleted: kept, but hidden.
    #[serde(rename = "_deleted")]
    pub deleted: bool,
    /// From when on it is not there any more, in milliseconds since the Unix epoch; `None` is never.
    pub expires_at: Option<i64>,
    /// The user's columns.
    pub row: Row,
}

impl StreamTableRow {
    /// The row as written at `now`, to live for `ttl` milliseconds.
    ///
    /// A time to live past the end of time is for ever.
    pub fn new(row: Row, now: i64, ttl: u64) -> Self {
        Self { expires_at: now.checked_add_unsigned(ttl), ..Self::lasting(row, now) }
    }

    /// The row as written at `now`, to live for ever.
    pub fn lasting(row: Row, now: i64) -> Self {
        Self { updated: now, deleted: false, expires_at: None, row }
    }
}

/// A row that can expire. The stores of such rows have them in the index `expires`.
pub trait Expiring: SystemColumns {
    /// From when on it is not there any more, in milliseconds since the Unix epoch; `None` is never.
    fn expires_at(&self) -> Option<i64>;
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
