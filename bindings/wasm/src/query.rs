//! [`Bounds`]: a query in the form in which JavaScript writes it.

use std::ops::Bound;

use keyloft::backend::KeyRange;
use keyloft::error::Place;
use keyloft::{Error, Partition, Prefix, Query};

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

    /// Narrows the query to the keys after this one.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupted`] if the query does not select the key. Scans that go on behind it might never end.
    pub(crate) fn resume_after(&mut self, partition: &Partition, key: &[u8]) -> keyloft::Result<()> {
        if !self.contains(key) {
            let detail = "the engine visits this key out of order".to_owned();
            return Err(Error::Corrupted { place: Place::entry(partition, key), detail });
        }
        self.resume(Bound::Excluded(key.to_vec()));
        Ok(())
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
