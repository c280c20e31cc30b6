//! [`Role`]: the rights of a user.

use serde::{Deserialize, Serialize};

use crate::enum_text::enum_text;

/// The rights of a user, in ascending order.
///
/// ```
/// use keyloft::Role;
///
/// assert!(Role::User < Role::Service && Role::Service < Role::Dba && Role::Dba < Role::System);
/// assert_eq!("dba".parse(), Ok(Role::Dba));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Role {
    /// An ordinary user, who reads public tables.
    User,
    /// A program that works for users. It also reads restricted tables.
    Service,
    /// An administrator, who also reads the system's tables.
    Dba,
    /// The system itself.
    System,
}

enum_text!(Role { User = "user", Service = "service", Dba = "dba", System = "system" });
