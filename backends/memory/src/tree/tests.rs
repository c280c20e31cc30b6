//! The tree behaves as a `BTreeMap` under random operations, and a change of a clone does not show in the original.

use std::collections::BTreeMap;
use std::ops::{Bound, ControlFlow};
use std::sync::Arc;

use keyloft::backend::{Direction, KeyRange};

use super::{MAX_ENTRIES, Node, Slot, Tree};
use crate::key::Key;

type Model = BTreeMap<Vec<u8>, u64>;

/// A generator of pseudo-random numbers, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    /// Returns a key of a few bytes, or one that is too long to be inline.
    fn key(&mut self) -> Vec<u8> {
        let number = self.below(4000);
        let mut key = number.to_be_bytes().to_vec();
        key.retain(|byte| *byte != 0);
        if number.is_multiple_of(7) {
            key.resize(50, 9);
        }
        key
    }

    fn bound(&mut self) -> Bound<Vec<u8>> {
        match self.below(3) {
            0 => Bound::Unbounded,
            1 => Bound::Included(self.key()),
            _ => Bound::Excluded(self.key()),
        }
    }
}

fn entries(tree: &Tree<u64>, range: KeyRange<'_>, direction: Direction) -> Vec<(Vec<u8>, u64)> {
    let mut entries = Vec::new();
    tree.visit(range, direction, |_| (), &mut |key, value| {
        entries.push((key.as_bytes().to_vec(), *value));
        ControlFlow::Continue(())
    });
    entries
}

/// Checks the order and the sizes of nodes. Returns the depth.
fn check(node: &Arc<Node<u64>>, above: &[u8], below: Option<&[u8]>) -> usize {
    assert!(node.entries.len() <= MAX_ENTRIES);
    assert!(node.entries.is_sorted_by(|a, b| a.0.as_bytes() < b.0.as_bytes()));
    let mut depths = Vec::new();
    for (place, (key, slot)) in node.entries.iter().enumerate() {
        assert!(above <= key.as_bytes() && below.is_none_or(|below| key.as_bytes() < below));
        if let Slot::Child(child) = slot {
            let next = node.entries.get(place + 1).map(|(key, _)| key.as_bytes());
            depths.push(check(child, key.as_bytes(), next.or(below)));
        }
    }
    assert!(depths.windows(2).all(|pair| pair[0] == pair[1]), "all leaves are equally deep");
    assert!(depths.is_empty() || depths.len() == node.entries.len());
    depths.first().map_or(0, |depth| depth + 1)
}

fn assert_equal(tree: &Tree<u64>, model: &Model) {
    check(&tree.root, &[], None);
    let expected: Vec<_> = model.iter().map(|(key, value)| (key.clone(), *value)).collect();
    assert_eq!(entries(tree, KeyRange::ALL, Direction::Forward), expected);
    assert_eq!((tree.len(), tree.count(KeyRange::ALL)), (model.len(), model.len()));
}

fn assert_equal_between(tree: &Tree<u64>, model: &Model, lower: &Bound<Vec<u8>>, upper: &Bound<Vec<u8>>) {
    let range = KeyRange::new(lower.as_ref(), upper.as_ref());
    let inside = model.iter().filter(|(key, _)| range.contains(key));
    let mut expected: Vec<_> = inside.map(|(key, value)| (key.clone(), *value)).collect();
    if range.is_empty() {
        return;
    }
    assert_eq!(tree.count(range), expected.len());
    assert_eq!(entries(tree, range, Direction::Forward), expected);
    expected.reverse();
    assert_eq!(entries(tree, range, Direction::Backward), expected);
}

#[test]
fn random_operations_match_a_btree_map() {
    let mut numbers = Numbers(1);
    let (mut tree, mut model) = (Tree::default(), Model::new());
    let mut kept: Vec<(Tree<u64>, Model)> = Vec::new();
    for step in 0..40_000_u64 {
        let key = numbers.key();
        // The tree grows, shrinks, and grows again.
        if numbers.below(10) < if (step / 8_000).is_multiple_of(2) { 8 } else { 2 } {
            tree.insert(Key::from(key.as_slice()), step);
            model.insert(key, step);
        } else {
            tree.remove(&key);
            model.remove(&key);
        }
        let key = numbers.key();
        assert_eq!(tree.get(&key), model.get(&key));
        if step % 50 == 0 {
            assert_eq!(tree.get_mut(&key), model.get_mut(&key));
            assert_equal_between(&tree, &model, &numbers.bound(), &numbers.bound());
        }
        if step % 4_000 == 0 {
            assert_equal(&tree, &model);
            kept.push((tree.clone(), model.clone()));
        }
    }
    for (tree, model) in &kept {
        assert_equal(tree, model);
    }
}

#[test]
fn a_visit_ends_when_the_visitor_breaks() {
    let mut tree = Tree::default();
    (0..500_u64).for_each(|number| tree.insert(Key::from(&number.to_be_bytes()[..]), number));
    for direction in [Direction::Forward, Direction::Backward] {
        for most in [1, MAX_ENTRIES, 300] {
            let mut seen = 0;
            tree.visit(KeyRange::ALL, direction, |_| (), &mut |_, _| {
                seen += 1;
                if seen == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            assert_eq!(seen, most);
        }
    }
}

#[test]
fn sorted_inserts_fill_the_nodes() {
    let mut tree = Tree::default();
    let keys = u64::try_from(MAX_ENTRIES * MAX_ENTRIES).unwrap();
    (0..keys).for_each(|number| tree.insert(Key::from(&number.to_be_bytes()[..]), number));
    assert_eq!(check(&tree.root, &[], None), 1, "all of them fit under one branch");
}
