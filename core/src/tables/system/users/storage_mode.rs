//! [`StorageMode`]: what decides where a user's rows are kept.

use serde::{Deserialize, Serialize};

/// What decides where a user's rows are kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum StorageMode {
    /// The table.
    Table,
    /// The user's region.
    Region,
}
