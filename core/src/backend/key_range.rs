//! [`KeyRange`]: the keys between two bounds.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::ops::Bound;

/// The keys between two bounds, in byte order. It may be empty, and a scan of an empty one visits nothing.
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
    /// Where it begins.
    pub lower: Bound<&'a [u8]>,
    /// Where it ends.
    pub upper: Bound<&'a [u8]>,
}

impl<'a> KeyRange<'a> {
    /// Every key.
    pub const ALL: Self = Self { lower: Bound::Unbounded, upper: Bound::Unbounded };

    /// The keys between the bounds.
    pub fn new<B: AsRef<[u8]> + ?Sized>(lower: Bound<&'a B>, upper: Bound<&'a B>) -> Self {
        Self { lower: lower.map(AsRef::as_ref), upper: upper.map(AsRef::as_ref) }
    }

    /// Whether no key can be in it. Engines whose ranges panic when the bounds are the wrong way round ask this first.
    pub fn is_empty(&self) -> bool {
        match (self.lower, self.upper) {
            (_, Bound::Excluded([])) => true,
            (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
            (Bound::Included(lower), Bound::Included(upper)) => lower > upper,
            // Nothing is between a key and the same with a NUL.
            (Bound::Excluded(lower), Bound::Excluded(upper)) => {
                lower >= upper || upper.strip_prefix(lower) == Some(&[0])
            }
            (
                Bound::Included(lower) | Bound::Excluded(lower),
                Bound::Included(upper) | Bound::Excluded(upper),
            ) => lower >= upper,
        }
    }

    /// Whether the key is in it.
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

/// Which way a scan goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the lowest key up.
    #[default]
    Forward,
    /// From the highest key down.
    Backward,
}

/// A [`KeyRange`] that owns its bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeySpan {
    pub(crate) lower: Bound<Vec<u8>>,
    pub(crate) upper: Bound<Vec<u8>>,
}

impl KeySpan {
    pub(crate) const ALL: Self = Self { lower: Bound::Unbounded, upper: Bound::Unbounded };

    /// Every key that begins with `prefix`.
    pub(crate) fn of_prefix(prefix: &[u8]) -> Self {
        Self { lower: Bound::Included(prefix.to_vec()), upper: after_prefix(prefix) }
    }

    pub(crate) fn as_range(&self) -> KeyRange<'_> {
        KeyRange {
            lower: self.lower.as_ref().map(Vec::as_slice),
            upper: self.upper.as_ref().map(Vec::as_slice),
        }
    }

    /// Leaves what is in the other too.
    pub(crate) fn intersect(&mut self, other: Self) {
        if order(&other.lower, &self.lower, Ordering::Less) == Ordering::Greater {
            self.lower = other.lower;
        }
        if order(&other.upper, &self.upper, Ordering::Greater) == Ordering::Less {
            self.upper = other.upper;
        }
    }

    /// Leaves what a scan in this direction has not visited when it has come to `key`, which is in it.
    pub(crate) fn resume_after(&mut self, key: &[u8], direction: Direction) {
        let bound = match direction {
            Direction::Forward => &mut self.lower,
            Direction::Backward => &mut self.upper,
        };
        match bound {
            // The allocation is kept: a long scan comes by here once a chunk.
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

/// The bound above every key that begins with `prefix`.
pub(crate) fn after_prefix(prefix: &[u8]) -> Bound<Vec<u8>> {
    let mut above = prefix.to_vec();
    while let Some(last) = above.pop() {
        // 0xFF has no successor: the byte before it decides.
        if let Some(next) = last.checked_add(1) {
            above.push(next);
            return Bound::Excluded(above);
        }
    }
    Bound::Unbounded
}

/// The order of two bounds of the same side: `unbounded` is where an open end stands against any other, and the bound
/// that leaves its key out is the nearer to the middle.
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
