//! [`Page`] and [`Cursor`]: a query's result in pieces.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Bound;
use core::str::FromStr;

use super::iter::Scan;
use super::{Entity, EntityStore, Handle};
use crate::backend::{Direction, Read};
use crate::error::{Error, Result};
use crate::key::StorageKey;

/// A piece of a query's result.
///
/// ```
/// # use std::sync::Arc;
/// use keyloft::{Cursor, EntityStore, JobId, SystemTableStore};
///
/// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// let jobs = SystemTableStore::<JobId, u32>::new(backend, "jobs");
/// jobs.put_many(&[("a".into(), 1), ("b".into(), 2), ("c".into(), 3)])?;
///
/// let first = jobs.page(.., 2, None)?;
/// assert_eq!(first.entries.len(), 2);
///
/// // The cursor travels as text, say in a link to the next page.
/// let link = first.next.expect("a third job follows").to_string();
/// let second = jobs.page(.., 2, Some(&link.parse::<Cursor>()?))?;
/// assert_eq!(second.entries, [("c".into(), 3)]);
/// assert!(second.next.is_none());
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Debug)]
pub struct Page<K, V> {
    /// The entities, in the query's order.
    pub entries: Vec<(K, V)>,
    /// Where the next page begins; `None` if nothing follows.
    pub next: Option<Cursor>,
}

/// Where a page ended, and of which query. Its text, hex, is opaque: [`Display`](fmt::Display) and [`FromStr`] are how
/// it travels.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    query: u32,
    last: Vec<u8>,
}

impl<K: StorageKey, V: Entity> Page<K, V> {
    pub(super) fn read<S>(
        handle: &Handle<'_, S, K, V, &dyn Read>,
        mut scan: Scan<'_, V>,
        limit: usize,
        after: Option<&Cursor>,
    ) -> Result<Self>
    where
        S: EntityStore<K, V> + ?Sized,
    {
        let query = fingerprint(handle.store.partition().as_str(), &scan);
        if let Some(cursor) = after {
            if cursor.query != checked(query, &cursor.last) {
                return Err(Error::InvalidCursor { reason: "it is of another query, or damaged" });
            }
            // A cursor comes from outside: one that was made up must not lead out of the query's bounds.
            if !scan.query.span.as_range().contains(&cursor.last) {
                return Err(Error::InvalidCursor { reason: "it points outside the query" });
            }
            scan.query.span.resume_after(&cursor.last, scan.query.direction);
        }
        let limit = limit.min(scan.query.limit.unwrap_or(usize::MAX));
        if limit == 0 {
            return Ok(Self { entries: Vec::new(), next: after.cloned() });
        }
        let mut fetched = Vec::new();
        let mut last = Vec::new();
        let mut more = true;
        while more && fetched.len() < limit {
            (last, more) = scan.fetch(handle, limit - fetched.len(), &mut fetched)?;
        }
        let mut following = Vec::new();
        while more && following.is_empty() {
            (_, more) = scan.fetch(handle, 1, &mut following)?;
        }
        let follows = !following.is_empty();
        let mut entries = Vec::with_capacity(fetched.len());
        for entry in fetched {
            entries.push(entry?);
        }
        Ok(Self { entries, next: follows.then(|| Cursor { query: checked(query, &last), last }) })
    }
}

/// Tells queries apart: FNV-1a over the table, the index, the direction and the bounds.
fn fingerprint<V>(table: &str, scan: &Scan<'_, V>) -> u32 {
    let mut hash = feed(0x811C_9DC5, table.as_bytes());
    hash = feed(hash, scan.by.map_or("", |index| index.entries.name.as_str()).as_bytes());
    hash = feed(hash, &[u8::from(scan.query.direction == Direction::Backward)]);
    for bound in [&scan.query.span.lower, &scan.query.span.upper] {
        hash = match bound {
            Bound::Unbounded => feed(hash, &[]),
            Bound::Included(bytes) => feed(feed(hash, &[1]), bytes),
            Bound::Excluded(bytes) => feed(feed(hash, &[2]), bytes),
        };
    }
    hash
}

/// The query's fingerprint with the place where a page of it ended, so that a damaged cursor is not taken for another.
fn checked(query: u32, last: &[u8]) -> u32 {
    feed(query, last)
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
