//! [`PrefixIndex`]: the subscribers of a partition, by the keys that they watch.

use alloc::sync::Arc;
use alloc::vec;
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
/// The subscribers that can watch a key are those under the prefixes of the key. So a lookup needs one probe of a hash table for
/// each length of a prefix, however many subscribers there are.
#[derive(Default)]
pub(super) struct PrefixIndex {
    buckets: Vec<Bucket>,
    /// The positions of the buckets, counted from 1, by their hashes. 0 is a free slot, and at least half of them are free. The
    /// length is a power of two, or 0.
    slots: Vec<usize>,
    /// The lengths of the prefixes, in ascending order.
    lengths: Vec<usize>,
}

/// The subscribers under one prefix.
struct Bucket {
    hash: usize,
    prefix: Vec<u8>,
    subscribers: Vec<Subscriber>,
}

impl PrefixIndex {
    pub(super) fn add(&mut self, prefix: &[u8], subscriber: Subscriber) {
        let hash = hash(SEED, prefix);
        if let Some(bucket) = self.find(hash, prefix).and_then(|index| self.buckets.get_mut(index)) {
            bucket.subscribers.push(subscriber);
            return;
        }
        self.buckets.push(Bucket { hash, prefix: prefix.to_vec(), subscribers: Vec::from([subscriber]) });
        if 2 * self.buckets.len() > self.slots.len() {
            self.rebuild();
        } else {
            self.enter(hash, prefix.len(), self.buckets.len());
        }
    }

    /// Removes the subscribers whose queues are closed. Returns the number of the others.
    pub(super) fn prune(&mut self) -> usize {
        let mut left = 0;
        self.buckets.retain_mut(|bucket| {
            bucket.subscribers.retain(|subscriber| subscriber.queue.is_open());
            left += bucket.subscribers.len();
            !bucket.subscribers.is_empty()
        });
        self.rebuild();
        left
    }

    /// Returns `true` if `accept` returns `true` for a subscriber under a prefix of `bytes`. No later one is tried then.
    pub(super) fn any(&self, bytes: &[u8], accept: &mut dyn FnMut(&Subscriber) -> bool) -> bool {
        let (mut hashed, mut state) = (0, SEED);
        for length in &self.lengths {
            let (Some(prefix), Some(more)) = (bytes.get(..*length), bytes.get(hashed..*length)) else {
                break;
            };
            (hashed, state) = (*length, hash(state, more));
            let bucket = self.find(state, prefix).and_then(|index| self.buckets.get(index));
            if bucket.is_some_and(|bucket| bucket.subscribers.iter().any(&mut *accept)) {
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
        let below = self.buckets.iter().filter(|bucket| bucket.prefix.starts_with(common));
        self.any(common, &mut overlaps) || below.flat_map(|bucket| &bucket.subscribers).any(overlaps)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Subscriber> {
        self.buckets.iter().flat_map(|bucket| &bucket.subscribers)
    }

    /// Returns the index of the prefix's bucket.
    fn find(&self, hash: usize, prefix: &[u8]) -> Option<usize> {
        let mut slot = self.first_slot(hash);
        loop {
            let index = self.slots.get(slot)?.checked_sub(1)?;
            let bucket = self.buckets.get(index)?;
            if bucket.hash == hash && bucket.prefix == prefix {
                return Some(index);
            }
            slot = self.next_slot(slot);
        }
    }

    /// Enters the position of a new bucket in the table, which has a free slot.
    fn enter(&mut self, hash: usize, length: usize, position: usize) {
        let mut slot = self.first_slot(hash);
        while self.slots.get(slot).is_some_and(|taken| *taken != 0) {
            slot = self.next_slot(slot);
        }
        if let Some(free) = self.slots.get_mut(slot) {
            *free = position;
        }
        if let Err(index) = self.lengths.binary_search(&length) {
            self.lengths.insert(index, length);
        }
    }

    fn rebuild(&mut self) {
        let len = if self.buckets.is_empty() { 0 } else { (4 * self.buckets.len()).next_power_of_two() };
        (self.slots, self.lengths) = (vec![0; len], Vec::new());
        for index in 0..self.buckets.len() {
            let Some(Bucket { hash, prefix, .. }) = self.buckets.get(index) else { break };
            self.enter(*hash, prefix.len(), index + 1);
        }
    }

    fn first_slot(&self, hash: usize) -> usize {
        (hash ^ (hash >> 15)) & self.slots.len().wrapping_sub(1)
    }

    fn next_slot(&self, slot: usize) -> usize {
        (slot + 1) & self.slots.len().wrapping_sub(1)
    }
}

/// The hash of no bytes.
const SEED: usize = 0x811c_9dc5;

/// Continues a hash with more bytes, by FNV-1a.
fn hash(state: usize, bytes: &[u8]) -> usize {
    bytes.iter().fold(state, |state, byte| (state ^ usize::from(*byte)).wrapping_mul(0x0100_0193))
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
