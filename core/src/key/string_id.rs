//! The ids that are text, each with its own type.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use alloc::vec::Vec;
use core::convert::Infallible;
use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use super::as_key::borrowed;
use super::lower_case::lower_case;
use super::storage_key::invalid;
use super::{AsKey, KeyShape, Prefix, PrefixBy, StorageKey};
use crate::error::Result;
use crate::excerpt;
use crate::stored::{Field, Stored};

macro_rules! string_id {
    ($(#[$docs:meta])* $name:ident) => {
        $(#[$docs])*
        ///
        /// Every string is a legal id. Its bytes are the UTF-8 of the string, which is also its order.
        ///
        /// ```
        #[doc = concat!("use keyloft::", stringify!($name), ";")]
        ///
        #[doc = concat!("let id = ", stringify!($name), "::new(\"did:example:7\");")]
        /// assert_eq!(id.as_str(), "did:example:7");
        #[doc = concat!("assert_eq!(id, \"did:example:7\".parse::<", stringify!($name), ">().unwrap());")]
        /// assert_eq!(id.to_string(), id.into_string());
        /// ```
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Creates the id from text.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// Returns the prefix of the ids that begin with this text.
            pub fn prefix(start: impl AsRef<str>) -> Prefix<Self> {
                Prefix::of(start.as_ref())
            }

            /// Returns the text of the id.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Returns the UTF-8 of the text, which is the bytes of the key.
            pub fn as_bytes(&self) -> &[u8] {
                self.0.as_bytes()
            }

            /// Returns the text without a copy.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl StorageKey for $name {
            fn encode(&self) -> Cow<'_, [u8]> {
                Cow::Borrowed(self.as_bytes())
            }

            fn decode(bytes: &[u8]) -> Result<Self> {
                match core::str::from_utf8(bytes) {
                    Ok(text) => Ok(Self(text.to_owned())),
                    Err(_) => Err(invalid(stringify!($name), "it is not UTF-8", bytes)),
                }
            }

            fn describe(&self) -> String {
                excerpt::excerpt(self.as_bytes())
            }

            fn shape() -> KeyShape {
                KeyShape::Text
            }
        }

        borrowed! {
            $name: str;
            $name: String;
        }

        impl Field for $name {
            fn store(&self, out: &mut Vec<u8>) {
                self.0.store(out);
            }

            fn load(stored: &mut Stored<'_>) -> Self {
                Self(stored.text())
            }
        }

        impl PrefixBy<&str> for $name {
            fn write_prefix(start: &str, out: &mut Vec<u8>) {
                out.extend_from_slice(start.as_bytes());
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl FromStr for $name {
            type Err = Infallible;

            fn from_str(id: &str) -> Result<Self, Infallible> {
                Ok(Self::from(id))
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                self.0.as_bytes()
            }
        }
    };
}

string_id! {
    /// The id of a user, who owns rows.
    UserId
}
string_id! {
    /// The id of a namespace, which contains tables.
    NamespaceId
}
string_id! {
    /// The id of a storage, a place where data is kept.
    StorageId
}
string_id! {
    /// The name of a table within its namespace.
    TableName
}
string_id! {
    /// The id of a background job.
    JobId
}
string_id! {
    /// The id of a live query, whose result is kept up to date.
    LiveQueryId
}
string_id! {
    /// The name that a user signs in with.
    ///
    /// The table of users refuses some names, and normalizes none: see its [rule](crate::tables::system::users#names).
    UserName
}

impl UserName {
    /// Returns the name in lower case, for comparisons that ignore case.
    ///
    /// Each character is mapped as Unicode 17.0 says, and a final sigma becomes a plain one.
    ///
    /// ```
    /// use keyloft::UserName;
    ///
    /// assert_eq!(UserName::new("ALICE").to_lowercase(), UserName::new("alice"));
    /// assert_eq!(UserName::new("ΟΔΟΣ").to_lowercase(), UserName::new("οδος").to_lowercase());
    /// ```
    #[must_use]
    pub fn to_lowercase(&self) -> Self {
        Self(if self.0.is_ascii() { self.0.to_ascii_lowercase() } else { lower_case(&self.0) })
    }
}
