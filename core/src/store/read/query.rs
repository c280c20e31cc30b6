//! [`Query`]: a selection of keys, their direction and a limit.

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;
use core::ops::{Bound, Range, RangeBounds, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

use crate::backend::{Direction, KeySpan};
use crate::key::{AsKey, Prefix, StorageKey};

/// A selection of a table's or an index's keys, their direction and a limit.
///
/// Ranges of keys and prefixes convert into queries.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::prelude::*;
///
/// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// let jobs = Table::<JobId, u32>::new(backend, "jobs");
/// jobs.put_many(&[("2025-12".into(), 1), ("2026-01".into(), 2), ("2026-02".into(), 3)])?;
///
/// let all: Vec<_> = jobs.iter(..)?.collect::<Result<_, _>>()?;
/// let until_new_year: Vec<_> = jobs.iter(..JobId::new("2026"))?.collect::<Result<_, _>>()?;
/// let of_2026: Vec<_> = jobs.iter(JobId::prefix("2026-"))?.collect::<Result<_, _>>()?;
/// let latest: Vec<_> = jobs.iter(Query::prefix(JobId::prefix("2026-")).reverse().limit(1))?.collect::<Result<_, _>>()?;
/// assert_eq!((all.len(), until_new_year.len(), of_2026.len()), (3, 1, 2));
/// assert_eq!(latest, [(JobId::new("2026-02"), 3)]);
/// # Ok::<(), keyloft::Error>(())
/// ```
pub struct Query<K> {
    pub(crate) span: KeySpan,
    pub(crate) direction: Direction,
    pub(crate) limit: Option<usize>,
    key: PhantomData<fn() -> K>,
}

impl<K: StorageKey> Query<K> {
    /// Selects every key.
    pub fn all() -> Self {
        Self { span: KeySpan::ALL, direction: Direction::Forward, limit: None, key: PhantomData }
    }

    /// Selects the keys that begin with the prefix.
    pub fn prefix(prefix: impl Into<Prefix<K>>) -> Self {
        Self { span: KeySpan::of_prefix(prefix.into().as_bytes()), ..Self::all() }
    }

    /// Selects the keys of the range. A range whose bounds are reversed is empty.
    pub fn range(range: impl RangeBounds<K>) -> Self {
        let bytes = |bound: Bound<&K>| bound.map(|key| key.encode().into_owned());
        let span = KeySpan { lower: bytes(range.start_bound()), upper: bytes(range.end_bound()) };
        Self { span, ..Self::all() }
    }

    /// Selects one key, given as the key or as a borrowed form of it, such as `&str` for a `String`.
    pub fn exactly(key: &(impl AsKey<K> + ?Sized)) -> Self {
        let key = key.encode_key();
        let span = KeySpan { lower: Bound::Included(key.to_vec()), upper: Bound::Included(key.into_owned()) };
        Self { span, ..Self::all() }
    }

    /// Narrows the selection to the keys that begin with the prefix.
    #[must_use]
    pub fn within(mut self, prefix: impl Into<Prefix<K>>) -> Self {
        self.span.intersect(KeySpan::of_prefix(prefix.into().as_bytes()));
        self
    }

    /// Reverses the direction.
    #[must_use]
    pub fn reverse(mut self) -> Self {
        self.direction = match self.direction {
            Direction::Forward => Direction::Backward,
            Direction::Backward => Direction::Forward,
        };
        self
    }

    /// Limits the result to the first `limit` entities in the query's direction.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Replaces the bounds by those that `span` returns. The result may be a query over keys of another type.
    pub(crate) fn map_span<T>(self, span: impl FnOnce(KeySpan) -> KeySpan) -> Query<T> {
        Query { span: span(self.span), direction: self.direction, limit: self.limit, key: PhantomData }
    }
}

impl<K> Clone for Query<K> {
    fn clone(&self) -> Self {
        Self { span: self.span.clone(), direction: self.direction, limit: self.limit, key: PhantomData }
    }
}

impl<K> fmt::Debug for Query<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = |bound: &Bound<Vec<u8>>| bound.as_ref().map(hex::encode);
        f.debug_struct("Query")
            .field("lower", &hex(&self.span.lower))
            .field("upper", &hex(&self.span.upper))
            .field("direction", &self.direction)
            .field("limit", &self.limit)
            .finish()
    }
}

impl<K: StorageKey> From<Prefix<K>> for Query<K> {
    fn from(prefix: Prefix<K>) -> Self {
        Self::prefix(prefix)
    }
}

impl<K: StorageKey> From<&Prefix<K>> for Query<K> {
    fn from(prefix: &Prefix<K>) -> Self {
        Self::prefix(prefix.clone())
    }
}

impl<K: StorageKey> From<RangeFull> for Query<K> {
    fn from(_: RangeFull) -> Self {
        Self::all()
    }
}

macro_rules! from_range {
    ($($range:ty)*) => {$(
        impl<K: StorageKey> From<$range> for Query<K> {
            fn from(range: $range) -> Self {
                Self::range(range)
            }
        }
    )*};
}

from_range!(Range<K> RangeInclusive<K> RangeFrom<K> RangeTo<K> RangeToInclusive<K> (Bound<K>, Bound<K>));

#[cfg(test)]
mod tests;
