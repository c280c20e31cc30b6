//! [`TableMetadata`]: what the system knows of a table.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};

use serde::{Deserialize, Serialize};

use super::TableType;
use crate::access::TableAccess;
use crate::backend::Partition;
use crate::error::{Error, Place, Result};
use crate::key::{StorageId, TableId, UserId};
use crate::tables::system::SystemEntity;

/// How long a new table keeps soft-deleted rows: a week, in hours.
const DELETED_RETENTION_HOURS: u32 = 7 * 24;

/// What the system knows of a table; the key is `table_id`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TableMetadata {
    /// The id, which is the key.
    pub table_id: TableId,
    /// Whose rows it holds.
    pub table_type: TableType,
    /// When it was created.
    pub created_at: i64,
    /// Where its files are.
    pub storage_location: String,
    /// The storage of its files, which can't be deleted.
    pub storage_id: Option<StorageId>,
    /// Whether a row's user decides on the storage instead.
    pub use_user_storage: bool,
    /// When rows are written to files, in JSON.
    pub flush_policy: String,
    /// The version of its columns.
    pub schema_version: u32,
    /// How long soft-deleted rows are kept.
    pub deleted_retention_hours: u32,
    /// Who may read it; shared tables only.
    pub access_level: Option<TableAccess>,
    /// Whom it belongs to; a private table belongs to somebody.
    pub owner: Option<UserId>,
}

impl TableMetadata {
    /// A table created now: no storage named, an empty flush policy, version 1, soft-deleted rows kept for a week, no
    /// access level, no owner.
    pub fn new(table_id: TableId, table_type: TableType, now: i64) -> Self {
        Self {
            table_id,
            table_type,
            created_at: now,
            storage_location: String::new(),
            storage_id: None,
            use_user_storage: false,
            flush_policy: "{}".to_owned(),
            schema_version: 1,
            deleted_retention_hours: DELETED_RETENTION_HOURS,
            access_level: None,
            owner: None,
        }
    }

    /// Refuses the entry of a table of another type.
    pub(crate) fn require_type(&self, table_type: TableType, otherwise: &str) -> Result<()> {
        if self.table_type == table_type {
            return Ok(());
        }
        let place = Place::entity(&Partition::from(Self::PARTITION), self.table_id.to_string());
        Err(Error::Invalid { place, reason: otherwise.to_owned() })
    }
}
