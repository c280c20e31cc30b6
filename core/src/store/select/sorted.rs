//! [`Sorted`]: the first entities of an order that nothing stored has.

use alloc::vec::Vec;

/// The first entities of an order, of which no more than twice the limit are in memory.
pub(super) struct Sorted<V> {
    /// The sort value, the key, and the entity.
    entries: Vec<(Vec<u8>, Vec<u8>, V)>,
    limit: usize,
    reverse: bool,
}

/// The number of entities that are kept in any case. Sorting a few of them often is slow.
const LEAST: usize = 256;

impl<V> Sorted<V> {
    pub(super) fn new(limit: usize, reverse: bool) -> Self {
        Self { entries: Vec::new(), limit, reverse }
    }

    pub(super) fn add(&mut self, value: Vec<u8>, key: Vec<u8>, entity: V) {
        self.entries.push((value, key, entity));
        if self.entries.len() >= self.limit.saturating_mul(2).max(LEAST) {
            self.sort();
        }
    }

    fn sort(&mut self) {
        self.entries.sort_unstable_by(|(a_value, a_key, _), (b_value, b_key, _)| {
            let order = (a_value, a_key).cmp(&(b_value, b_key));
            if self.reverse { order.reverse() } else { order }
        });
        self.entries.truncate(self.limit);
    }

    /// Returns the keys and the entities, in their order.
    pub(super) fn finish(mut self) -> impl Iterator<Item = (Vec<u8>, V)> {
        self.sort();
        self.entries.into_iter().map(|(_, key, entity)| (key, entity))
    }
}
