//! [`RowId`]: the id of a row within its table.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{Deserializer, Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::storage_key::invalid;
use super::{KeyShape, Prefix, PrefixBy, StorageKey};
use crate::error::Result;
use crate::excerpt;

/// The id of a row within its table, which may be any bytes.
///
/// [`Display`](fmt::Display) writes the id for people. [`to_hex`](RowId::to_hex) returns text that
/// [`from_hex`](RowId::from_hex) reads back. Serde writes that text in formats for people, such as JSON, and the bytes in
/// binary formats.
///
/// ```
/// use keyloft::RowId;
///
/// let text = RowId::from_string("row456");
/// let bytes = RowId::new([0xff, 0x00]);
/// assert_eq!((text.to_string(), bytes.to_string()), ("row456".to_owned(), "ff00".to_owned()));
/// assert_eq!((format!("{text:?}"), format!("{bytes:?}")), ("RowId(\"row456\")".to_owned(), "RowId(0xff00)".to_owned()));
/// assert_eq!(RowId::from_hex(&bytes.to_hex())?, bytes);
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(Vec<u8>);

impl RowId {
    /// Creates the id from bytes.
    pub fn new(id: impl Into<Vec<u8>>) -> Self {
        Self(id.into())
    }

    /// Creates the id from the UTF-8 of `id`.
    pub fn from_string(id: &str) -> Self {
        Self(id.as_bytes().to_vec())
    }

    /// Reads the id from the text that [`to_hex`](RowId::to_hex) returns, in lower or upper case.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidKey`](crate::ErrorKind::InvalidKey) if the text is not hex.
    pub fn from_hex(text: &str) -> Result<Self> {
        match hex::decode(text) {
            Ok(bytes) => Ok(Self(bytes)),
            Err(_) => Err(invalid("RowId", "it is not an even number of hex digits", text.as_bytes())),
        }
    }

    /// Returns the prefix of the ids that begin with these bytes.
    pub fn prefix(start: impl AsRef<[u8]>) -> Prefix<Self> {
        Prefix::of(start.as_ref())
    }

    /// Returns the bytes of the id, which are the bytes of the key.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the bytes in lower-case hex.
    pub fn to_hex(&self) -> String {
        hex::encode(&self.0)
    }

    /// Returns the bytes without a copy.
    pub fn into_inner(self) -> Vec<u8> {
        self.0
    }
}

/// Writes row bytes for people: as text if they are UTF-8, else as hex.
pub(super) fn display_row(row: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match core::str::from_utf8(row) {
        Ok(text) => f.write_str(text),
        Err(_) => f.write_str(&hex::encode(row)),
    }
}

/// Writes row bytes so that text and hex can be told apart.
pub(super) fn debug_row(row: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match core::str::from_utf8(row) {
        Ok(text) => fmt::Debug::fmt(text, f),
        Err(_) => write!(f, "0x{}", hex::encode(row)),
    }
}

impl StorageKey for RowId {
    fn encode(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.0)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        Ok(Self(bytes.to_vec()))
    }

    fn describe(&self) -> String {
        excerpt::excerpt(&self.0)
    }

    fn shape() -> KeyShape {
        KeyShape::Bytes
    }
}

impl PrefixBy<&[u8]> for RowId {
    fn write_prefix(start: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(start);
    }
}

impl fmt::Display for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display_row(&self.0, f)
    }
}

impl fmt::Debug for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RowId(")?;
        debug_row(&self.0, f)?;
        f.write_str(")")
    }
}

impl From<Vec<u8>> for RowId {
    fn from(id: Vec<u8>) -> Self {
        Self(id)
    }
}

impl From<String> for RowId {
    fn from(id: String) -> Self {
        Self(id.into_bytes())
    }
}

impl From<&str> for RowId {
    fn from(id: &str) -> Self {
        Self::from_string(id)
    }
}

impl AsRef<[u8]> for RowId {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Serialize for RowId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&self.to_hex())
        } else {
            serializer.serialize_bytes(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for RowId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = Cow::<str>::deserialize(deserializer)?;
            Self::from_hex(&text).map_err(D::Error::custom)
        } else {
            deserializer.deserialize_bytes(RowBytes).map(Self)
        }
    }
}

struct RowBytes;

impl<'de> Visitor<'de> for RowBytes {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the bytes of a row id")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
        Ok(bytes.to_owned())
    }

    fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
        Ok(bytes)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<u8>, A::Error> {
        let mut bytes = Vec::new();
        while let Some(byte) = seq.next_element()? {
            bytes.push(byte);
        }
        Ok(bytes)
    }
}
