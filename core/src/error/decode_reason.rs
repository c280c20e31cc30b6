//! [`DecodeReason`]: what is wrong with stored bytes.

use thiserror::Error;

/// What is wrong with the bytes of a value.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DecodeReason {
    /// Shorter than an envelope.
    #[error("it ends inside the envelope")]
    Truncated,
    /// An envelope of a kind that this program does not know.
    #[error("its format byte is {0:#04x}, known is {known:#04x}", known = crate::value::FORMAT)]
    UnknownFormat(u8),
    /// A schema version that is not written the one way it can be.
    #[error("its schema version is not a number")]
    BadVersion,
    /// An older version that the store has no upgrade for.
    #[error("it has schema version {found}, the store has {known} and no upgrade from it")]
    NoUpgrade {
        /// The version in the value.
        found: u32,
        /// The store's version.
        known: u32,
    },
    /// A payload that goes on after the entity.
    #[error("{0} bytes follow the entity")]
    TrailingBytes(usize),
    /// A payload that is not the entity.
    #[error("{0}")]
    Postcard(postcard::Error),
}
