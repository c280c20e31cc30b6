//! [`Storage`]: where data is kept.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::StorageType;

/// Where a new storage keeps a shared table's files, below the base directory.
const SHARED_TABLES_TEMPLATE: &str = "{namespace}/{table}";
/// Where a new storage keeps a user's files of a table, below the base directory.
const USER_TABLES_TEMPLATE: &str = "{namespace}/{table}/{user}";

/// Where data is kept.
///
/// The credentials are stored and go out through serde; `Debug` and `Display` never show them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Storage {
    /// The name, for people.
    pub storage_name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What kind of place it is.
    pub storage_type: StorageType,
    /// Below what everything is kept.
    pub base_directory: String,
    /// What gives access to it.
    pub credentials: Option<String>,
    /// Where a shared table's files are, below the base directory.
    pub shared_tables_template: String,
    /// Where a user's files of a table are, below the base directory.
    pub user_tables_template: String,
    /// When it was created.
    pub created_at: i64,
    /// When it was last changed.
    pub updated_at: i64,
}

impl Storage {
    /// A storage created now: no credentials, shared tables in `{namespace}/{table}`, users' in
    /// `{namespace}/{table}/{user}`.
    pub fn new(
        storage_name: impl Into<String>,
        storage_type: StorageType,
        base_directory: impl Into<String>,
        now: i64,
    ) -> Self {
        Self {
            storage_name: storage_name.into(),
            description: None,
            storage_type,
            base_directory: base_directory.into(),
            credentials: None,
            shared_tables_template: SHARED_TABLES_TEMPLATE.to_owned(),
            user_tables_template: USER_TABLES_TEMPLATE.to_owned(),
            created_at: now,
            updated_at: now,
        }
    }
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} at {})", self.storage_name, self.storage_type, self.base_directory)
    }
}

impl fmt::Debug for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Storage")
            .field("storage_name", &self.storage_name)
            .field("description", &self.description)
            .field("storage_type", &self.storage_type)
            .field("base_directory", &self.base_directory)
            .field("shared_tables_template", &self.shared_tables_template)
            .field("user_tables_template", &self.user_tables_template)
            .field("created_at", &self.created_at)
            .field("updated_at", &self.updated_at)
            .finish_non_exhaustive()
    }
}
