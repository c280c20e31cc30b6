//! [`Bounds`]: a query in the form in which JavaScript writes it.

use std::ops::Bound;

use keyloft::backend::KeyRange;
use keyloft::{Prefix, Query};

use crate::failure::Result;
use crate::protocol::bound as kinds;
use crate::wire::Request;

/// A query over encoded keys: bounds, a prefix, a direction and a limit.
#[derive(Clone)]
pub(crate) struct Bounds {
    lower: Bound<Vec<u8>>,
    upper: Bound<Vec<u8>>,
    prefix: Vec<u8>,
    reverse: bool,
    pub(crate) limit: Option<usize>,
}

impl Bounds {
    /// Reads the query. The scope precedes each of its keys in the table.
    pub(crate) fn read(request: &mut Request<'_>, scope: &[u8]) -> Result<Self> {
        let lower = bound(request, scope)?;
        let upper = bound(request, scope)?;
        let prefix = [scope, request.bytes()?].concat();
        let reverse = request.flag()?;
        let limit = request.optional(Request::count)?;
        Ok(Self { lower, upper, prefix, reverse, limit })
    }

    /// Returns the query.
    pub(crate) fn query(&self) -> Query<Vec<u8>> {
        self.limited(self.limit)
    }

    /// Returns the query without its limit.
    pub(crate) fn unlimited(&self) -> Query<Vec<u8>> {
        self.limited(None)
    }

    /// Returns the query with another limit.
    pub(crate) fn limited(&self, limit: Option<usize>) -> Query<Vec<u8>> {
        let mut query = Query::range((self.lower.clone(), self.upper.clone()));
        if !self.prefix.is_empty() {
            query = query.within(Prefix::of(self.prefix.as_slice()));
        }
        if self.reverse {
            query = query.reverse();
        }
        match limit {
            Some(limit) => query.limit(limit),
            None => query,
        }
    }

    /// Returns the range, if neither a prefix nor a limit narrows it.
    pub(crate) fn plain_range(&self) -> Option<KeyRange<'_>> {
        let plain = self.prefix.is_empty() && self.limit.is_none();
        plain.then(|| KeyRange::new(self.lower.as_ref(), self.upper.as_ref()))
    }

    /// Returns whether the query selects the key.
    pub(crate) fn contains(&self, key: &[u8]) -> bool {
        let range = KeyRange::new(self.lower.as_ref(), self.upper.as_ref());
        range.contains(key) && key.starts_with(&self.prefix)
    }

    /// Returns whether the first key comes after the second in the query's direction.
    pub(crate) fn is_after(&self, key: &[u8], other: &[u8]) -> bool {
        if self.reverse { key < other } else { key > other }
    }

    /// Returns the key after which the query begins.
    pub(crate) fn resumed_after(&self) -> Option<&[u8]> {
        match if self.reverse { &self.upper } else { &self.lower } {
            Bound::Excluded(key) => Some(key),
            Bound::Included(_) | Bound::Unbounded => None,
        }
    }

    /// Narrows the query to the keys after this one.
    pub(crate) fn resume_after(&mut self, key: Vec<u8>) {
        self.resume(Bound::Excluded(key));
    }

    /// Narrows the query to this key and those after it.
    pub(crate) fn resume_at(&mut self, key: &[u8]) {
        self.resume(Bound::Included(key.to_vec()));
    }

    fn resume(&mut self, bound: Bound<Vec<u8>>) {
        if self.reverse {
            self.upper = bound;
        } else {
            self.lower = bound;
        }
    }
}

fn bound(request: &mut Request<'_>, scope: &[u8]) -> Result<Bound<Vec<u8>>> {
    let kind = request.byte()?;
    if kind == kinds::UNBOUNDED {
        return Ok(Bound::Unbounded);
    }
    let key = [scope, request.bytes()?].concat();
    Ok(if kind == kinds::EXCLUDED { Bound::Excluded(key) } else { Bound::Included(key) })
}
