//! [`Query`]: a selection of keys, their direction and a limit.

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;
use core::ops::{Bound, Range, RangeBounds, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

use crate::backend::{Direction, KeySpan, after_prefix};
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

    /// Selects the keys whose left parts, or whose first characters or bytes, are in the range of prefixes.
    ///
    /// It is for a bound on a part of a composite, without a value for the parts after it:
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use keyloft::prelude::*;
    ///
    /// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let readings = Table::<(String, i64, u8), u32>::new(backend, "readings");
    /// let key = |device: &str, at, sensor| (device.to_owned(), at, sensor);
    /// readings.put_many(&[(key("d1", 1, 0), 20), (key("d1", 2, 0), 21), (key("d1", 2, 1), 22), (key("d2", 9, 0), 23)])?;
    ///
    /// let of_d1 = Prefix::of("d1");
    /// let since_2 = Query::prefixes(Prefix::of(("d1", &2))..).within(&of_d1);
    /// assert_eq!(readings.count_in(since_2)?, 2);
    /// let until_2 = Query::prefixes(..=Prefix::of(("d1", &2))).within(of_d1);
    /// assert_eq!(readings.count_in(until_2)?, 3);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    pub fn prefixes(range: impl RangeBounds<Prefix<K>>) -> Self {
        let bytes = |prefix: &Prefix<K>| prefix.as_bytes().to_vec();
        let lower = match range.start_bound() {
            Bound::Excluded(prefix) => match after_prefix(prefix.as_bytes()) {
                Bound::Excluded(above) => Bound::Included(above),
                // No key follows those of the prefix.
                _ => return Self::nothing(),
            },
            bound => bound.map(bytes),
        };
        let upper = match range.end_bound() {
            Bound::Included(prefix) => after_prefix(prefix.as_bytes()),
            bound => bound.map(bytes),
        };
        Self { span: KeySpan { lower, upper }, ..Self::all() }
    }

    /// Selects no key.
    fn nothing() -> Self {
        Self { span: KeySpan { upper: Bound::Excluded(Vec::new()), ..KeySpan::ALL }, ..Self::all() }
    }

    /// Selects the keys of the range. A range whose bounds are reversed is empty.
    pub fn range(range: impl RangeBounds<K>) -> Self {
        Self { span: span_of(&range), ..Self::all() }
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

    /// Narrows the selection to the keys of the range, such as those after the last key that was seen.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use keyloft::prelude::*;
    ///
    /// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let jobs = Table::<JobId, u32>::new(backend, "jobs");
    /// jobs.put_many(&[("2025-12".into(), 1), ("2026-01".into(), 2), ("2026-02".into(), 3)])?;
    /// let rest = Query::prefix(JobId::prefix("2026-")).between(JobId::new("2026-01a")..);
    /// assert_eq!(jobs.scan(rest)?, [("2026-02".into(), 3)]);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    #[must_use]
    pub fn between(mut self, range: impl RangeBounds<K>) -> Self {
        self.span.intersect(span_of(&range));
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

fn span_of<K: StorageKey>(range: &impl RangeBounds<K>) -> KeySpan {
    let bytes = |bound: Bound<&K>| bound.map(|key| key.encode().into_owned());
    KeySpan { lower: bytes(range.start_bound()), upper: bytes(range.end_bound()) }
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
