//! [`KeySpan`]: a range of keys that owns its bounds.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::ops::Bound;

use super::{Direction, KeyRange};
use crate::key::{Prefix, StorageKey};

/// The keys between two bounds, in byte order: a [`KeyRange`] that owns its bounds.
///
/// ```
/// use keyloft::backend::{KeyRange, KeySpan};
/// use keyloft::{UserId, UserRowId};
/// use std::ops::Bound::{Excluded, Included};
///
/// let of_bob = KeySpan::from(&UserRowId::prefix(&UserId::new("bob")));
/// assert_eq!(of_bob.as_range(), KeyRange::new(Included(b"bob:"), Excluded(b"bob;")));
/// assert!(!of_bob.as_range().contains(b"bobby:1"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySpan {
    /// The bound of the lowest key.
    pub lower: Bound<Vec<u8>>,
    /// The bound of the highest key.
    pub upper: Bound<Vec<u8>>,
}

impl KeySpan {
    /// The span of all keys.
    pub const ALL: Self = Self { lower: Bound::Unbounded, upper: Bound::Unbounded };

    /// Returns the span of all keys that begin with `prefix`.
    ///
    /// ```
    /// use keyloft::backend::KeySpan;
    ///
    /// let span = KeySpan::of_prefix(b"a\xff");
    /// assert!(span.as_range().contains(b"a\xff\xff") && !span.as_range().contains(b"b"));
    /// assert_eq!(KeySpan::of_prefix(b""), KeySpan { lower: std::ops::Bound::Included(vec![]), ..KeySpan::ALL });
    /// ```
    pub fn of_prefix(prefix: &[u8]) -> Self {
        Self { lower: Bound::Included(prefix.to_vec()), upper: after_prefix(prefix) }
    }

    /// Returns the same span with borrowed bounds.
    pub fn as_range(&self) -> KeyRange<'_> {
        KeyRange {
            lower: self.lower.as_ref().map(Vec::as_slice),
            upper: self.upper.as_ref().map(Vec::as_slice),
        }
    }

    /// Narrows the span to the keys that are in both spans.
    pub(crate) fn intersect(&mut self, other: Self) {
        if order(&other.lower, &self.lower, Ordering::Less) == Ordering::Greater {
            self.lower = other.lower;
        }
        if order(&other.upper, &self.upper, Ordering::Greater) == Ordering::Less {
            self.upper = other.upper;
        }
    }

    /// Narrows the span to the keys that a scan in this direction visits after `key`, which must be in the span.
    pub(crate) fn resume_after(&mut self, key: &[u8], direction: Direction) {
        let bound = match direction {
            Direction::Forward => &mut self.lower,
            Direction::Backward => &mut self.upper,
        };
        match bound {
            // The allocation is reused: a long scan resumes once per chunk.
            Bound::Included(bytes) | Bound::Excluded(bytes) => {
                let mut bytes = core::mem::take(bytes);
                bytes.clear();
                bytes.extend_from_slice(key);
                *bound = Bound::Excluded(bytes);
            }
            Bound::Unbounded => *bound = Bound::Excluded(key.to_vec()),
        }
    }
}

impl From<KeyRange<'_>> for KeySpan {
    fn from(range: KeyRange<'_>) -> Self {
        Self { lower: range.lower.map(<[u8]>::to_vec), upper: range.upper.map(<[u8]>::to_vec) }
    }
}

impl<K: StorageKey> From<&Prefix<K>> for KeySpan {
    fn from(prefix: &Prefix<K>) -> Self {
        Self::of_prefix(prefix.as_bytes())
    }
}

/// Returns the upper bound of the keys that begin with `prefix`.
pub(crate) fn after_prefix(prefix: &[u8]) -> Bound<Vec<u8>> {
    let mut above = prefix.to_vec();
    while let Some(last) = above.pop() {
        // 0xFF has no successor, so the byte before it is incremented.
        if let Some(next) = last.checked_add(1) {
            above.push(next);
            return Bound::Excluded(above);
        }
    }
    Bound::Unbounded
}

/// Compares two lower bounds or two upper bounds.
///
/// `unbounded` is the order of `Unbounded` relative to a bound with a key: `Less` for lower bounds, and `Greater` for
/// upper bounds. Of two bounds with the same key, the included one is nearer to `Unbounded`.
fn order(a: &Bound<Vec<u8>>, b: &Bound<Vec<u8>>, unbounded: Ordering) -> Ordering {
    let inward = unbounded.reverse();
    match (a, b) {
        (Bound::Unbounded, Bound::Unbounded) => Ordering::Equal,
        (Bound::Unbounded, _) => unbounded,
        (_, Bound::Unbounded) => inward,
        (Bound::Included(a), Bound::Excluded(b)) => a.cmp(b).then(unbounded),
        (Bound::Excluded(a), Bound::Included(b)) => a.cmp(b).then(inward),
        (Bound::Included(a), Bound::Included(b)) | (Bound::Excluded(a), Bound::Excluded(b)) => a.cmp(b),
    }
}

#[cfg(test)]
mod tests;
