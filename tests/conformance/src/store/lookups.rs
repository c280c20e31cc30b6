//! Lookups of entities by their keys.

use std::sync::Arc;

use keyloft::prelude::*;

use super::samples::{keys_of, numbers, with_places};
use crate::Fixture;
use crate::subject::Subject;

pub(crate) fn of_an_empty_store_find_nothing(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    let store = numbers::<JobId>(&db.reader);
    let key = JobId::new("1");
    assert_eq!(store.get(&key).unwrap(), None);
    assert!(!store.contains(&key).unwrap());
    assert_eq!(store.get_many(&[key.clone(), key]).unwrap(), [None, None]);
    assert_eq!((store.first().unwrap(), store.last().unwrap(), store.count().unwrap()), (None, None, 0));
    assert!(store.scan_all().unwrap().is_empty());
    assert_eq!(store.iter(..).unwrap().count(), 0);
}

pub(crate) fn give_the_entity_of_the_key(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    numbers(&db.writer).put_many(&[(JobId::new("1"), 7), (JobId::new("10"), 8)]).unwrap();
    let store = numbers::<JobId>(&db.reader);
    assert_eq!(store.get(&"1".into()).unwrap(), Some(7));
    assert_eq!(store.get(&"10".into()).unwrap(), Some(8));
    assert_eq!(store.get(&"100".into()).unwrap(), None);
    assert!(store.contains(&"1".into()).unwrap() && !store.contains(&"".into()).unwrap());
}

pub(crate) fn of_many_give_each_its_place(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    numbers(&db.writer).put_many(&with_places(&["a", "b", "c"].map(JobId::new))).unwrap();
    let found = numbers(&db.reader).get_many(&["c", "x", "a", "c"].map(JobId::new));
    assert_eq!(found.unwrap(), [Some(2), None, Some(0), Some(2)]);
}

pub(crate) fn the_first_and_the_last(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    numbers(&db.writer).put_many(&[(5_i64, 1), (-5, 2), (0, 3)]).unwrap();
    let store = numbers::<i64>(&db.reader);
    assert_eq!(store.first().unwrap(), Some((-5, 2)));
    assert_eq!(store.last().unwrap(), Some((5, 1)));
    assert_eq!(store.count().unwrap(), 3);
}

pub(crate) fn two_stores_do_not_meet(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    let store = |backend, name: &str| Table::<JobId, u32>::new(Arc::clone(backend), name);
    store(&db.writer, "here").put(&"1".into(), &1).unwrap();
    store(&db.writer, "there").put(&"1".into(), &2).unwrap();
    assert_eq!(store(&db.reader, "here").scan_all().unwrap(), [("1".into(), 1)]);
    assert_eq!(store(&db.reader, "there").scan_all().unwrap(), [("1".into(), 2)]);
    assert_eq!(store(&db.reader, "her").count().unwrap(), 0);
}

pub(crate) fn keys_of_every_type_come_back_in_order(fixture: &dyn Fixture) {
    in_order(fixture, [i64::MIN, -256, -255, -1, 0, 1, 255, 256, i64::MAX]);
    in_order(fixture, [0_u32, 1, 255, 256, 65_536, u32::MAX]);
    in_order(fixture, [false, true]);
    in_order(fixture, ["", "\0", "a", "a\0", "aa", "b", "ß", "鍵"].map(JobId::new));
    in_order(fixture, [vec![], vec![0], vec![0, 0], vec![0, 255], vec![1], vec![255], vec![255, 255]]);
    let rows = [("", ""), ("", "a"), ("a%", "z"), ("a:", "b"), ("bob", ""), ("bob", "1"), ("bobby", "0")];
    in_order(fixture, rows.map(|(user, row)| UserRowId::from_strings(user, row)));
    in_order(fixture, [("a", "z"), ("app", "a"), ("app", "b")].map(|(a, b)| TableId::from_strings(a, b)));
    let tuples =
        [("", 9, -1), ("", 9, 1), ("\0", 0, 0), ("a", 1, i64::MIN), ("a", 1, 0), ("a", 2, 0), ("a\0", 0, 0)];
    in_order(fixture, tuples.map(|(text, number, at)| (text.to_owned(), number, at)));
}

/// Puts the keys in the reverse order, and checks that they are read in their own.
#[track_caller]
fn in_order<K: StorageKey, const N: usize>(fixture: &dyn Fixture, mut keys: [K; N]) {
    keys.sort();
    let db = Subject::of(fixture);
    let mut entries = with_places(&keys);
    entries.reverse();
    numbers(&db.writer).put_many(&entries).unwrap();
    let store = numbers::<K>(&db.reader);
    entries.reverse();
    assert_eq!(store.scan_all().unwrap(), entries);
    let backward = keys_of(store.scan(keyloft::Query::all().reverse()).unwrap());
    assert!(backward.iter().rev().eq(&keys), "{backward:?}");
    for (key, place) in entries {
        assert_eq!(store.get(&key).unwrap(), Some(place), "{key:?}");
    }
}
