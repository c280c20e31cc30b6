//! Random values of the sample types.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;

use super::samples::{Everything, Marker, Name, Numbers, Pair, State, Tree};
use crate::tables::row::{Row, Value};

pub(super) fn names() -> impl Strategy<Value = Name> {
    any::<String>().prop_map(Name)
}

pub(super) fn trees() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![Just(Tree::Leaf), names().prop_map(Tree::Name)];
    leaf.prop_recursive(5, 30, 4, |tree| {
        let boxed = tree.clone().prop_map(Box::new);
        prop_oneof![
            (any::<u32>(), boxed.clone()).prop_map(|(number, tree)| Tree::Both(number, tree)),
            (boxed.clone(), option::of(boxed)).prop_map(|(left, right)| Tree::Fork { left, right }),
            vec(tree, 0..4).prop_map(Tree::Many),
        ]
    })
}

fn numbers() -> impl Strategy<Value = Numbers> {
    // Floats that all programs write alike.
    let finite = (any::<i16>(), any::<i32>()).prop_map(|(a, b)| (f32::from(a) / 4.0, f64::from(b) / 4.0));
    // Integers that all JSON parsers read.
    let safe = (any::<u32>(), any::<usize>()).prop_map(|(a, b)| (u64::from(a), b >> 11));
    let signed = (any::<i32>(), any::<isize>()).prop_map(|(a, b)| (i64::from(a), b >> 11));
    let a = (any::<u8>(), any::<u16>(), any::<u32>(), safe).prop_map(|(a, b, c, (d, e))| (a, b, c, d, e));
    let b = (any::<i8>(), any::<i16>(), any::<i32>(), signed).prop_map(|(a, b, c, (d, e))| (a, b, c, d, e));
    let c = (finite, any::<bool>(), any::<char>()).prop_map(|((a, b), c, d)| (a, b, c, d));
    (a, b, c, any::<[u16; 3]>()).prop_map(|(a, b, c, d)| Numbers { a, b, c, d })
}

fn pairs() -> impl Strategy<Value = Pair> {
    any::<(u8, Option<i16>)>().prop_map(|(a, b)| Pair(a, b))
}

fn states() -> impl Strategy<Value = State> {
    prop_oneof![Just(State::Draft), Just(State::Sent)]
}

pub(super) fn rows() -> impl Strategy<Value = Row> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<f64>().prop_map(Value::Float),
        Just(Value::Float(1e300)),
        Just(Value::Float(0.25)),
        any::<String>().prop_map(Value::Text),
        any::<Vec<u8>>().prop_map(Value::Bytes),
        any::<i64>().prop_map(Value::Timestamp),
        (-1000..1000_i64).prop_map(Value::Timestamp),
    ];
    let value = leaf.prop_recursive(3, 20, 4, |value| {
        let name = prop_oneof![any::<String>(), Just(String::from("$a"))];
        prop_oneof![
            vec(value.clone(), 0..4).prop_map(Value::List),
            btree_map(name, value, 0..3).prop_map(Value::Map),
        ]
    });
    btree_map(any::<String>(), value, 0..4).prop_map(|columns: BTreeMap<_, _>| columns.into_iter().collect())
}

pub(super) fn everything() -> impl Strategy<Value = Everything> {
    let maps = (
        btree_map(states(), trees(), 0..3),
        btree_map(any::<i32>(), any::<Option<String>>(), 0..4),
        btree_map(any::<char>(), any::<bool>(), 0..4),
        btree_set(names(), 0..4),
    );
    let ids = (any::<String>(), any::<Vec<u8>>(), rows());
    (numbers(), vec(pairs(), 0..4), maps, ids).prop_map(|(numbers, pairs, maps, (owner, row, columns))| {
        let (states, by_number, by_char, names): (_, _, _, BTreeSet<_>) = maps;
        let (marker, unit) = (Marker, ());
        let (owner, row) = (owner.into(), row.into());
        Everything { numbers, marker, unit, pairs, states, by_number, by_char, names, owner, row, columns }
    })
}
