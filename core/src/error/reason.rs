//! [`DecodeReason`] and [`EncodeReason`]: the reasons why decoding and encoding fail.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::{String, ToString};

use thiserror::Error;

use crate::value::LEFT_OUT;

/// The reason why stored bytes can't be decoded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DecodeReason {
    /// A value that ends inside its envelope.
    #[error("it ends inside the envelope")]
    Truncated,
    /// An envelope of an unknown format.
    #[error("its format byte is {0:#04x}, this program knows {known:#04x}", known = crate::value::FORMAT)]
    UnknownFormat(u8),
    /// A value that is damaged, or that belongs to another key or to another partition.
    #[error("its value has changed since it was written, or belongs to another key")]
    WrongChecksum,
    /// A schema version that is not a varint in its shortest form, or that does not fit into 32 bits.
    #[error("its schema version is malformed")]
    BadVersion,
    /// A version older than the table's, without an upgrade.
    #[error("it has schema version {found}, the table has {known} and no upgrade from it")]
    NoUpgrade {
        /// The version in the value.
        found: u32,
        /// The table's version.
        known: u32,
    },
    /// A version newer than the table's.
    #[error("it has schema version {found}, this program knows up to {known}")]
    NewerVersion {
        /// The version in the value.
        found: u32,
        /// The table's version.
        known: u32,
    },
    /// A payload that continues after the entity.
    #[error("{0} bytes follow the entity")]
    TrailingBytes(usize),
    /// A payload that postcard can't decode as the entity.
    #[error("{0}")]
    Postcard(postcard::Error),
    /// A payload that an upgrade or a custom codec refused.
    #[error("{0}")]
    Other(Box<str>),
}

impl DecodeReason {
    /// Creates the reason of an upgrade or a custom codec.
    pub fn other(reason: impl Into<String>) -> Self {
        Self::Other(reason.into().into_boxed_str())
    }
}

/// The reason why an entity can't be encoded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EncodeReason {
    /// An entity that postcard or the entity's `Serialize` refused. Postcard does not keep the text of `Serialize`.
    #[error("{}", refusal(.0))]
    Postcard(postcard::Error),
    /// An entity that a custom codec refused.
    #[error("{0}")]
    Other(Box<str>),
}

impl EncodeReason {
    /// Creates the reason of a custom codec.
    pub fn other(reason: impl Into<String>) -> Self {
        Self::Other(reason.into().into_boxed_str())
    }
}

impl From<postcard::Error> for EncodeReason {
    fn from(error: postcard::Error) -> Self {
        Self::Postcard(error)
    }
}

/// Returns the text of postcard's error. A row is refused for one reason only, which its error can't name. A field that is left
/// out has an error of postcard that is for reads otherwise.
fn refusal(error: &postcard::Error) -> Cow<'static, str> {
    match error {
        postcard::Error::SerdeSerCustom => Cow::Borrowed(
            "its `Serialize` returned an error, as that of a row does if it nests more than 64 levels",
        ),
        &LEFT_OUT => Cow::Borrowed(
            "a struct leaves out a field, as it does with serde's `skip_serializing_if`, and a read would take the next \
             field's bytes for it",
        ),
        other => Cow::Owned(other.to_string()),
    }
}
