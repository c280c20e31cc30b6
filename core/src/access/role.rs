//! [`Role`]: the rights of a user.

use serde::{Deserialize, Serialize};

use crate::enum_text::enum_text;

/// The rights of a user, in rising order.
///
/// ```
/// use keyloft::Role;
///
/// assert!(Role::User < Role::Service && Role::Service < Role::Dba && Role::Dba < Role::System);
/// assert_eq!("dba".parse(), Ok(Role::Dba));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Role {
    /// Reads public tables and the user's rows.
    User,
    /// Reads restricted tables too. This is the role of programs that work for users.
    Service,
    /// Reads the system's tables too.
    Dba,
    /// The role of the system itself.
    System,
}

enum_text!(Role { User = "user", Service = "service", Dba = "dba", System = "system" });
