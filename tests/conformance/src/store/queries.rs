//! The entities of a query, and their order.

use std::ops::Bound::{Excluded, Included, Unbounded};
use std::ops::ControlFlow;

use keyloft::prelude::*;

use super::samples::{both_ways, keys_of, numbers, with_places};
use crate::Fixture;
use crate::subject::Subject;

pub(crate) fn a_prefix_ends_where_its_part_ends(fixture: &dyn Fixture) {
    let users = ["bob", "bobby", "bob:", "bob%", "bob:x", "bo", "", "bob%3A", "BOB", "bob "];
    let db = Subject::of(fixture);
    let store = numbers(&db.writer);
    for user in users {
        for row in ["1", "2", ":", ""] {
            store.put(&UserRowId::from_strings(user, row), &0).unwrap();
        }
    }
    let store = numbers::<UserRowId>(&db.reader);
    for user in users.map(UserId::new) {
        let prefix = UserRowId::prefix(&user);
        let found = keys_of(store.scan_prefix(&prefix).unwrap());
        assert!(found.iter().all(|key| *key.user_id() == user), "{user:?}: {found:?}");
        assert_eq!(found.len(), 4, "{user:?}: {found:?}");
    }
    assert!(store.scan_prefix(&UserRowId::prefix("nobody")).unwrap().is_empty());
}

pub(crate) fn a_text_prefix_may_end_anywhere(fixture: &dyn Fixture) {
    let days = ["2025-12-31", "2026-01", "2026-01-01", "2026-01-31", "2026-02-01", "2026-1"].map(JobId::new);
    check(fixture, &days, JobId::prefix("2026-01"), &days[1..4]);
    check(fixture, &days, JobId::prefix("2026-0"), &days[1..5]);
    check(fixture, &days, JobId::prefix(""), &days);
    check(fixture, &days, JobId::prefix("2027"), &[]);
}

pub(crate) fn a_prefix_of_0xff_bytes(fixture: &dyn Fixture) {
    let rows: [&[u8]; 7] =
        [b"\xfe", b"\xfe\xff", b"\xfe\xff\x00", b"\xff", b"\xff\x00", b"\xff\xff", b"\xff\xff\xff"];
    let rows = rows.map(RowId::new);
    check(fixture, &rows, RowId::prefix([0xff]), &rows[3..]);
    check(fixture, &rows, RowId::prefix([0xff, 0xff]), &rows[5..]);
    check(fixture, &rows, RowId::prefix([0xfe, 0xff]), &rows[1..3]);
    check(fixture, &rows, RowId::prefix([]), &rows);
}

pub(crate) fn a_tuple_prefix_is_of_whole_parts(fixture: &dyn Fixture) {
    type Reading = (String, u32, i64);
    let keys = [("a", 1, -1), ("a", 1, 1), ("a", 256, 0), ("a\0", 1, 0), ("ab", 1, 0)];
    let keys: [Reading; 5] = keys.map(|(place, sensor, at)| (place.to_owned(), sensor, at));
    let place = "a".to_owned();
    check(fixture, &keys, Prefix::<Reading>::of(&place), &keys[..3]);
    check(fixture, &keys, Prefix::<Reading>::of((&place, &1)), &keys[..2]);
    check(fixture, &keys, Prefix::<Reading>::of((&place, &2)), &[]);
    check(fixture, &keys, Prefix::<Reading>::of(&String::new()), &[]);
}

pub(crate) fn ranges_of_typed_keys(fixture: &dyn Fixture) {
    let keys: Vec<i64> = (-5..5).collect();
    check(fixture, &keys, .., &keys);
    check(fixture, &keys, -2.., &keys[3..]);
    check(fixture, &keys, ..-2, &keys[..3]);
    check(fixture, &keys, ..=-2, &keys[..4]);
    check(fixture, &keys, -2..2, &keys[3..7]);
    check(fixture, &keys, -2..=2, &keys[3..8]);
    check(fixture, &keys, (Excluded(-2), Excluded(2)), &keys[4..7]);
    check(fixture, &keys, (Excluded(-2), Included(2)), &keys[4..8]);
    check(fixture, &keys, (Excluded(-2), Unbounded), &keys[4..]);
    check(fixture, &keys, -100..100, &keys);
    check(fixture, &keys, 0..=0, &[0]);
}

pub(crate) fn a_reversed_range_is_empty(fixture: &dyn Fixture) {
    let keys: Vec<i64> = (-5..5).collect();
    #[allow(clippy::reversed_empty_ranges)] // the case tests a reversed range
    {
        check(fixture, &keys, 2..-2, &[]);
        check(fixture, &keys, 2..=-2, &[]);
    }
    check(fixture, &keys, 0..0, &[]);
    check(fixture, &keys, (Excluded(0), Excluded(0)), &[]);
    check(fixture, &keys, (Excluded(0), Excluded(1)), &[]);
}

pub(crate) fn a_range_within_a_prefix(fixture: &dyn Fixture) {
    let keys = [("bo", "3"), ("bob", "1"), ("bob", "2"), ("bob", "3"), ("bobby", "1")];
    let keys = keys.map(|(user, row)| UserRowId::from_strings(user, row));
    let of_bob = UserRowId::prefix("bob");
    let from = UserRowId::from_strings("bob", "2");
    check(fixture, &keys, Query::range(from.clone()..).within(of_bob.clone()), &keys[2..4]);
    check(fixture, &keys, Query::range(..from.clone()).within(of_bob.clone()), &keys[1..2]);
    check(fixture, &keys, Query::prefix(&of_bob).between(from.clone()..), &keys[2..4]);
    check(fixture, &keys, Query::prefix(&of_bob).between((Excluded(from.clone()), Unbounded)), &keys[3..4]);
    check(fixture, &keys, Query::prefix(&of_bob).between(..from.clone()).between(..=from), &keys[1..2]);
    check(fixture, &keys, Query::prefix(of_bob).within(UserRowId::prefix("bo")), &[]);
}

pub(crate) fn a_range_of_prefixes(fixture: &dyn Fixture) {
    type Reading = (String, u32, i64);
    let keys = [("a", 1, -1), ("a", 1, 1), ("a", 256, 0), ("a\0", 1, 0), ("ab", 1, 0), ("b", 0, 0)];
    let keys: [Reading; 6] = keys.map(|(place, sensor, at)| (place.to_owned(), sensor, at));
    let of = |place: &str| Prefix::<Reading>::of(place);
    check(fixture, &keys, Query::prefixes(of("a")..of("b")), &keys[..5]);
    check(fixture, &keys, Query::prefixes(of("a")..=of("b")), &keys);
    check(fixture, &keys, Query::prefixes((Excluded(of("a")), Excluded(of("b")))), &keys[3..5]);
    check(fixture, &keys, Query::prefixes(..=of("a\0")), &keys[..4]);
    check(fixture, &keys, Query::prefixes(of("ab")..), &keys[4..]);
    check(fixture, &keys, Query::prefixes(Prefix::of(("a", &2))..).within(of("a")), &keys[2..3]);
    check(fixture, &keys, Query::prefixes(..Prefix::of(("a", &256))), &keys[..2]);
    check(fixture, &keys, Query::prefixes(of("b")..=of("a")), &[]);
    check(fixture, &keys, Query::prefixes((Excluded(Prefix::empty()), Unbounded)), &[]);
}

pub(crate) fn a_limit_counts_from_the_start_of_the_query(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    numbers(&db.writer).put_many(&with_places(&["a", "b", "c", "d"].map(JobId::new))).unwrap();
    let store = numbers::<JobId>(&db.reader);
    for limit in 0..6 {
        let (forward, backward) = both_ways(Query::range(JobId::new("b")..));
        let expected = [1, 2, 3];
        let taken = limit.min(3);
        let places = |query: Query<JobId>| -> Vec<u32> {
            let scanned = store.scan(query.clone()).unwrap();
            let iterated: Vec<_> = store.iter(query).unwrap().map(Result::unwrap).collect();
            assert_eq!(iterated, scanned);
            scanned.into_iter().map(|(_, place)| place).collect()
        };
        assert_eq!(places(forward.limit(limit)), expected[..taken]);
        let mut reversed = expected;
        reversed.reverse();
        assert_eq!(places(backward.limit(limit)), reversed[..taken]);
    }
}

pub(crate) fn a_visit_ends_when_the_visitor_breaks(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    numbers(&db.writer).put_many(&with_places(&["a", "b", "c"].map(JobId::new))).unwrap();
    let store = numbers::<JobId>(&db.reader);
    let mut visited = Vec::new();
    let done = store.visit(Query::all().reverse(), |entry| {
        assert_eq!(entry.key()?.as_bytes(), entry.key_bytes());
        visited.push((entry.key()?, entry.view::<u32>()?));
        Ok(if visited.len() == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    });
    done.unwrap();
    assert_eq!(visited, [("c".into(), 2), ("b".into(), 1)]);
    let mut calls = 0;
    let error = store.visit(.., |_| {
        calls += 1;
        Err(ErrorKind::ReadOnly.into())
    });
    assert!(
        matches!(&error, Err(error) if error.code() == "ReadOnly") && calls == 1,
        "{error:?} after {calls} calls"
    );
}

/// Stores the keys, and checks that the query finds the expected ones, by a scan and by an iterator, in both directions.
#[track_caller]
fn check<K: StorageKey>(fixture: &dyn Fixture, keys: &[K], query: impl Into<Query<K>>, expected: &[K]) {
    let db = Subject::of(fixture);
    numbers(&db.writer).put_many(&with_places(keys)).unwrap();
    let store = numbers::<K>(&db.reader);
    let (forward, backward) = both_ways(query);
    assert_eq!(keys_of(store.scan(forward.clone()).unwrap()), expected, "{forward:?}");
    assert_eq!(keys_of(store.iter(forward).unwrap().map(Result::unwrap)), expected);
    let mut expected = expected.to_vec();
    expected.reverse();
    assert_eq!(keys_of(store.scan(backward.clone()).unwrap()), expected, "{backward:?}");
    assert_eq!(keys_of(store.iter(backward).unwrap().map(Result::unwrap)), expected);
}
