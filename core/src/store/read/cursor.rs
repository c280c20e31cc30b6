//! [`Cursor`]: where a page ended.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Bound;
use core::str::FromStr;

use super::Query;
use crate::backend::Direction;
use crate::error::{Error, Result};

/// Where a page ended, and of which query. Its text, hex, is opaque: [`Display`](fmt::Display) and [`FromStr`] are how
/// it travels.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// The query's fingerprint and the place, so that a damaged cursor is not taken for another.
    query: u32,
    last: Vec<u8>,
}

impl Cursor {
    /// Of a page that ended there, of the query with this fingerprint.
    pub(super) fn new(fingerprint: u32, last: Vec<u8>) -> Self {
        Self { query: feed(fingerprint, &last), last }
    }

    /// The place, if it is one of this query, which has this fingerprint.
    pub(super) fn last_of(&self, fingerprint: u32, query: &Query<Vec<u8>>) -> Result<&[u8]> {
        if self.query != feed(fingerprint, &self.last) {
            return Err(Error::InvalidCursor { reason: "it is of another query, or damaged" });
        }
        // A cursor comes from outside: one that was made up must not lead out of the query's bounds.
        if !query.span.as_range().contains(&self.last) {
            return Err(Error::InvalidCursor { reason: "it points outside the query" });
        }
        Ok(&self.last)
    }
}

/// Tells queries apart: FNV-1a over the table, the index if it is by one, the direction and the bounds.
pub(super) fn fingerprint(table: &str, index: &str, query: &Query<Vec<u8>>) -> u32 {
    let mut hash = feed(0x811C_9DC5, table.as_bytes());
    hash = feed(hash, index.as_bytes());
    hash = feed(hash, &[u8::from(query.direction == Direction::Backward)]);
    for bound in [&query.span.lower, &query.span.upper] {
        hash = match bound {
            Bound::Unbounded => feed(hash, &[]),
            Bound::Included(bytes) => feed(feed(hash, &[1]), bytes),
            Bound::Excluded(bytes) => feed(feed(hash, &[2]), bytes),
        };
    }
    hash
}

/// Goes on with the bytes and their length, which keeps neighbouring fields apart.
fn feed(hash: u32, bytes: &[u8]) -> u32 {
    let len = bytes.len().to_le_bytes();
    len.iter()
        .take(4)
        .chain(bytes)
        .fold(hash, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}{}", self.query, hex::encode(&self.last))
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let invalid = |_| Error::InvalidCursor { reason: "it is not the text of a cursor" };
        let mut bytes = alloc::vec![0; text.len() / 2];
        hex::decode_to_slice(text, &mut bytes).map_err(invalid)?;
        match bytes.split_first_chunk::<4>() {
            Some((query, last)) => Ok(Self { query: u32::from_be_bytes(*query), last: last.to_vec() }),
            None => Err(Error::InvalidCursor { reason: "it is too short" }),
        }
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        alloc::string::ToString::to_string(&cursor)
    }
}

#[cfg(test)]
mod tests;
