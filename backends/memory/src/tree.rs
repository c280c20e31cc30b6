//! [`Tree`]: an ordered map whose copies share what they have in common.

use std::hint::black_box;
use std::ops::{Bound, ControlFlow};
use std::sync::Arc;

use keyloft::backend::{Direction, KeyRange};

use crate::key::Key;

/// How many entries a node has at most. More make a search shallower, and a change of a shared node dearer.
const MOST: usize = 28;

/// A node with fewer entries is joined with one beside it, if the two fit in one.
const FEW: usize = MOST / 4;

/// An ordered map. A clone shares everything with it, and a change copies those nodes on its way that are shared.
#[derive(Clone)]
pub(crate) struct Tree<V> {
    root: Arc<Node<V>>,
    len: usize,
}

/// A leaf, with keys and their values; or a branch, with its children, each under a key that is above all keys of the
/// children before it and not above its own. Both in one type, and the searches with them, are half the code.
struct Node<V> {
    entries: Vec<(Key, Slot<V>)>,
}

#[derive(Clone)]
enum Slot<V> {
    Value(V),
    Child(Arc<Node<V>>),
}

/// What is called with entries, and ends the visit by breaking.
pub(crate) type Visit<'a, V> = dyn FnMut(&Key, &V) -> ControlFlow<()> + 'a;

impl<V: Clone> Tree<V> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn get(&self, key: &[u8]) -> Option<&V> {
        let mut node = &self.root;
        loop {
            let (found, slot) = node.entries.get(node.place_of(key))?;
            match slot {
                Slot::Child(child) => node = child,
                Slot::Value(value) => return (found.as_bytes() == key).then_some(value),
            }
        }
    }

    pub(crate) fn get_mut(&mut self, key: &[u8]) -> Option<&mut V> {
        let mut node = &mut self.root;
        loop {
            let place = node.place_of(key);
            let (found, slot) = Arc::make_mut(node).entries.get_mut(place)?;
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

    /// Removes a key, if it is there.
    pub(crate) fn remove(&mut self, key: &[u8]) {
        if self.get(key).is_none() {
            return;
        }
        remove(&mut self.root, key);
        self.len -= 1;
        while let [(_, Slot::Child(only))] = self.root.entries.as_slice() {
            self.root = Arc::clone(only);
        }
    }

    /// Visits the entries of the range. `fetch` is called with the values of a leaf before they are visited, so that the
    /// memory is waited for once, and not for each of them.
    pub(crate) fn visit(
        &self,
        range: KeyRange<'_>,
        direction: Direction,
        fetch: fn(&V),
        visit: &mut Visit<'_, V>,
    ) {
        let _stopped = self.root.visit(range, direction, fetch, visit);
    }

    /// How many keys the range has.
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
    /// How many entries are under keys up to this one.
    fn up_to(&self, key: &[u8]) -> usize {
        self.before(|other| other.cmp(key).is_le())
    }

    /// Looks at all keys first, so that the memory is waited for once, and not for each that the search comes to.
    fn before(&self, is_before: impl Fn(&[u8]) -> bool) -> usize {
        black_box(self.entries.iter().fold(false, |odd, (key, _)| odd ^ key.is_short()));
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

    /// Where the key is, or the child that has it, if anything has.
    fn place_of(&self, key: &[u8]) -> usize {
        self.up_to(key).saturating_sub(1)
    }

    fn is_branch(&self) -> bool {
        matches!(self.entries.first(), Some((_, Slot::Child(_))))
    }

    /// The entries that are in the range, or whose children's may be.
    fn part(&self, range: KeyRange<'_>) -> &[(Key, Slot<V>)] {
        let before = |key: &[u8]| self.before(|other| other.cmp(key).is_lt());
        let from = match range.lower {
            Bound::Included(key) => before(key),
            Bound::Excluded(key) => self.up_to(key),
            Bound::Unbounded => 0,
        };
        let to = match range.upper {
            Bound::Included(key) => self.up_to(key),
            Bound::Excluded(key) => before(key),
            Bound::Unbounded => self.entries.len(),
        };
        self.entries.get(from.saturating_sub(usize::from(self.is_branch()))..to).unwrap_or_default()
    }

    fn visit(
        &self,
        range: KeyRange<'_>,
        direction: Direction,
        fetch: fn(&V),
        visit: &mut Visit<'_, V>,
    ) -> ControlFlow<()> {
        let part = self.part(range);
        for (_, slot) in part {
            match slot {
                Slot::Value(value) => fetch(value),
                Slot::Child(_) => break,
            }
        }
        let mut each = |(place, (key, slot)): (usize, &(Key, Slot<V>))| match slot {
            Slot::Value(value) => visit(key, value),
            Slot::Child(child) => child.visit(within(range, place, part.len()), direction, fetch, visit),
        };
        let mut part = part.iter().enumerate();
        match direction {
            Direction::Forward => part.try_for_each(&mut each),
            Direction::Backward => part.rev().try_for_each(&mut each),
        }
    }

    fn count(&self, range: KeyRange<'_>) -> usize {
        let part = self.part(range);
        let children = part.iter().enumerate().filter_map(|(place, (_, slot))| match slot {
            Slot::Value(_) => None,
            Slot::Child(child) => Some(child.count(within(range, place, part.len()))),
        });
        if self.is_branch() { children.sum() } else { part.len() }
    }
}

impl<V: Clone> Clone for Node<V> {
    fn clone(&self) -> Self {
        // It is cloned to be changed.
        let mut entries = Vec::with_capacity(MOST + 1);
        entries.extend_from_slice(&self.entries);
        Self { entries }
    }
}

/// The range as the child at this place of so many has to look at it: only the outer ones reach beyond it.
fn within(range: KeyRange<'_>, place: usize, of: usize) -> KeyRange<'_> {
    KeyRange {
        lower: if place == 0 { range.lower } else { Bound::Unbounded },
        upper: if place + 1 == of { range.upper } else { Bound::Unbounded },
    }
}

/// Inserts the key, or replaces its value; if there are too many entries then, those on the right come back as a child.
fn insert<V: Clone>(node: &mut Arc<Node<V>>, key: Key, value: V, len: &mut usize) -> Option<(Key, Slot<V>)> {
    let mut place = node.up_to(key.as_bytes());
    let entries = &mut Arc::make_mut(node).entries;
    let new = match entries.get_mut(place.saturating_sub(1)) {
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
    entries.insert(place, new);
    if entries.len() <= MOST {
        return None;
    }
    // Keys that come in order leave full nodes behind.
    place = if place == MOST { place } else { entries.len() / 2 };
    let mut right = entries.split_off(place);
    right.reserve_exact(MOST + 1 - right.len());
    let lowest = right.first()?.0.clone();
    Some((lowest, Slot::Child(Arc::new(Node { entries: right }))))
}

/// Removes a key that is there.
fn remove<V: Clone>(node: &mut Arc<Node<V>>, key: &[u8]) {
    let place = node.place_of(key);
    let entries = &mut Arc::make_mut(node).entries;
    let Some((_, Slot::Child(child))) = entries.get_mut(place) else {
        entries.remove(place);
        return;
    };
    remove(child, key);
    if child.entries.len() < FEW {
        join(entries, if place + 1 < entries.len() { place } else { place.saturating_sub(1) });
    }
}

/// Joins the child at this place with the next one, if the two fit in one.
fn join<V: Clone>(entries: &mut Vec<(Key, Slot<V>)>, place: usize) {
    let pair = entries.get_mut(place..place + 2);
    let Some([(_, Slot::Child(left)), (_, Slot::Child(right))]) = pair else { return };
    if left.entries.len() + right.entries.len() <= MOST {
        Arc::make_mut(left).entries.append(&mut Arc::make_mut(right).entries);
        entries.remove(place + 1);
    }
}

#[cfg(test)]
mod tests;
