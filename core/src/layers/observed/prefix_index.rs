//! [`PrefixIndex`]: the subscribers of a partition, by the keys that they watch.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Bound;

use super::queue::Queue;
use super::scopes::Scopes;
use crate::backend::{KeyRange, KeySpan, after_prefix};

/// A subscriber of a hub.
pub(super) struct Subscriber {
    pub(super) queue: Arc<Queue>,
    pub(super) scopes: Scopes,
    /// The watched keys. All of them begin with the prefix under which the subscriber is indexed.
    pub(super) span: KeySpan,
}

/// Subscribers under prefixes of bytes.
///
/// The subscribers that can watch a key are those under the prefixes of the key. So a lookup needs one search for each length
/// of a prefix, however many subscribers there are.
#[derive(Default)]
pub(super) struct PrefixIndex {
    /// The prefixes in their order, each with its subscribers.
    buckets: Vec<(Vec<u8>, Vec<Subscriber>)>,
    /// The lengths of the prefixes, in ascending order.
    lengths: Vec<usize>,
}

impl PrefixIndex {
    pub(super) fn add(&mut self, prefix: &[u8], subscriber: Subscriber) {
        match self.search(prefix) {
            Ok(index) => {
                if let Some((_, bucket)) = self.buckets.get_mut(index) {
                    bucket.push(subscriber);
                }
            }
            Err(index) => {
                self.buckets.insert(index, (prefix.to_vec(), Vec::from([subscriber])));
                if let Err(index) = self.lengths.binary_search(&prefix.len()) {
                    self.lengths.insert(index, prefix.len());
                }
            }
        }
    }

    /// Removes the subscribers whose queues are closed. Returns the number of the others.
    pub(super) fn prune(&mut self) -> usize {
        let mut left = 0;
        let mut lengths = Vec::new();
        self.buckets.retain_mut(|(prefix, bucket)| {
            bucket.retain(|subscriber| subscriber.queue.is_open());
            left += bucket.len();
            if !bucket.is_empty()
                && let Err(index) = lengths.binary_search(&prefix.len())
            {
                lengths.insert(index, prefix.len());
            }
            !bucket.is_empty()
        });
        self.lengths = lengths;
        left
    }

    /// Returns `true` if `accept` returns `true` for a subscriber under a prefix of `bytes`. No later one is tried then.
    pub(super) fn any(&self, bytes: &[u8], accept: &mut dyn FnMut(&Subscriber) -> bool) -> bool {
        for length in &self.lengths {
            let Some(prefix) = bytes.get(..*length) else { break };
            let bucket = self.search(prefix).ok().and_then(|index| self.buckets.get(index));
            if let Some((_, bucket)) = bucket
                && bucket.iter().any(&mut *accept)
            {
                return true;
            }
        }
        false
    }

    /// Returns `true` if a subscriber watches a key of the range.
    pub(super) fn watches_range(&self, range: KeyRange<'_>) -> bool {
        let mut overlaps = |subscriber: &Subscriber| {
            let span = subscriber.span.as_range();
            // Two ranges have no key in common if one ends before the other begins.
            let ends_before = |low: KeyRange<'_>, high: KeyRange<'_>| {
                KeyRange { lower: high.lower, upper: low.upper }.is_empty()
            };
            subscriber.queue.is_open() && !ends_before(span, range) && !ends_before(range, span)
        };
        // A common key begins with the prefixes of the range and of the subscriber. So one is a prefix of the other.
        let common = common_prefix(range.lower, range.upper);
        let start = self.buckets.partition_point(|(prefix, _)| prefix.as_slice() < common);
        let below = self.buckets.iter().skip(start).take_while(|(prefix, _)| prefix.starts_with(common));
        self.any(common, &mut overlaps) || below.flat_map(|(_, bucket)| bucket).any(overlaps)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Subscriber> {
        self.buckets.iter().flat_map(|(_, bucket)| bucket)
    }

    fn search(&self, prefix: &[u8]) -> Result<usize, usize> {
        self.buckets.binary_search_by(|(other, _)| other.as_slice().cmp(prefix))
    }
}

/// Returns the bytes with which every key of the span begins.
pub(super) fn prefix_of(span: &KeySpan) -> &[u8] {
    match &span.lower {
        Bound::Included(lower) if span.upper == after_prefix(lower) => lower,
        _ => {
            let range = span.as_range();
            common_prefix(range.lower, range.upper)
        }
    }
}

/// Returns the bytes with which both bounds begin. Every key between them begins with these bytes too.
fn common_prefix<'a>(lower: Bound<&'a [u8]>, upper: Bound<&'a [u8]>) -> &'a [u8] {
    let (Bound::Included(lower) | Bound::Excluded(lower), Bound::Included(upper) | Bound::Excluded(upper)) =
        (lower, upper)
    else {
        return &[];
    };
    let common = lower.iter().zip(upper).take_while(|(lower, upper)| lower == upper).count();
    lower.get(..common).unwrap_or_default()
}

#[cfg(test)]
mod tests;
