//! [`TableAccess`]: the access level of a shared or stream table.

use serde::{Deserialize, Serialize};

use crate::enum_text::enum_text;

/// The access level of a shared or stream table. Each level names the principals that may read the table.
///
/// [`CrossUserTableStore::can_write`](crate::CrossUserTableStore::can_write) lists the roles that may write it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum TableAccess {
    /// Every role.
    Public,
    /// The owner alone, whatever the role.
    Private,
    /// [`Role::Service`](crate::Role::Service) and above, and the owner.
    Restricted,
}

enum_text!(TableAccess { Public = "public", Private = "private", Restricted = "restricted" });
