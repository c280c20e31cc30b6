//! [`KeyShape`]: the encoding of a key type, as data.

mod build;
mod decode;
mod describe;
mod difference;
mod display;
mod encode;
mod fault;
mod instant;
mod parse;
mod stored;
mod text;
mod value;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

pub use build::KeyField;
pub use value::KeyValue;

/// The encoding of a key type, as data: how the bytes of its keys are divided, and how each part is read.
///
/// [`StorageKey::shape`](super::StorageKey::shape) returns it. The catalog stores it, so that keys can be compared, read
/// and written without their Rust type. [`Display`](core::fmt::Display) writes it in words.
///
/// ```
/// use std::cmp::Reverse;
///
/// use keyloft::StorageKey;
/// use keyloft::key::KeyShape;
///
/// #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
/// struct DeviceId(String);
///
/// #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
/// struct Reading {
///     device: DeviceId,
///     at: Reverse<i64>,
/// }
///
/// assert_eq!(DeviceId::shape(), KeyShape::Text);
/// assert_eq!(Reading::shape().to_string(), "(device: text, at: descending i64)");
/// assert_eq!(<(u8, Option<bool>)>::shape().to_string(), "(u8, optional bool)");
/// ```
///
/// The derive names the parts of a struct after its fields. The parts of a tuple have no names. A struct of one field has
/// the shape of that field.
#[derive(Eq, Debug)]
#[non_exhaustive]
pub enum KeyShape {
    /// A key type whose encoding is not described: an implementation of [`StorageKey`](super::StorageKey) by hand.
    Unknown,
    /// A key without bytes, as `()`.
    Unit,
    /// A byte that is 0 or 1.
    Bool,
    /// An unsigned integer: a big-endian number.
    U8,
    /// An unsigned integer of 2 bytes.
    U16,
    /// An unsigned integer of 4 bytes.
    U32,
    /// An unsigned integer of 8 bytes.
    U64,
    /// An unsigned integer of 16 bytes.
    U128,
    /// A signed integer: a big-endian number with the sign bit flipped.
    I8,
    /// A signed integer of 2 bytes.
    I16,
    /// A signed integer of 4 bytes.
    I32,
    /// A signed integer of 8 bytes.
    I64,
    /// A signed integer of 16 bytes.
    I128,
    /// A floating-point number of 4 bytes, as [`TotalF32`](super::TotalF32) encodes it.
    F32,
    /// A floating-point number of 8 bytes, as [`TotalF64`](super::TotalF64) encodes it.
    F64,
    /// UTF-8, as `String` and the ids of the system.
    Text,
    /// Bytes of any length, as `Vec<u8>` and [`RowId`](super::RowId).
    Bytes,
    /// This number of bytes.
    Array(u32),
    /// A UUID of 16 bytes.
    Uuid,
    /// A [timestamp](super#timestamps) of 12 bytes: seconds since the Unix epoch as an `i64`, and nanoseconds as a `u32`.
    Timestamp,
    /// A byte that is 0, or 1 before a key.
    Option(Box<Self>),
    /// A key in its self-delimiting form with every bit flipped.
    Reverse(Box<Self>),
    /// The parts of a struct or a tuple, each but the last in its self-delimiting form.
    Parts(Vec<KeyPart>),
    /// One of several variants: a byte, the variant's number, before its parts.
    Enum(Vec<KeyVariant>),
    /// A text with `%` and `:` written as `%25` and `%3A`, a colon, and another key, as [`UserRowId`](super::UserRowId) and
    /// [`TableId`](super::TableId).
    Joined {
        /// The name of the text before the colon.
        left: String,
        /// The key after the colon.
        right: Box<KeyPart>,
    },
}

/// Derived, it would be compiled for each crate that clones a shape.
impl Clone for KeyShape {
    fn clone(&self) -> Self {
        match self {
            Self::Array(len) => Self::Array(*len),
            Self::Option(inner) => Self::Option(inner.clone()),
            Self::Reverse(inner) => Self::Reverse(inner.clone()),
            Self::Parts(parts) => Self::Parts(parts.clone()),
            Self::Enum(variants) => Self::Enum(variants.clone()),
            Self::Joined { left, right } => Self::Joined { left: left.clone(), right: right.clone() },
            plain => Self::plain(plain.number()).unwrap_or(Self::Unknown),
        }
    }
}

impl KeyShape {
    /// Returns the number of parts of which the encoding or the name is unknown.
    pub(crate) fn unknowns(&self) -> usize {
        let of = |parts: &[KeyPart]| {
            parts.iter().map(|part| usize::from(part.name.is_none()) + part.shape.unknowns()).sum()
        };
        match self {
            Self::Unknown => 1,
            Self::Option(inner) | Self::Reverse(inner) => inner.unknowns(),
            Self::Parts(parts) => of(parts),
            Self::Enum(variants) => variants.iter().map(|variant| of(&variant.parts)).sum(),
            Self::Joined { right, .. } => right.shape.unknowns(),
            _ => 0,
        }
    }
}

/// A part of a composite key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyPart {
    /// The name of the field. The parts of a tuple have none.
    pub name: Option<String>,
    /// The encoding of the part.
    pub shape: KeyShape,
}

/// A variant of an enum that is a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyVariant {
    /// The name of the variant.
    pub name: String,
    /// The byte that the variant's keys begin with.
    pub number: u8,
    /// The parts after that byte. A variant without fields has none.
    pub parts: Vec<KeyPart>,
}

#[cfg(test)]
mod tests;
