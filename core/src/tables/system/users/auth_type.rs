//! [`AuthType`]: how a user signs in.

use serde::{Deserialize, Serialize};

/// How a user signs in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum AuthType {
    /// By a password, whose hash is kept.
    Password,
    /// By another service, of which `auth_data` tells.
    OAuth,
    /// Not at all: part of the system.
    Internal,
}
