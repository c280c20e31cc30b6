//! [`StoredName`] and [`StoredKey`]: the columns of the primary key.
//!
//! An entry of an index of PostgreSQL has at most 2,704 bytes, and Keyloft's names and keys can be longer together: a name of
//! 1,024 bytes, and a key of 4,096 bytes in the partition of an index. So the longest of them are stored as their first bytes and
//! a hash of the whole. Shorter ones, which are nearly all, are stored as they are.

use std::borrow::Cow;

use keyloft::Partition;
use sha2::{Digest as _, Sha256};

/// The length of the longest name that is stored as it is.
const MAX_NAME: usize = 255;
/// The number of bytes of a longer name that are stored.
const NAME_HEAD: usize = MAX_NAME + 1 - HASH;
/// The length of the longest key that is stored as it is, and the number of bytes of a longer one that are stored.
pub(crate) const KEY_HEAD: usize = 2_368;
/// The length of the hash.
pub(crate) const HASH: usize = 32;

/// The stored form of a partition's name.
pub(crate) fn stored_name(partition: &Partition) -> Cow<'_, [u8]> {
    let name = partition.as_str().as_bytes();
    if name.len() <= MAX_NAME { Cow::Borrowed(name) } else { Cow::Owned(hashed(name, NAME_HEAD)) }
}

/// Returns `true` if the stored form of the name is not the name.
pub(crate) fn is_long_name(partition: &Partition) -> bool {
    partition.as_str().len() > MAX_NAME
}

/// The stored form of a key.
pub(crate) fn stored_key(key: &[u8]) -> Cow<'_, [u8]> {
    if is_long(key) { Cow::Owned(hashed(key, KEY_HEAD)) } else { Cow::Borrowed(key) }
}

/// Returns the rest of a key that is not stored as it is.
pub(crate) fn tail(key: &[u8]) -> Option<&[u8]> {
    key.get(KEY_HEAD..).filter(|tail| !tail.is_empty())
}

/// Returns the first bytes of a stored key if the key was too long to be stored as it is.
pub(crate) fn head_of_long(stored: &[u8]) -> Option<&[u8]> {
    if is_long(stored) { stored.get(..KEY_HEAD) } else { None }
}

pub(crate) fn is_long(key: &[u8]) -> bool {
    key.len() > KEY_HEAD
}

/// Returns the first bytes of a text, and the hash of the whole.
fn hashed(bytes: &[u8], head: usize) -> Vec<u8> {
    let mut stored = bytes.get(..head).unwrap_or(bytes).to_vec();
    stored.extend_from_slice(&Sha256::digest(bytes));
    stored
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_keys_and_names_fit_into_an_entry_of_an_index() {
        // The header of an entry, and the lengths of its two columns.
        let overhead = 8 + 4 + 4;
        let name = Partition::from("n".repeat(1_024));
        let longest = stored_name(&name).len().max(MAX_NAME).next_multiple_of(4);
        assert!(overhead + longest + stored_key(&[7; 4_096]).len() <= 2_704);
        assert_eq!(stored_name(&name).len(), MAX_NAME + 1, "no name that is stored as it is has this length");
    }

    #[test]
    fn long_keys_are_told_from_short_ones() {
        let (short, long) = ([7; KEY_HEAD], [7; KEY_HEAD + 1]);
        assert_eq!((&*stored_key(&short), tail(&short)), (&short[..], None));
        assert_eq!(stored_key(&long).len(), KEY_HEAD + HASH);
        assert_eq!((head_of_long(&stored_key(&long)), tail(&long)), (Some(&short[..]), Some(&[7][..])));
        assert_eq!(head_of_long(&stored_key(&short)), None);
        assert_ne!(stored_key(&long), stored_key(&[7; KEY_HEAD + 2]));
    }
}
