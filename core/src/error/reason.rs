//! [`DecodeReason`] and [`EncodeReason`]: why bytes are no entity, and why an entity has no bytes.

use alloc::boxed::Box;
use alloc::string::String;

use thiserror::Error;

/// The reason why stored bytes can't be decoded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DecodeReason {
    /// The value is shorter than an envelope.
    #[error("it ends inside the envelope")]
    Truncated,
    /// The envelope has a format that this program does not know.
    #[error("its format byte is {0:#04x}, known is {known:#04x}", known = crate::value::FORMAT)]
    UnknownFormat(u8),
    /// The schema version is not written in its shortest form, or does not fit 32 bits.
    #[error("its schema version is malformed")]
    BadVersion,
    /// The version is older, and the table has no upgrade from it.
    #[error("it has schema version {found}, the table has {known} and no upgrade from it")]
    NoUpgrade {
        /// The version in the value.
        found: u32,
        /// The table's version.
        known: u32,
    },
    /// The version is newer than the table's.
    #[error("it has schema version {found}, this program knows up to {known}")]
    NewerVersion {
        /// The version in the value.
        found: u32,
        /// The table's version.
        known: u32,
    },
    /// The payload goes on after the entity.
    #[error("{0} bytes follow the entity")]
    TrailingBytes(usize),
    /// The payload is not the entity.
    #[error("{0}")]
    Postcard(postcard::Error),
    /// An upgrade, or a codec of your own, refused the payload.
    #[error("{0}")]
    Other(Box<str>),
}

impl DecodeReason {
    /// The reason of an upgrade, or of a codec of your own.
    pub fn other(reason: impl Into<String>) -> Self {
        Self::Other(reason.into().into_boxed_str())
    }
}

/// The reason why an entity can't be encoded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EncodeReason {
    /// Postcard, or the entity's `Serialize`, failed.
    #[error("{0}")]
    Postcard(postcard::Error),
    /// The table's codec refused the entity.
    #[error("{0}")]
    Other(Box<str>),
}

impl EncodeReason {
    /// The reason of a codec.
    pub fn other(reason: impl Into<String>) -> Self {
        Self::Other(reason.into().into_boxed_str())
    }
}

impl From<postcard::Error> for EncodeReason {
    fn from(error: postcard::Error) -> Self {
        Self::Postcard(error)
    }
}
