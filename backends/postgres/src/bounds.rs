//! [`Bounds`]: a range of stored keys.

use std::ops::Bound;

use keyloft::backend::KeyRange;

use crate::stored::{HASH, KEY_HEAD, is_long};

/// The stored keys from `lower` on, and below `upper`.
pub(crate) struct Bounds {
    pub(crate) lower: Vec<u8>,
    pub(crate) upper: Option<Vec<u8>>,
    /// `false` if a bound of the range is too long to be stored. Then keys around it have to be compared with the range.
    pub(crate) is_exact: bool,
}

impl Bounds {
    /// Returns the bounds of a range. They have all of its keys.
    pub(crate) fn of(range: KeyRange<'_>) -> Self {
        let is_exact = ![range.lower, range.upper].iter().any(|bound| match bound {
            Bound::Included(key) | Bound::Excluded(key) => is_long(key),
            Bound::Unbounded => false,
        });
        let lower = match range.lower {
            Bound::Unbounded => Vec::new(),
            // The key that is the head itself is below.
            Bound::Included(key) | Bound::Excluded(key) if is_long(key) => after(head(key)),
            Bound::Included(key) => key.to_vec(),
            Bound::Excluded(key) => after(key),
        };
        let upper = match range.upper {
            Bound::Unbounded => None,
            Bound::Included(key) | Bound::Excluded(key) if is_long(key) => Some(after_group(head(key))),
            Bound::Included(key) => Some(after(key)),
            Bound::Excluded(key) => Some(key.to_vec()),
        };
        Self { lower, upper, is_exact }
    }
}

/// Returns the first key after a key.
pub(crate) fn after(key: &[u8]) -> Vec<u8> {
    [key, &[0]].concat()
}

/// Returns a bound above the stored forms of all long keys that begin with these bytes.
pub(crate) fn after_group(head: &[u8]) -> Vec<u8> {
    [head, &[u8::MAX; HASH + 1]].concat()
}

fn head(key: &[u8]) -> &[u8] {
    key.get(..KEY_HEAD).unwrap_or(key)
}
