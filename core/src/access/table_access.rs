//! [`TableAccess`]: the roles that may read a shared table.

use serde::{Deserialize, Serialize};

use crate::enum_text::enum_text;

/// The roles that may read a shared or stream table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum TableAccess {
    /// Every role.
    Public,
    /// No role; the owner alone.
    Private,
    /// [`Role::Service`](crate::Role::Service) and above, and the owner.
    Restricted,
}

enum_text!(TableAccess { Public = "public", Private = "private", Restricted = "restricted" });
