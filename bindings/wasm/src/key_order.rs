//! [`KeyOrder`]: the check that a scan visits keys in their order.

use keyloft::error::Place;
use keyloft::{Error, ErrorKind, Partition, Query, Result};

use crate::query::Bounds;

/// The order of the keys that a scan of a query visits.
///
/// JavaScript reads in chunks, each of which begins after the last key of the one before. An engine that repeats keys or turns
/// back, as on a damaged file, would give it rows twice, or chunks for ever.
pub(crate) struct KeyOrder<'a> {
    partition: &'a Partition,
    bounds: &'a Bounds,
    /// The key to find first, if it is not found yet.
    anchor: Option<&'a [u8]>,
    last: Option<Vec<u8>>,
}

impl<'a> KeyOrder<'a> {
    /// Returns the order of a scan of the query, and the query to scan with this limit.
    ///
    /// With `is_anchored`, the query is the rest of one whose last key is still there. The scan then finds that key again: where
    /// pages are swapped, a lookup doesn't lead to where a scan has been, and would step over keys.
    pub(crate) fn new(
        partition: &'a Partition,
        bounds: &'a Bounds,
        max: usize,
        is_anchored: bool,
    ) -> (Self, Query<Vec<u8>>) {
        let anchor = if is_anchored { bounds.resumed_after() } else { None };
        let query = match anchor {
            Some(anchor) => {
                let mut from_anchor = bounds.clone();
                from_anchor.resume_at(anchor);
                from_anchor.limited(Some(max.saturating_add(1)))
            }
            None => bounds.limited(Some(max)),
        };
        (Self { partition, bounds, anchor, last: None }, query)
    }

    /// Notes the next key. Returns `false` for the last key of the chunk before.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Corrupted`] if it is not after the key before it, or, as the first one, not in the query.
    pub(crate) fn take(&mut self, key: &[u8]) -> Result<bool> {
        if let Some(anchor) = self.anchor {
            self.anchor = None;
            return if key == anchor { Ok(false) } else { Err(self.lost(anchor)) };
        }
        let advances = match &self.last {
            None => self.bounds.contains(key),
            Some(last) => self.bounds.is_after(key, last),
        };
        if !advances {
            return Err(self.disordered(key));
        }
        let last = self.last.get_or_insert_default();
        last.clear();
        last.extend_from_slice(key);
        Ok(true)
    }

    /// Returns the last key, if there was one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Corrupted`] if it is not in the query, or if the last key of the chunk before was not found.
    pub(crate) fn end(self) -> Result<Option<Vec<u8>>> {
        match (self.anchor, &self.last) {
            (Some(anchor), _) => Err(self.lost(anchor)),
            // The keys before it are between it and the first one, which is in the query.
            (None, Some(last)) if !self.bounds.contains(last) => Err(self.disordered(last)),
            _ => Ok(self.last),
        }
    }

    #[cold]
    fn disordered(&self, key: &[u8]) -> Error {
        self.refuse(key, "the engine visits this key out of order")
    }

    #[cold]
    fn lost(&self, key: &[u8]) -> Error {
        self.refuse(key, "the engine does not find this key again")
    }

    fn refuse(&self, key: &[u8], detail: &str) -> Error {
        Error::from(ErrorKind::Corrupted {
            place: Place::entry(self.partition, key),
            detail: detail.to_owned(),
        })
    }
}
