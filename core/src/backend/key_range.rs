//! [`KeyRange`]: the keys between two bounds.

use core::ops::Bound;

/// The keys between two bounds, in byte order. [`KeySpan`](super::KeySpan) is its owned form.
///
/// A range may be empty. A scan of an empty range visits nothing.
///
/// ```
/// use keyloft::backend::KeyRange;
/// use std::ops::Bound::{Excluded, Included};
///
/// let range = KeyRange::new(Included(b"a"), Excluded(b"b"));
/// assert!(range.contains(b"a\xff") && !range.contains(b"b"));
/// assert!(KeyRange::new(Included(b"b"), Included(b"a")).is_empty());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRange<'a> {
    /// The bound of the lowest key.
    pub lower: Bound<&'a [u8]>,
    /// The bound of the highest key.
    pub upper: Bound<&'a [u8]>,
}

impl<'a> KeyRange<'a> {
    /// The range of all keys.
    pub const ALL: Self = Self { lower: Bound::Unbounded, upper: Bound::Unbounded };

    /// Creates the range between two bounds.
    pub fn new<B: AsRef<[u8]> + ?Sized>(lower: Bound<&'a B>, upper: Bound<&'a B>) -> Self {
        Self { lower: lower.map(AsRef::as_ref), upper: upper.map(AsRef::as_ref) }
    }

    /// Returns `true` if no key can be in the range.
    ///
    /// Reversed bounds are an empty range. An engine that panics on reversed bounds must check this first.
    pub fn is_empty(&self) -> bool {
        match (self.lower, self.upper) {
            (_, Bound::Excluded([])) => true,
            (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
            (Bound::Included(lower), Bound::Included(upper)) => lower > upper,
            // No key is between a key and the same key with a NUL appended.
            (Bound::Excluded(lower), Bound::Excluded(upper)) => {
                lower >= upper || upper.strip_prefix(lower) == Some(&[0])
            }
            (
                Bound::Included(lower) | Bound::Excluded(lower),
                Bound::Included(upper) | Bound::Excluded(upper),
            ) => lower >= upper,
        }
    }

    /// Returns `true` if `key` is in the range.
    pub fn contains(&self, key: &[u8]) -> bool {
        let above = match self.lower {
            Bound::Included(lower) => key >= lower,
            Bound::Excluded(lower) => key > lower,
            Bound::Unbounded => true,
        };
        let below = match self.upper {
            Bound::Included(upper) => key <= upper,
            Bound::Excluded(upper) => key < upper,
            Bound::Unbounded => true,
        };
        above && below
    }
}

/// The direction of a scan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the lowest key to the highest.
    #[default]
    Forward,
    /// From the highest key to the lowest.
    Backward,
}
