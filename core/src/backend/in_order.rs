//! Scans that refuse keys out of order.
//!
//! A loop that resumes after the last key of a chunk ends only if the keys advance. Two swapped pages of a file are enough to
//! make an engine return to keys that it has visited. So each such loop scans with [`scan_on`].
//!
//! A comparison with the key before costs as much as the visit of a short entry. Loops that copy each key compare
//! [`EACH_KEY`]. The others compare [`SOME_KEYS`] and the last one of a chunk, which finds pages out of order.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::{Bound, ControlFlow};

use super::{Direction, KeyRange, KeySpan, Partition, Read};
use crate::error::{Error, ErrorKind, Place, Result};

/// Each key is compared with the one before it.
pub(crate) const EACH_KEY: u32 = 1;
/// The first of so many keys is compared with the one that was compared before. A page has more short entries than that.
pub(crate) const SOME_KEYS: u32 = 16;

/// Passes the entries of the span to `visit`, until it breaks. Then the span is narrowed to the keys after the last one that
/// was visited. Returns `true` if `visit` broke.
///
/// With `is_anchored`, the span is the rest of an earlier call in the same state. The key before it must then be found again.
/// Where pages are swapped, a lookup doesn't lead to where a scan has been, and would step over the keys in between.
///
/// # Errors
///
/// [`ErrorKind::Corrupted`] if one of the compared keys is not in the span, or not after the one before it, or an error of the engine.
#[inline]
pub(crate) fn scan_on<const EVERY: u32>(
    reader: &dyn Read,
    partition: &Partition,
    span: &mut KeySpan,
    direction: Direction,
    is_anchored: bool,
    visit: impl FnMut(&[u8], &[u8]) -> ControlFlow<()>,
) -> Result<bool> {
    let mut range = span.as_range();
    let anchor = if is_anchored { include_anchor(&mut range, direction) } else { None };
    let last = scan::<EVERY>(reader, partition, range, direction, anchor, visit)?;
    if let Some(last) = &last {
        span.resume_after(last, direction);
    }
    Ok(last.is_some())
}

/// Passes the entries of the range to `visit`, until it breaks. Returns the key at which `visit` broke.
///
/// # Errors
///
/// The errors of [`scan_on`].
#[inline]
pub(crate) fn scan_in_order<const EVERY: u32>(
    reader: &dyn Read,
    partition: &Partition,
    range: KeyRange<'_>,
    direction: Direction,
    visit: impl FnMut(&[u8], &[u8]) -> ControlFlow<()>,
) -> Result<Option<Vec<u8>>> {
    scan::<EVERY>(reader, partition, range, direction, None, visit)
}

/// Includes the key that the bound excludes at which a scan in this direction begins, and returns it.
fn include_anchor<'a>(range: &mut KeyRange<'a>, direction: Direction) -> Option<&'a [u8]> {
    let bound = match direction {
        Direction::Forward => &mut range.lower,
        Direction::Backward => &mut range.upper,
    };
    let Bound::Excluded(anchor) = *bound else { return None };
    *bound = Bound::Included(anchor);
    Some(anchor)
}

#[inline]
fn scan<const EVERY: u32>(
    reader: &dyn Read,
    partition: &Partition,
    range: KeyRange<'_>,
    direction: Direction,
    mut anchor: Option<&[u8]>,
    mut visit: impl FnMut(&[u8], &[u8]) -> ControlFlow<()>,
) -> Result<Option<Vec<u8>>> {
    let mut order = KeyOrder { range, direction, last: Vec::new(), has_last: false, is_broken: false };
    let mut broke = false;
    let mut skipped = 0;
    reader.scan(partition, range, direction, &mut |key, value| {
        if let Some(expected) = anchor {
            if key == expected {
                anchor = None;
                return ControlFlow::Continue(());
            }
            return ControlFlow::Break(());
        }
        let is_compared = skipped == 0;
        skipped = if skipped + 1 == EVERY { 0 } else { skipped + 1 };
        if is_compared && !order.take(key) {
            return ControlFlow::Break(());
        }
        let flow = visit(key, value);
        if flow.is_break() {
            broke = true;
            // The caller goes on behind it.
            if !is_compared {
                order.take(key);
            }
        }
        flow
    })?;
    if let Some(missing) = anchor {
        return Err(refuse(partition, missing, "the engine does not find this key again"));
    }
    // The keys ascend or descend from one in the range, so all of them are in it if the last one is.
    if order.is_broken || (order.has_last && !range.contains(&order.last)) {
        return Err(out_of_order(partition, &order.last));
    }
    Ok(Some(order.last).filter(|_| broke))
}

/// The last of the compared keys of a scan.
struct KeyOrder<'a> {
    range: KeyRange<'a>,
    direction: Direction,
    last: Vec<u8>,
    has_last: bool,
    is_broken: bool,
}

impl KeyOrder<'_> {
    /// Compares the key with the last one, and keeps it. Returns `false` if it is out of order.
    fn take(&mut self, key: &[u8]) -> bool {
        let advances = match self.direction {
            _ if !self.has_last => self.range.contains(key),
            Direction::Forward => *key > *self.last,
            Direction::Backward => *key < *self.last,
        };
        self.has_last = true;
        self.is_broken |= !advances;
        self.last.clear();
        self.last.extend_from_slice(key);
        advances
    }
}

/// Returns the error of a key that is out of order.
#[cold]
pub(crate) fn out_of_order(partition: &Partition, key: &[u8]) -> Error {
    refuse(partition, key, "the engine visits this key out of order")
}

fn refuse(partition: &Partition, key: &[u8], detail: &str) -> Error {
    Error::from(ErrorKind::Corrupted { place: Place::entry(partition, key), detail: String::from(detail) })
}
