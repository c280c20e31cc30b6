//! [`KeyValue`]: a key without its Rust type.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::excerpt::{excerpt, excerpt_of_text};
use crate::key::{TotalF32, TotalF64};

/// A key, or a part of one, without its Rust type. A [`KeyShape`](super::KeyShape) says what its bytes are.
///
/// ```
/// use keyloft::StorageKey;
/// use keyloft::key::KeyValue;
///
/// let shape = <(String, i64)>::shape();
/// let value = KeyValue::Parts(vec![KeyValue::Text("attic".into()), KeyValue::Signed(-5)]);
/// let bytes = shape.encode(&value)?;
/// assert_eq!(bytes, *("attic".to_owned(), -5_i64).encode());
/// assert_eq!(shape.decode(&bytes)?, value);
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum KeyValue {
    /// The key without bytes.
    Unit,
    /// A boolean.
    Bool(bool),
    /// An unsigned integer of any width.
    Unsigned(u128),
    /// A signed integer of any width.
    Signed(i128),
    /// A floating-point number of 4 bytes.
    F32(TotalF32),
    /// A floating-point number of 8 bytes.
    F64(TotalF64),
    /// A text.
    Text(String),
    /// Bytes, an array of bytes or a UUID. It is also the key of an unknown shape, or of a shape with an unknown part.
    Bytes(Vec<u8>),
    /// An instant.
    Timestamp {
        /// The whole seconds since the Unix epoch, rounded down.
        seconds: i64,
        /// The nanoseconds since that second: below 10⁹, or below 2·10⁹ in a leap second of chrono.
        nanoseconds: u32,
    },
    /// An absent key.
    None,
    /// A present key.
    Some(Box<Self>),
    /// The parts of a struct or a tuple, or the text and the key on both sides of a colon.
    Parts(Vec<Self>),
    /// A variant of an enum.
    Variant {
        /// The name of the variant.
        name: String,
        /// The parts of the variant.
        parts: Vec<Self>,
    },
}

impl KeyValue {
    /// Returns the value as an error message shows it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Unsigned(number) => number.to_string(),
            Self::Signed(number) => number.to_string(),
            Self::Text(text) => excerpt_of_text(text.clone()),
            Self::Bytes(bytes) => excerpt(bytes),
            Self::Variant { name, .. } => excerpt_of_text(name.clone()),
            Self::Unit => "()".into(),
            Self::Bool(_) => "boolean".into(),
            Self::F32(_) | Self::F64(_) => "float".into(),
            Self::Timestamp { .. } => "timestamp".into(),
            Self::None => "None".into(),
            Self::Some(_) => "Some".into(),
            Self::Parts(_) => "parts".into(),
        }
    }
}
