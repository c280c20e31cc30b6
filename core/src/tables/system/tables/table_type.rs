//! [`TableType`]: whose rows a table holds.

use serde::{Deserialize, Serialize};

/// Whose rows a table holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum TableType {
    /// Each user's own.
    User,
    /// Everybody's, under an access level.
    Shared,
    /// Rows that expire.
    Stream,
    /// The system's.
    System,
}
