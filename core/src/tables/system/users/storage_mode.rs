//! [`StorageMode`]: the setting that selects the storage of a user's rows.

use serde::{Deserialize, Serialize};

use crate::enum_text::enum_text;

/// The setting that selects the storage of a user's rows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub enum StorageMode {
    /// The storage of the table.
    Table,
    /// The storage of the user's region.
    Region,
}

enum_text!(StorageMode { Table = "table", Region = "region" });
