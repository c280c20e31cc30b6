//! The keys of fjall: the number of a partition in four bytes, big-endian, then the key in the partition.
//!
//! One keyspace of fjall holds all partitions. A keyspace for each would cost a folder with several synced files and a table
//! in memory, and fjall rewrites its list of keyspaces for each new one. The first puts to 1,000 partitions take 0.1 s in one
//! keyspace and 113 s in many, and the next opening 0.1 s and 1.5 s, in a file system in memory, where syncs are free. fjall
//! also refuses the empty key, which a partition may have, limits a keyspace's name to 255 bytes, and creates a keyspace
//! outside of a transaction.

use std::ops::Bound;

use keyloft::backend::{KeyRange, MAX_INDEX_KEY_LEN};

/// The number of the partition with the names of the others: see [`Numbers`](crate::numbers::Numbers).
pub(crate) const NAMES: u32 = 0;

/// The length of a number.
const PREFIX: usize = size_of::<u32>();

/// Keys up to this length need no allocation.
const SHORT: usize = 64;

/// Calls `work` with the key of fjall. Returns `None` if the key is too long to be stored.
#[inline]
pub(crate) fn with<T>(number: u32, key: &[u8], work: impl FnOnce(&[u8]) -> T) -> Option<T> {
    let mut short = [0; SHORT];
    let len = PREFIX + key.len();
    if let Some(bytes) = short.get_mut(..len) {
        let (prefix, rest) = bytes.split_at_mut(PREFIX);
        prefix.copy_from_slice(&number.to_be_bytes());
        rest.copy_from_slice(key);
        return Some(work(bytes));
    }
    (key.len() <= MAX_INDEX_KEY_LEN).then(|| work(&join(number, key)))
}

/// Returns the key of a partition in a key of fjall. `None` is damage.
#[inline]
pub(crate) fn key_of(bytes: &[u8]) -> Option<&[u8]> {
    bytes.get(PREFIX..)
}

/// Bounds of keys of fjall.
pub(crate) type Span = (Bound<Vec<u8>>, Bound<Vec<u8>>);

/// Returns the bounds of a range of a partition, or `None` if the range is empty. fjall panics at reversed bounds.
pub(crate) fn span(number: u32, range: KeyRange<'_>) -> Option<Span> {
    let range = KeyRange { lower: range.lower.map(cut), upper: range.upper.map(cut) };
    if range.is_empty() {
        return None;
    }
    let bound = |bound: Bound<&[u8]>| bound.map(|key| join(number, key));
    let lower = match range.lower {
        Bound::Unbounded => Bound::Included(join(number, &[])),
        lower => bound(lower),
    };
    let upper = match range.upper {
        Bound::Unbounded => Bound::Excluded(join(number.saturating_add(1), &[])),
        upper => bound(upper),
    };
    Some((lower, upper))
}

fn join(number: u32, key: &[u8]) -> Vec<u8> {
    [&number.to_be_bytes(), key].concat()
}

/// Shortens a bound that no stored key is as long as. It stays on the same side of every stored key, and fjall panics at
/// very long ones.
fn cut(key: &[u8]) -> &[u8] {
    key.get(..=MAX_INDEX_KEY_LEN).unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_every_length_follow_the_number() {
        for len in [0, 1, SHORT - PREFIX, SHORT - PREFIX + 1, MAX_INDEX_KEY_LEN] {
            let key = vec![7; len];
            let stored = with(258, &key, <[u8]>::to_vec).unwrap();
            assert_eq!((&stored[..4], key_of(&stored)), (&[0, 0, 1, 2][..], Some(&*key)));
        }
        assert_eq!(with(1, &[7; MAX_INDEX_KEY_LEN + 1], |_| ()), None);
    }

    #[test]
    fn a_long_bound_is_on_the_same_side_of_every_key() {
        let (longest, bound) = (vec![7; MAX_INDEX_KEY_LEN], vec![7; MAX_INDEX_KEY_LEN + 100_000]);
        let (lower, upper) = span(1, KeyRange::new(Bound::Included(&bound), Bound::Unbounded)).unwrap();
        let Bound::Included(lower) = lower else { panic!("{lower:?}") };
        assert!(lower > join(1, &longest) && lower < join(1, &[8]));
        assert_eq!(upper, Bound::Excluded(vec![0, 0, 0, 2]));
        let longer = [&*bound, &[9]].concat();
        assert_eq!(span(1, KeyRange::new(Bound::Excluded(&bound), Bound::Excluded(&longer))), None);
    }
}
