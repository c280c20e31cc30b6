//! [`TableType`]: the owner and the lifetime of a table's rows.

use serde::{Deserialize, Serialize};

use crate::enum_text::enum_text;

/// The owner and the lifetime of a table's rows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub enum TableType {
    /// Each row belongs to one user.
    User,
    /// The rows are shared, under an access level.
    Shared,
    /// The rows expire.
    Stream,
    /// The rows belong to the system.
    System,
}

enum_text!(TableType { User = "user", Shared = "shared", Stream = "stream", System = "system" });
