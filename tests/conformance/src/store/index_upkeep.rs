//! Indexes follow every change to the entities.

use std::collections::BTreeSet;

use keyloft::backend::MAX_INDEX_KEY_LEN;
use keyloft::error::Place;
use keyloft::prelude::*;
use keyloft::store::IndexOn;

use super::samples::{CITY, EMAIL, JOINED, People, Person, TOKEN, people};
use crate::Fixture;
use crate::reading::Reading;

pub(crate) fn of_every_change(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = people(&db);
    store.put(&"a".into(), &Person::new("a@x", "Bonn")).unwrap();
    check(&*db, &store, 1);
    store.insert(&"b".into(), &Person::new("b@x", "Bonn")).unwrap();
    check(&*db, &store, 2);
    store.put(&"a".into(), &Person { joined: 7, ..Person::new("A@x", "Köln") }).unwrap();
    check(&*db, &store, 2);
    store
        .update(&"b".into(), |person| {
            person.city = None;
            person.token = vec![0, 1, 255];
            Ok(())
        })
        .unwrap();
    check(&*db, &store, 2);
    store.put_many(&[("c".into(), Person::new("", "")), ("b".into(), Person::new("", "Ulm"))]).unwrap();
    check(&*db, &store, 3);
    store.insert(&"c".into(), &Person::new("c@x", "Ulm")).unwrap_err();
    check(&*db, &store, 3);
    store.delete(&"b".into()).unwrap();
    check(&*db, &store, 2);
    store.delete(&"never".into()).unwrap();
    store.delete_many(&["a".into(), "never".into()]).unwrap();
    check(&*db, &store, 1);
}

pub(crate) fn of_a_deleted_prefix(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = people(&db);
    // This is more than a deletion looks up at once.
    let many: Vec<(UserId, Person)> = (0..1_200)
        .map(|number| {
            let group = if number % 3 == 0 { "kept" } else { "gone" };
            let person = Person { joined: number, ..Person::new(&format!("{number}@x"), group) };
            (UserId::new(format!("{group}-{number}")), person)
        })
        .collect();
    store.put_many(&many).unwrap();
    assert_eq!(store.delete_prefix(&UserId::prefix("gone-")).unwrap(), 800);
    check(&*db, &store, 400);
    assert_eq!(store.count_by(&CITY, ..).unwrap(), 400);
    assert_eq!(store.delete_prefix(&UserId::prefix("")).unwrap(), 400);
    assert!(db.names_of_data().is_empty(), "no entry of an index is left: {:?}", db.names());
}

pub(crate) fn of_a_transaction_that_fails(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = people(&db);
    store.put(&"a".into(), &Person::new("a@x", "Bonn")).unwrap();
    let before = db.dump();
    let failed = db.transaction(|tx| -> Result<(), Error> {
        let mut people = store.within(tx);
        people.put(&"a".into(), &Person::new("new@x", "Köln"))?;
        people.put(&"b".into(), &Person::new("a@x", "Bonn"))?;
        assert_eq!(people.find(&EMAIL, "a@x")?.map(|(key, _)| key), Some("b".into()));
        people.delete(&"a".into())?;
        Err(ErrorKind::Aborted.into())
    });
    failed.unwrap_err();
    assert_eq!(db.dump(), before);
    check(&*db, &store, 1);
}

pub(crate) fn of_a_refused_key(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = people(&db);
    store.put(&"a".into(), &Person::new("a@x", "Bonn")).unwrap();
    let before = db.dump();
    db.transaction(|tx| -> Result<(), Error> {
        let mut people = store.within(tx);
        let long = UserId::new("k".repeat(3_000));
        assert_eq!(people.put(&long, &Person::new("b@x", "Köln")).unwrap_err().code(), "KeyTooLong");
        // The value is too long for its index, and those of earlier indexes are not.
        let person = Person { token: vec![7; 5_000], ..Person::new("b@x", "Köln") };
        let error = people.put(&"b".into(), &person).unwrap_err();
        assert!(
            error.to_string().starts_with("key `b` in partition `people`: the entry of index `token` "),
            "{error}"
        );
        let ErrorKind::IndexedValueTooLong { place, index, len, max } = error.kind() else {
            panic!("{error}")
        };
        assert_eq!(*place, Place::entity(&"people".into(), "b"));
        // An entry consists of the value, its terminator and the key of the entity.
        assert_eq!((index.as_str(), *len, *max), ("token", 5_000 + 2 + 1, MAX_INDEX_KEY_LEN));
        Ok(())
    })
    .unwrap();
    assert_eq!(db.dump(), before, "the refusals left nothing half written");
}

pub(crate) fn of_an_unchanged_entity_writes_nothing_new(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = people(&db);
    store.put(&"a".into(), &Person::new("a@x", "Bonn")).unwrap();
    let before = db.dump();
    store.put(&"a".into(), &Person::new("a@x", "Bonn")).unwrap();
    store.update(&"a".into(), |_| Ok(())).unwrap();
    assert_eq!(db.dump(), before);
}

/// Checks the number of entities, and that each index has exactly those with a value.
#[track_caller]
fn check(db: &dyn StorageBackend, store: &People, count: usize) {
    let all = store.scan_all().unwrap();
    assert_eq!(all.len(), count);
    check_index(store, &all, &EMAIL, |person| person.email.clone());
    check_index(store, &all, &CITY, |person| person.city.clone());
    check_index(store, &all, &TOKEN, |person| Some(person.token.clone()));
    check_index(store, &all, &JOINED, |person| Some((person.space.clone(), person.joined)));
    let names: BTreeSet<String> = db.names_of_data().into_iter().collect();
    assert!(names.len() <= 5, "the entities and four indexes: {names:?}");
}

#[track_caller]
fn check_index<I: StorageKey>(
    store: &People,
    all: &[(UserId, Person)],
    index: &impl IndexOn<Person, I>,
    value: fn(&Person) -> Option<I>,
) {
    let mut expected: Vec<_> =
        all.iter().filter_map(|(key, person)| Some((value(person)?, key.clone(), person.clone()))).collect();
    expected.sort_by(|(a_value, a_key, _), (b_value, b_key, _)| (a_value, a_key).cmp(&(b_value, b_key)));
    let found: Vec<(UserId, Person)> = store.iter_by(index, ..).unwrap().map(Result::unwrap).collect();
    let expected: Vec<(UserId, Person)> =
        expected.into_iter().map(|(_, key, person)| (key, person)).collect();
    assert_eq!(found, expected, "in the index `{}`", index.name());
    assert_eq!(store.count_by(index, ..).unwrap(), expected.len().try_into().unwrap());
}
