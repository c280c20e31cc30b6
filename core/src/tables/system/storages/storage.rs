//! [`Storage`]: a storage of table files.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::StorageType;
use crate::tables::shape::stored;

/// The default path of a shared table's files, relative to the base directory.
const SHARED_TABLES_TEMPLATE: &str = "{namespace}/{table}";
/// The default path of a user's files of a table, relative to the base directory.
const USER_TABLES_TEMPLATE: &str = "{namespace}/{table}/{user}";

/// A storage of table files.
///
/// Serde writes the credentials. `Debug` and `Display` never show them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Storage {
    /// The name, for people.
    pub storage_name: String,
    /// The purpose, for people.
    pub description: Option<String>,
    /// The kind of the storage.
    pub storage_type: StorageType,
    /// The base directory of all files.
    pub base_directory: String,
    /// The credentials for access to the storage.
    pub credentials: Option<String>,
    /// The path of a shared table's files, relative to the base directory.
    pub shared_tables_template: String,
    /// The path of a user's files of a table, relative to the base directory.
    pub user_tables_template: String,
    /// The time of creation.
    pub created_at: i64,
    /// The time of the last change.
    pub updated_at: i64,
}

stored!(Storage {
    storage_name: String,
    description: Option<String>,
    storage_type: StorageType,
    base_directory: String,
    credentials: Option<String>,
    shared_tables_template: String,
    user_tables_template: String,
    created_at: i64,
    updated_at: i64,
});

impl Storage {
    /// Creates a storage that is created at `now`, without credentials.
    ///
    /// Files of shared tables are in `{namespace}/{table}`, and files of user tables in `{namespace}/{table}/{user}`.
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
