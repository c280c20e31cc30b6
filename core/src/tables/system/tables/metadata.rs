//! [`TableMetadata`]: the metadata of a table.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};

use serde::{Deserialize, Serialize};

use super::TableType;
use crate::access::TableAccess;
use crate::backend::Partition;
use crate::error::{ErrorKind, Place, Result};
use crate::key::{StorageId, TableId, UserId};
use crate::tables::shape::stored;
use crate::tables::system::SystemEntity;

/// The retention of tombstones in a new table: one week, in hours.
const DELETED_RETENTION_HOURS: u32 = 7 * 24;

/// The metadata of a table. The key is `table_id`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TableMetadata {
    /// The id, which is the key.
    pub table_id: TableId,
    /// The owner and the lifetime of the rows.
    pub table_type: TableType,
    /// The time of creation.
    pub created_at: i64,
    /// The location of the table's files.
    pub storage_location: String,
    /// The storage of the table's files. The storage can't be deleted while a table refers to it.
    pub storage_id: Option<StorageId>,
    /// `true` if each row is in the storage of its user instead.
    pub use_user_storage: bool,
    /// The policy for writing rows to files, in JSON.
    pub flush_policy: String,
    /// The version of the columns.
    pub schema_version: u32,
    /// The retention of tombstones, in hours.
    pub deleted_retention_hours: u32,
    /// The access level of a shared table.
    pub access_level: Option<TableAccess>,
    /// The owner. A private table must have one.
    pub owner: Option<UserId>,
}

stored!(TableMetadata {
    table_id: TableId,
    table_type: TableType,
    created_at: i64,
    storage_location: String,
    storage_id: Option<StorageId>,
    use_user_storage: bool,
    flush_policy: String,
    schema_version: u32,
    deleted_retention_hours: u32,
    access_level: Option<TableAccess>,
    owner: Option<UserId>,
});

impl TableMetadata {
    /// Creates the metadata of a table that is created at `now`.
    ///
    /// The table has no storage, an empty flush policy, version 1, a retention of one week, no access level and no owner.
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

    /// Refuses the metadata of another type of table.
    pub(crate) fn require_type(&self, table_type: TableType, otherwise: &str) -> Result<()> {
        if self.table_type == table_type {
            return Ok(());
        }
        let place = Place::entity(&Partition::from(Self::PARTITION), self.table_id.to_string());
        Err(ErrorKind::Invalid { place, reason: otherwise.to_owned() }.into())
    }
}
