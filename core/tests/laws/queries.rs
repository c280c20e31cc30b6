//! A store returns the entries that a sorted map returns.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Bound, ControlFlow, RangeBounds};
use std::sync::Arc;

use keyloft::prelude::*;
use keyloft_memory::MemoryBackend;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use crate::derived::Reading;
use crate::hostile::Hostile;
use crate::law::holds;

pub(crate) type Bounds<K> = (Bound<K>, Bound<K>);

/// Creates a store of the keys, each with its index as the value.
pub(crate) fn store_of<K: Hostile>(keys: &BTreeSet<K>) -> (Table<K, u32>, BTreeMap<K, u32>) {
    let store = Table::<K, u32>::new(Arc::new(MemoryBackend::new()), "keys");
    let model: BTreeMap<K, u32> = keys.iter().cloned().zip(0..).collect();
    let entries: Vec<_> = model.clone().into_iter().collect();
    store.put_many(&entries).unwrap();
    (store, model)
}

pub(crate) fn keys<K: Hostile>() -> impl Strategy<Value = BTreeSet<K>> {
    prop::collection::btree_set(K::hostile(), 0..24)
}

/// Generates bounds of every kind at present and absent keys, including a lower bound above the upper one.
pub(crate) fn bounds<K: Hostile>() -> impl Strategy<Value = Bounds<K>> {
    let bound = || {
        prop_oneof![
            1 => Just(Bound::Unbounded),
            2 => K::hostile().prop_map(Bound::Included),
            2 => K::hostile().prop_map(Bound::Excluded),
        ]
    };
    (bound(), bound())
}

/// Returns the entries that a query must find.
pub(crate) fn expected<K: Ord + Clone>(
    model: &BTreeMap<K, u32>,
    wanted: impl Fn(&K) -> bool,
    reverse: bool,
    limit: Option<usize>,
) -> Vec<(K, u32)> {
    let mut found: Vec<_> =
        model.iter().filter(|(key, _)| wanted(key)).map(|(key, value)| (key.clone(), *value)).collect();
    if reverse {
        found.reverse();
    }
    found.truncate(limit.unwrap_or(usize::MAX));
    found
}

pub(crate) fn shaped<K: Hostile>(query: Query<K>, reverse: bool, limit: Option<usize>) -> Query<K> {
    let query = if reverse { query.reverse() } else { query };
    match limit {
        Some(limit) => query.limit(limit),
        None => query,
    }
}

fn limits() -> impl Strategy<Value = Option<usize>> {
    prop_oneof![Just(None), (0_usize..6).prop_map(Some), Just(Some(usize::MAX))]
}

/// Checks the three ways to read a query against the model.
fn finds<K: Hostile>(store: &Table<K, u32>, query: &Query<K>, expected: &[(K, u32)]) -> TestCaseResult {
    prop_assert_eq!(&store.scan(query.clone()).unwrap(), expected);
    let by_iter: Vec<_> = store.iter(query.clone()).unwrap().map(Result::unwrap).collect();
    prop_assert_eq!(&by_iter, expected);
    let mut visited = Vec::new();
    let visit = |entry: keyloft::store::Entry<'_, K, u32>| {
        visited.push((entry.key()?, entry.entity()?));
        Ok(ControlFlow::Continue(()))
    };
    store.visit(query.clone(), visit).unwrap();
    prop_assert_eq!(&visited, expected);
    Ok(())
}

fn ranges<K: Hostile>() {
    holds((keys::<K>(), bounds::<K>(), any::<bool>(), limits()), |(keys, range, reverse, limit)| {
        let (store, model) = store_of(&keys);
        let expected = expected(&model, |key| range.contains(key), reverse, limit);
        finds(&store, &shaped(Query::range(range), reverse, limit), &expected)?;

        prop_assert_eq!(store.count().unwrap(), u64::try_from(model.len()).unwrap());
        prop_assert_eq!(
            store.first().unwrap(),
            model.first_key_value().map(|(key, value)| (key.clone(), *value))
        );
        prop_assert_eq!(
            store.last().unwrap(),
            model.last_key_value().map(|(key, value)| (key.clone(), *value))
        );
        Ok(())
    });
}

#[test]
fn ranges_of_text() {
    ranges::<JobId>();
}

#[test]
fn ranges_of_bytes() {
    ranges::<Vec<u8>>();
}

#[test]
fn ranges_of_composites() {
    ranges::<UserRowId>();
    ranges::<Reading>();
    ranges::<(Vec<u8>, i16)>();
}

/// Checks the keys of a prefix, alone and within a range, and that deleting them leaves the others.
fn prefixes<K: Hostile, P: std::fmt::Debug>(
    prefix: impl Strategy<Value = P>,
    of: impl Fn(&P) -> Prefix<K>,
    wanted: impl Fn(&P, &K) -> bool,
) {
    let cases = (keys::<K>(), prefix, bounds::<K>(), any::<bool>(), limits());
    holds(cases, |(keys, parts, range, reverse, limit)| {
        let (store, model) = store_of(&keys);
        let prefix = of(&parts);
        let all = expected(&model, |key| wanted(&parts, key), reverse, limit);
        finds(&store, &shaped(Query::prefix(prefix.clone()), reverse, limit), &all)?;

        let in_range = expected(&model, |key| wanted(&parts, key) && range.contains(key), reverse, limit);
        finds(&store, &shaped(Query::range(range).within(prefix.clone()), reverse, limit), &in_range)?;

        let left = expected(&model, |key| !wanted(&parts, key), false, None);
        let deleted = store.delete_prefix(&prefix).unwrap();
        prop_assert_eq!(deleted, u64::try_from(model.len() - left.len()).unwrap());
        prop_assert_eq!(store.scan_all().unwrap(), left);
        Ok(())
    });
}

#[test]
fn prefixes_of_text() {
    prefixes(
        crate::hostile::text(),
        |start| JobId::prefix(start),
        |start, key: &JobId| key.as_str().starts_with(start),
    );
}

#[test]
fn prefixes_of_bytes() {
    prefixes(
        crate::hostile::bytes(),
        |start| Prefix::of(start.as_slice()),
        |start, key: &Vec<u8>| key.starts_with(start),
    );
    prefixes(
        prop::collection::vec(Just(0xFF_u8), 0..4),
        |start| Prefix::of(start.as_slice()),
        |start, key: &Vec<u8>| key.starts_with(start),
    );
}

#[test]
fn ranges_of_prefixes() {
    holds((keys::<(String, u8)>(), bounds::<String>()), |(keys, range)| {
        let (store, model) = store_of(&keys);
        let wanted = model.iter().filter(|(key, _)| range.contains(&key.0));
        let expected: Vec<_> = wanted.map(|(key, number)| (key.clone(), *number)).collect();
        let prefix = |bound: &Bound<String>| bound.as_ref().map(Prefix::of);
        let query = Query::prefixes((prefix(&range.0), prefix(&range.1)));
        finds(&store, &query, &expected)
    });
}

#[test]
fn prefixes_of_composites() {
    prefixes(Hostile::hostile(), UserRowId::prefix, |user, key: &UserRowId| key.user_id() == user);
    prefixes(
        Hostile::hostile(),
        |device| Reading::prefix(device),
        |device, key: &Reading| key.device == *device,
    );
    prefixes(Vec::<u8>::hostile(), |first| Prefix::of(first), |first, key: &(Vec<u8>, i16)| key.0 == *first);
}

#[test]
fn a_long_iteration_misses_nothing() {
    let keys: BTreeSet<u32> = (0..5000).collect();
    let (store, model) = store_of(&keys);
    for reverse in [false, true] {
        for limit in [None, Some(16), Some(17), Some(80), Some(1360), Some(4999), Some(5000), Some(5001)] {
            let expected = expected(&model, |_| true, reverse, limit);
            let query = shaped(Query::all(), reverse, limit);
            let found: Vec<_> = store.iter(query).unwrap().map(Result::unwrap).collect();
            assert_eq!(found, expected, "reverse {reverse}, limit {limit:?}");
        }
    }
}
