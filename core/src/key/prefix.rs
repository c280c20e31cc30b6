//! [`Prefix`]: how all keys of a group begin.

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use super::StorageKey;
use crate::text;

/// How all keys of a group begin: the left parts of a composite, or the start of a text or bytes key.
///
/// It is no key, and a key is no prefix: scans take the one, reads the other.
///
/// ```
/// use keyloft::{JobId, Prefix, UserId, UserRowId};
///
/// // A composite's prefix ends where the part ends: it never matches `bobby`.
/// let rows: Prefix<UserRowId> = UserRowId::prefix(&UserId::new("bob"));
/// assert_eq!(rows.as_bytes(), b"bob:");
///
/// // A plain text key's prefix may end anywhere.
/// let november: Prefix<JobId> = JobId::prefix("2026-11-");
///
/// // A tuple's is made from its left fields.
/// let morning = Prefix::<(String, u32, i64)>::of((&"berlin".to_owned(), &7));
/// # let _ = (november, morning);
/// ```
///
/// A key in a prefix's place does not compile:
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

/// A key type whose prefixes can be made from `Parts`: [`Prefix::of`] is how they are.
///
/// `#[derive(StorageKey)]` and the tuples implement it for a reference to the first part, and for tuples of
/// references to the first two, three and so on.
pub trait PrefixBy<Parts>: StorageKey {
    /// Appends the bytes that every key with these left parts begins with, and no other key.
    fn write_prefix(parts: Parts, out: &mut Vec<u8>);
}

impl<K: StorageKey> Prefix<K> {
    /// The prefix that ends after these left parts.
    pub fn of<Parts>(parts: Parts) -> Self
    where
        K: PrefixBy<Parts>,
    {
        let mut bytes = Vec::new();
        K::write_prefix(parts, &mut bytes);
        Self::from_bytes(bytes)
    }

    /// The prefix of every key.
    pub fn empty() -> Self {
        Self::from_bytes(Vec::new())
    }

    /// The bytes that the keys begin with.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether the key is one of the group.
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

impl<K> PartialEq for Prefix<K> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<K> Eq for Prefix<K> {}

impl<K> fmt::Debug for Prefix<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Prefix").field(&text::for_people(&self.bytes)).finish()
    }
}
