//! [`Prefix`]: the first bytes that a group of keys has in common.

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use super::StorageKey;
use crate::excerpt;

/// The first bytes that a group of keys has in common: the left parts of a composite, or the start of a text or bytes key.
///
/// A prefix is not a key, and a key is not a prefix. Scans take prefixes, and reads take keys.
///
/// ```
/// use keyloft::{JobId, Prefix, UserRowId};
///
/// // The prefix of a composite ends where a part ends: this one never matches `bobby`.
/// let rows: Prefix<UserRowId> = UserRowId::prefix("bob");
/// assert_eq!(rows.as_bytes(), b"bob:");
///
/// // The prefix of a text key may end anywhere.
/// let november: Prefix<JobId> = JobId::prefix("2026-11-");
///
/// // The prefix of a tuple consists of its left fields.
/// let of_station = Prefix::<(String, u32, i64)>::of(("berlin", &7));
/// # let _ = (november, of_station);
/// ```
///
/// A key in the place of a prefix does not compile:
///
/// ```compile_fail
/// use keyloft::{JobId, Query};
///
/// let query: Query<JobId> = Query::prefix(JobId::new("2026-11-"));
/// ```
pub struct Prefix<K> {
    bytes: Vec<u8>,
    key: PhantomData<fn() -> K>,
}

/// A key type with prefixes of the parts `Parts`, which [`Prefix::of`] makes.
///
/// Tuples and types with `#[derive(StorageKey)]` implement it for a reference to their first part, and for tuples of
/// references to their first two, three and more parts. Each part may be a [borrowed form](super::AsKey) of the key.
pub trait PrefixBy<Parts>: StorageKey {
    /// Appends the bytes that every key with these left parts, and no other key, begins with.
    fn write_prefix(parts: Parts, out: &mut Vec<u8>);
}

impl<K: StorageKey> Prefix<K> {
    /// Returns the prefix of the keys with these left parts.
    pub fn of<Parts>(parts: Parts) -> Self
    where
        K: PrefixBy<Parts>,
    {
        let mut bytes = Vec::new();
        K::write_prefix(parts, &mut bytes);
        Self::from_bytes(bytes)
    }

    /// Returns the prefix of every key.
    pub fn empty() -> Self {
        Self::from_bytes(Vec::new())
    }

    /// Returns the bytes that the keys begin with.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns true if `key` begins with this prefix.
    pub fn matches(&self, key: &K) -> bool {
        key.encode().starts_with(&self.bytes)
    }

    pub(crate) fn from_bytes(bytes: Vec<u8>) -> Self {
        Self { bytes, key: PhantomData }
    }
}

impl<K> Clone for Prefix<K> {
    fn clone(&self) -> Self {
        Self { bytes: self.bytes.clone(), key: PhantomData }
    }
}

impl<K> From<&Self> for Prefix<K> {
    /// Copies the prefix, so that a query can be made from a borrowed one.
    fn from(prefix: &Self) -> Self {
        prefix.clone()
    }
}

impl<K> PartialEq for Prefix<K> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<K> Eq for Prefix<K> {}

impl<K> fmt::Debug for Prefix<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Prefix").field(&excerpt::text_or_hex(&self.bytes)).finish()
    }
}
