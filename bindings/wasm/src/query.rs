//! [`Bounds`]: a query as JavaScript writes it.

use std::ops::Bound;

use keyloft::backend::KeyRange;
use keyloft::{Prefix, Query};

use crate::failure::Result;
use crate::protocol::bound as kinds;
use crate::wire::Request;

/// Which keys, in which direction, how many of them; keys as their bytes.
#[derive(Clone)]
pub(crate) struct Bounds {
    lower: Bound<Vec<u8>>,
    upper: Bound<Vec<u8>>,
    prefix: Vec<u8>,
    reverse: bool,
    pub(crate) limit: Option<usize>,
}

impl Bounds {
    /// The query at the front of the request, under the scope: what every key begins with that it may reach.
    pub(crate) fn read(request: &mut Request<'_>, scope: &[u8]) -> Result<Self> {
        let lower = bound(request, scope)?;
        let upper = bound(request, scope)?;
        let prefix = [scope, request.bytes()?].concat();
        let reverse = request.flag()?;
        let limit = request.optional(Request::count)?;
        Ok(Self { lower, upper, prefix, reverse, limit })
    }

    pub(crate) fn query(&self) -> Query<Vec<u8>> {
        self.query_of(self.limit)
    }

    /// The same without its limit.
    pub(crate) fn unlimited(&self) -> Query<Vec<u8>> {
        self.query_of(None)
    }

    /// The same with another limit.
    pub(crate) fn query_of(&self, limit: Option<usize>) -> Query<Vec<u8>> {
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

    /// The range, if nothing else narrows it.
    pub(crate) fn plain_range(&self) -> Option<KeyRange<'_>> {
        let plain = self.prefix.is_empty() && self.limit.is_none();
        plain.then(|| KeyRange::new(self.lower.as_ref(), self.upper.as_ref()))
    }

    pub(crate) fn contains(&self, key: &[u8]) -> bool {
        let range = KeyRange::new(self.lower.as_ref(), self.upper.as_ref());
        range.contains(key) && key.starts_with(&self.prefix)
    }

    /// Leaves what follows this key.
    pub(crate) fn resume_after(&mut self, key: &[u8]) {
        self.resume(Bound::Excluded(key.to_vec()));
    }

    /// Leaves this key, if it is there, and what follows it.
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
