//! [`Role`]: what a user may do.

use core::fmt;

use serde::{Deserialize, Serialize};

/// What a user may do, in rising order.
///
/// ```
/// use keyloft::Role;
///
/// assert!(Role::User < Role::Service && Role::Service < Role::Dba && Role::Dba < Role::System);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Role {
    /// Their own rows, and what is public.
    User,
    /// What is restricted too: programs that work for the users.
    Service,
    /// The system's tables too.
    Dba,
    /// The system itself.
    System,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::User => "user",
            Self::Service => "service",
            Self::Dba => "dba",
            Self::System => "system",
        })
    }
}
