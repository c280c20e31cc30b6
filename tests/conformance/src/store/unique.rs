//! Unique indexes refuse the second entity of a value, of which nothing is written.

use keyloft::prelude::*;

use super::samples::{CITY, EMAIL, Person, people};
use crate::Fixture;
use crate::reading::Reading;
use crate::threads::at_once;

pub(crate) fn a_taken_value_is_refused_by_every_write(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = people(&db);
    store.put(&"a".into(), &Person::new("a@x", "Bonn")).unwrap();
    store.put(&"b".into(), &Person::new("b@x", "Bonn")).unwrap();
    let before = db.dump();
    let taken = Person::new("a@x", "Köln");
    let errors = [
        store.put(&"c".into(), &taken).unwrap_err(),
        store.put(&"b".into(), &taken).unwrap_err(),
        store.insert(&"c".into(), &taken).unwrap_err(),
        store.put_many(&[("c".into(), Person::new("c@x", "")), ("d".into(), taken.clone())]).unwrap_err(),
        store
            .update(&"b".into(), |person| {
                person.clone_from(&taken);
                Ok(())
            })
            .unwrap_err(),
    ];
    let mut refused = Vec::new();
    for error in errors {
        let ErrorKind::UniqueViolation { place, index, value, holder } = error.kind() else {
            panic!("{error}")
        };
        assert_eq!((place.partition(), index.as_str()), (Some("people"), "email"));
        refused.push(place.key().unwrap().to_owned());
        assert_eq!((value.as_str(), holder.as_str()), ("a@x", "a"));
    }
    assert_eq!(refused, ["c", "b", "c", "d", "b"], "each place is that of the refused entity");
    assert_eq!(db.dump(), before, "a refused write leaves nothing");
}

pub(crate) fn an_entity_may_keep_its_value(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = people(&db);
    store.put(&"a".into(), &Person::new("a@x", "Bonn")).unwrap();
    store.put(&"a".into(), &Person::new("a@x", "Köln")).unwrap();
    let found = store.find(&EMAIL, "a@x").unwrap();
    assert_eq!(found, Some(("a".into(), Person::new("a@x", "Köln"))));
}

pub(crate) fn a_freed_value_may_be_taken(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = people(&db);
    let holder = || store.find(&EMAIL, "x@x").unwrap().map(|(key, _)| key.into_string());
    let take = |key: &str| store.put(&key.into(), &Person::new("x@x", "")).unwrap();
    take("a");
    store.delete(&"a".into()).unwrap();
    assert_eq!(holder(), None);
    take("b");
    store.put(&"b".into(), &Person::new("other@x", "")).unwrap();
    take("c");
    store.delete_prefix(&UserId::prefix("c")).unwrap();
    take("d");
    store
        .update(&"d".into(), |person| {
            person.email = None;
            Ok(())
        })
        .unwrap();
    take("e");
    store.delete_many(&["e".into()]).unwrap();
    assert_eq!(holder(), None);
    take("f");
    assert_eq!(holder().as_deref(), Some("f"));
}

pub(crate) fn an_absent_value_is_never_taken(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = people(&db);
    for key in ["a", "b", "c"] {
        store.put(&key.into(), &Person::new("", "")).unwrap();
    }
    assert_eq!((store.count().unwrap(), store.count_by(&EMAIL, ..).unwrap()), (3, 0));
    // An empty text is a value.
    let empty = Person { email: Some(String::new()), ..Person::new("", "") };
    store.put(&"d".into(), &empty).unwrap();
    assert_eq!(store.put(&"e".into(), &empty).unwrap_err().code(), "UniqueViolation");
    assert_eq!(store.find(&EMAIL, "").unwrap().map(|(key, _)| key), Some("d".into()));
}

pub(crate) fn values_of_one_transaction_count(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = people(&db);
    let twice = [("a".into(), Person::new("x@x", "")), ("b".into(), Person::new("x@x", ""))];
    assert_eq!(store.put_many(&twice).unwrap_err().code(), "UniqueViolation");
    assert!(db.names().is_empty());
    // In this order, one transaction may move a value from one entity to another.
    store.put(&"a".into(), &Person::new("x@x", "")).unwrap();
    store.put_many(&[("a".into(), Person::new("y@x", "")), ("b".into(), Person::new("x@x", ""))]).unwrap();
    assert_eq!(store.find(&EMAIL, "x@x").unwrap().map(|(key, _)| key), Some("b".into()));
}

pub(crate) fn a_caught_violation_leaves_nothing_half_written(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = people(&db);
    store.put(&"a".into(), &Person::new("a@x", "Bonn")).unwrap();
    store.put(&"b".into(), &Person::new("b@x", "Bonn")).unwrap();
    let before = db.dump();
    db.transaction(|tx| -> Result<(), Error> {
        let mut people = store.within(tx);
        // The other city and token would add entries to other indexes.
        let taken = Person { token: vec![7], ..Person::new("a@x", "Köln") };
        people.put(&"b".into(), &taken).unwrap_err();
        people.insert(&"c".into(), &taken).unwrap_err();
        people
            .update(&"b".into(), |person| {
                person.clone_from(&taken);
                Ok(())
            })
            .unwrap_err();
        Ok(())
    })
    .unwrap();
    assert_eq!(db.dump(), before);
    assert_eq!(store.find_all(&CITY, "Köln").unwrap(), []);
}

pub(crate) fn of_racing_writers_one_wins(fixture: &dyn Fixture) {
    let db = fixture.open();
    let ran = at_once(&db, 2, |db, number| {
        let store = people(db);
        for round in 0..30 {
            let key = UserId::new(format!("{number} {round}"));
            // The index of cities must not have an entry of the loser.
            let person = Person::new(&format!("{round}@x"), &format!("city {number}"));
            if let Err(error) = store.put(&key, &person) {
                assert_eq!(error.code(), "UniqueViolation");
            }
        }
    });
    if ran {
        let store = people(&db);
        assert_eq!(store.count().unwrap(), 30);
        assert_eq!((store.count_by(&EMAIL, ..).unwrap(), store.count_by(&CITY, ..).unwrap()), (30, 30));
        for round in 0..30 {
            let email = format!("{round}@x");
            let (key, person) = store.find(&EMAIL, &email).unwrap().unwrap();
            assert_eq!(person.email.as_ref(), Some(&email));
            assert!(key.as_str().ends_with(&format!(" {round}")), "{key}");
        }
    }
}
