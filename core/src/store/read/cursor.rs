//! [`Cursor`]: the end of a page.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::ops::Bound;
use core::str::FromStr;

use super::Query;
use crate::backend::Direction;
use crate::catalog::DefinedIndex;
use crate::error::{Error, ErrorKind, Result};
use crate::key::KeyShape;

/// The end of a page of one query.
///
/// [`Display`](fmt::Display) and [`FromStr`] convert it to and from an opaque text, with which it can leave the program.
///
/// The text contains the last key of the page, and the last value of a page by an index. It is neither encrypted nor
/// signed. A forged cursor can't reach more than its query selects.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// A hash of the query and of `last`, which detects a damaged cursor and one of another query.
    hash: u32,
    /// The last key of the page.
    last: Vec<u8>,
}

impl Cursor {
    /// Creates the cursor after the key `last` in the query with this fingerprint.
    pub(super) fn new(fingerprint: u32, last: Vec<u8>) -> Self {
        Self { hash: hash_field(fingerprint, &last), last }
    }

    /// Returns the last key of the page. `query` and its fingerprint must be those that the cursor was created with.
    pub(super) fn last_of(&self, fingerprint: u32, query: &Query<Vec<u8>>) -> Result<&[u8]> {
        if self.hash != hash_field(fingerprint, &self.last) {
            return Err(ErrorKind::InvalidCursor { reason: "it is of another query, or damaged" }.into());
        }
        // Anybody can compute the hash, so a cursor can be forged. It must not reach keys outside the query's bounds.
        if !query.span.as_range().contains(&self.last) {
            return Err(ErrorKind::InvalidCursor { reason: "it points outside the query" }.into());
        }
        Ok(&self.last)
    }
}

/// Returns the FNV-1a hash of a query: of the table, the shape of its keys, the definition of the index, the direction and
/// the bounds.
///
/// After a change of the keys or of the index, a cursor would skip entities. So it is then one of another query.
pub(super) fn fingerprint(
    table: &str,
    key: &KeyShape,
    index: Option<&DefinedIndex>,
    query: &Query<Vec<u8>>,
) -> u32 {
    let mut hash = hash_field(0x811C_9DC5, table.as_bytes());
    hash = hash_field(hash, key.to_string().as_bytes());
    if let Some(index) = index {
        hash = hash_field(hash, index.name.as_bytes());
        hash = hash_field(hash, index.to_string().as_bytes());
    }
    hash = hash_field(hash, &[u8::from(query.direction == Direction::Backward)]);
    for bound in [&query.span.lower, &query.span.upper] {
        hash = match bound {
            Bound::Unbounded => hash_field(hash, &[]),
            Bound::Included(bytes) => hash_field(hash_field(hash, &[1]), bytes),
            Bound::Excluded(bytes) => hash_field(hash_field(hash, &[2]), bytes),
        };
    }
    hash
}

/// Adds the length and the bytes to the hash. The length separates neighbouring fields. It takes 4 bytes, so that a
/// cursor is valid on targets with 32 and with 64 bits.
fn hash_field(hash: u32, bytes: &[u8]) -> u32 {
    let len = bytes.len().to_le_bytes();
    hash_bytes(hash_bytes(hash, len.get(..4).unwrap_or(&len)), bytes)
}

fn hash_bytes(mut hash: u32, bytes: &[u8]) -> u32 {
    for byte in bytes {
        hash = (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    }
    hash
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}{}", self.hash, hex::encode(&self.last))
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let invalid = |_| ErrorKind::InvalidCursor { reason: "it is not the text of a cursor" };
        let mut bytes = alloc::vec![0; text.len() / 2];
        hex::decode_to_slice(text, &mut bytes).map_err(invalid)?;
        match bytes.split_first_chunk::<4>() {
            Some((hash, last)) => Ok(Self { hash: u32::from_be_bytes(*hash), last: last.to_vec() }),
            None => Err(ErrorKind::InvalidCursor { reason: "it is too short" }.into()),
        }
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.to_string()
    }
}

#[cfg(test)]
mod tests;
