//! [`AuthType`]: the way a user signs in.

use serde::{Deserialize, Serialize};

use crate::enum_text::enum_text;

/// The way a user signs in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub enum AuthType {
    /// A password, whose hash is stored.
    Password,
    /// An external service, which `auth_data` describes.
    OAuth,
    /// None: the user is a part of the system and can't sign in.
    Internal,
}

enum_text!(AuthType { Password = "password", OAuth = "oauth", Internal = "internal" });
