//! [`TableType`]: the owner and the lifetime of a table's rows.

use serde::{Deserialize, Serialize};

use crate::enum_text::enum_text;

/// The owner and the lifetime of a table's rows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub enum TableType {
    /// A table of rows that each belong to one user.
    User,
    /// A table of rows of several users, under an access level.
    Shared,
    /// A table of rows that expire.
    Stream,
    /// A system table.
    System,
}

enum_text!(TableType { User = "user", Shared = "shared", Stream = "stream", System = "system" });
