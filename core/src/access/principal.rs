//! [`Principal`]: who asks.

use core::fmt;

use super::Role;
use crate::key::UserId;

/// Who asks: a user and their role. Whoever makes one has checked that they are who they say.
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
    /// This user, in this role.
    pub fn new(user_id: impl Into<UserId>, role: Role) -> Self {
        Self { user_id: user_id.into(), role }
    }

    /// The user.
    pub fn user_id(&self) -> &UserId {
        &self.user_id
    }

    /// The role.
    pub fn role(&self) -> Role {
        self.role
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.role, self.user_id)
    }
}
