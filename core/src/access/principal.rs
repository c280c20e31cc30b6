//! [`Principal`]: the user for whom a program acts.

use core::fmt;

use super::Role;
use crate::key::UserId;

/// The user for whom a program acts, and the user's role. The program must authenticate the user first.
///
/// ```
/// use keyloft::{Principal, Role};
///
/// let alice = Principal::new("alice", Role::Dba);
/// assert_eq!(alice.to_string(), "dba `alice`");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Principal {
    user_id: UserId,
    role: Role,
}

impl Principal {
    /// Creates the principal of this user in this role.
    pub fn new(user_id: impl Into<UserId>, role: Role) -> Self {
        Self { user_id: user_id.into(), role }
    }

    /// Returns the user's id.
    pub fn user_id(&self) -> &UserId {
        &self.user_id
    }

    /// Returns the user's role.
    pub fn role(&self) -> Role {
        self.role
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.role, self.user_id)
    }
}
