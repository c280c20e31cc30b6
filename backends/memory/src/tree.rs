//! [`Tree`]: an ordered map whose clones share memory, a persistent B+ tree.
//!
//! It exists because the maps of other crates are slower at what the backend does. Ratios to `RwLock<BTreeMap>`, from
//! `cargo xtask bench --only memory` with 100,000 users of 128 bytes, where less is better:
//!
//! | row | this tree | `imbl::OrdMap` 7 | crossbeam's `SkipMap` 0.1 |
//! | --- | ---: | ---: | ---: |
//! | put, batches of 1,000 | 0.80 | 1.51 | 2.07 |
//! | get | 0.88 | 1.31 | 2.21 |
//! | full scan | 0.64 | 1.04 | 1.39 |
//! | prefix of 100 | 0.66 | 1.02 | 1.32 |
//! | put, one call | 0.80 | 1.28 | 2.29 |
//!
//! The figures of this tree include the whole store above it, and the others are bare maps. `SkipMap` has no snapshots,
//! which a backend needs. This tree is faster because short keys are inside its nodes, and because
//! [`partition_point`](Node::partition_point) and [`visit`](Tree::visit) load memory ahead.

use std::hint::black_box;
use std::ops::{Bound, ControlFlow};
use std::sync::Arc;

use keyloft::backend::{Direction, KeyRange};

use crate::key::Key;

/// The most entries of a node. Larger nodes make the tree shallower, but a copy of a shared node more expensive.
const MAX_ENTRIES: usize = 28;

/// A node with fewer entries is merged with a neighbour, if the two fit in one node.
const MIN_ENTRIES: usize = MAX_ENTRIES / 4;

/// An ordered map.
///
/// A clone shares all nodes. A change copies the nodes on its path that are shared, and changes the others in place.
#[derive(Clone)]
pub(crate) struct Tree<V> {
    root: Arc<Node<V>>,
    len: usize,
}

/// A leaf with keys and values, or a branch with separators and children.
///
/// The separator of a child is greater than all keys of the children before it, and at most the child's lowest key.
/// Leaves and branches are one type because they share their searches.
struct Node<V> {
    entries: Vec<(Key, Slot<V>)>,
}

#[derive(Clone)]
enum Slot<V> {
    Value(V),
    Child(Arc<Node<V>>),
}

/// A visitor of entries, which breaks to end the visit.
pub(crate) type Visit<'a, V> = dyn FnMut(&Key, &V) -> ControlFlow<()> + 'a;

impl<V: Clone> Tree<V> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn get(&self, key: &[u8]) -> Option<&V> {
        let mut node = &self.root;
        loop {
            let (found, slot) = node.entries.get(node.index_of(key))?;
            match slot {
                Slot::Child(child) => node = child,
                Slot::Value(value) => return (found.as_bytes() == key).then_some(value),
            }
        }
    }

    pub(crate) fn get_mut(&mut self, key: &[u8]) -> Option<&mut V> {
        let mut node = &mut self.root;
        loop {
            let index = node.index_of(key);
            let (found, slot) = Arc::make_mut(node).entries.get_mut(index)?;
            match slot {
                Slot::Child(child) => node = child,
                Slot::Value(value) => return (found.as_bytes() == key).then_some(value),
            }
        }
    }

    pub(crate) fn insert(&mut self, key: Key, value: V) {
        let Some(right) = insert(&mut self.root, key, value, &mut self.len) else { return };
        let left = (Key::from(&[][..]), Slot::Child(Arc::clone(&self.root)));
        self.root = Arc::new(Node { entries: vec![left, right] });
    }

    /// Removes a key. Returns `true` if it existed.
    pub(crate) fn remove(&mut self, key: &[u8]) -> bool {
        if self.get(key).is_none() {
            return false;
        }
        remove(&mut self.root, key);
        self.len -= 1;
        while let [(_, Slot::Child(only))] = self.root.entries.as_slice() {
            self.root = Arc::clone(only);
        }
        true
    }

    /// Visits the entries of the range.
    ///
    /// It calls `prefetch` with all values of a leaf before it visits the first value, so that their cache misses
    /// overlap.
    pub(crate) fn visit(
        &self,
        range: KeyRange<'_>,
        direction: Direction,
        prefetch: fn(&V),
        visit: &mut Visit<'_, V>,
    ) {
        let _stopped = self.root.visit(range, direction, prefetch, visit);
    }

    /// Returns the number of keys in the range.
    pub(crate) fn count(&self, range: KeyRange<'_>) -> usize {
        if range == KeyRange::ALL { self.len } else { self.root.count(range) }
    }
}

impl<V> Default for Tree<V> {
    fn default() -> Self {
        Self { root: Arc::new(Node { entries: Vec::new() }), len: 0 }
    }
}

impl<V> Node<V> {
    /// Returns the number of entries whose keys are at most `key`.
    fn upper_bound(&self, key: &[u8]) -> usize {
        self.partition_point(|other| other.cmp(key).is_le())
    }

    /// Returns the number of entries before the first whose key does not satisfy `is_before`.
    ///
    /// It reads one byte of every key first, so that the node's cache misses overlap. A binary search alone would wait
    /// for one miss after another.
    fn partition_point(&self, is_before: impl Fn(&[u8]) -> bool) -> usize {
        black_box(self.entries.iter().fold(false, |odd, (key, _)| odd ^ key.is_inline()));
        let (mut low, mut high) = (0, self.entries.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            match self.entries.get(middle) {
                Some((other, _)) if is_before(other.as_bytes()) => low = middle + 1,
                _ => high = middle,
            }
        }
        low
    }

    /// Returns the index of the key in a leaf, or of the child that covers it in a branch. The key may be missing.
    fn index_of(&self, key: &[u8]) -> usize {
        self.upper_bound(key).saturating_sub(1)
    }

    fn is_branch(&self) -> bool {
        matches!(self.entries.first(), Some((_, Slot::Child(_))))
    }

    /// Returns the entries of a leaf that are in the range, or the children of a branch that may have such entries.
    fn slice(&self, range: KeyRange<'_>) -> &[(Key, Slot<V>)] {
        let lower_bound = |key: &[u8]| self.partition_point(|other| other.cmp(key).is_lt());
        let from = match range.lower {
            Bound::Included(key) => lower_bound(key),
            Bound::Excluded(key) => self.upper_bound(key),
            Bound::Unbounded => 0,
        };
        let to = match range.upper {
            Bound::Included(key) => self.upper_bound(key),
            Bound::Excluded(key) => lower_bound(key),
            Bound::Unbounded => self.entries.len(),
        };
        // In a branch, the child before the first separator in the range may have keys in the range too.
        self.entries.get(from.saturating_sub(usize::from(self.is_branch()))..to).unwrap_or_default()
    }

    fn visit(
        &self,
        range: KeyRange<'_>,
        direction: Direction,
        prefetch: fn(&V),
        visit: &mut Visit<'_, V>,
    ) -> ControlFlow<()> {
        let slice = self.slice(range);
        for (_, slot) in slice {
            match slot {
                Slot::Value(value) => prefetch(value),
                Slot::Child(_) => break,
            }
        }
        let mut each = |(index, (key, slot)): (usize, &(Key, Slot<V>))| match slot {
            Slot::Value(value) => visit(key, value),
            Slot::Child(child) => {
                child.visit(child_range(range, index, slice.len()), direction, prefetch, visit)
            }
        };
        let mut entries = slice.iter().enumerate();
        match direction {
            Direction::Forward => entries.try_for_each(&mut each),
            Direction::Backward => entries.rev().try_for_each(&mut each),
        }
    }

    fn count(&self, range: KeyRange<'_>) -> usize {
        let slice = self.slice(range);
        let children = slice.iter().enumerate().filter_map(|(index, (_, slot))| match slot {
            Slot::Value(_) => None,
            Slot::Child(child) => Some(child.count(child_range(range, index, slice.len()))),
        });
        if self.is_branch() { children.sum() } else { slice.len() }
    }
}

impl<V: Clone> Clone for Node<V> {
    fn clone(&self) -> Self {
        // A node is cloned before a change. An insertion can make it one entry too long, before it is split.
        let mut entries = Vec::with_capacity(MAX_ENTRIES + 1);
        entries.extend_from_slice(&self.entries);
        Self { entries }
    }
}

/// Returns the part of the range that child `index` of `len` must search. Only the first and the last child can have
/// keys outside the range.
fn child_range(range: KeyRange<'_>, index: usize, len: usize) -> KeyRange<'_> {
    KeyRange {
        lower: if index == 0 { range.lower } else { Bound::Unbounded },
        upper: if index + 1 == len { range.upper } else { Bound::Unbounded },
    }
}

/// Inserts the key, or replaces its value. If the node overflows, it is split, and the right part is returned.
fn insert<V: Clone>(node: &mut Arc<Node<V>>, key: Key, value: V, len: &mut usize) -> Option<(Key, Slot<V>)> {
    let index = node.upper_bound(key.as_bytes());
    let entries = &mut Arc::make_mut(node).entries;
    let new = match entries.get_mut(index.saturating_sub(1)) {
        Some((_, Slot::Child(child))) => insert(child, key, value, len)?,
        Some((found, Slot::Value(old))) if *found == key => {
            *old = value;
            return None;
        }
        _ => {
            *len += 1;
            (key, Slot::Value(value))
        }
    };
    entries.insert(index, new);
    if entries.len() <= MAX_ENTRIES {
        return None;
    }
    // Ascending insertions append to the last node. A split at its end leaves the left node full.
    let split = if index == MAX_ENTRIES { index } else { entries.len() / 2 };
    let mut right = entries.split_off(split);
    right.reserve_exact(MAX_ENTRIES + 1 - right.len());
    let separator = right.first()?.0.clone();
    Some((separator, Slot::Child(Arc::new(Node { entries: right }))))
}

/// Removes a key, which must exist.
fn remove<V: Clone>(node: &mut Arc<Node<V>>, key: &[u8]) {
    let index = node.index_of(key);
    let entries = &mut Arc::make_mut(node).entries;
    let Some((_, Slot::Child(child))) = entries.get_mut(index) else {
        entries.remove(index);
        return;
    };
    remove(child, key);
    if child.entries.len() < MIN_ENTRIES {
        merge(entries, if index + 1 < entries.len() { index } else { index.saturating_sub(1) });
    }
}

/// Merges child `index` with the next one, if the two fit in one node.
fn merge<V: Clone>(entries: &mut Vec<(Key, Slot<V>)>, index: usize) {
    let pair = entries.get_mut(index..index + 2);
    let Some([(_, Slot::Child(left)), (_, Slot::Child(right))]) = pair else { return };
    if left.entries.len() + right.entries.len() <= MAX_ENTRIES {
        Arc::make_mut(left).entries.append(&mut Arc::make_mut(right).entries);
        entries.remove(index + 1);
    }
}

#[cfg(test)]
mod tests;
