//! [`TableAccess`]: who may read a shared table.

use serde::{Deserialize, Serialize};

/// Who may use a table that is not one user's own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum TableAccess {
    /// Every role reads it.
    Public,
    /// Its owner alone, whatever the role.
    Private,
    /// [`Role::Service`](crate::Role::Service) and above.
    Restricted,
}
