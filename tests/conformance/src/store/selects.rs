//! Selections by several conditions.

use std::ops::ControlFlow;

use keyloft::prelude::*;
use keyloft::store::Reads;

use super::samples::{CITY, EMAIL, JOINED, People, Person, keys_of, people};
use crate::Fixture;
use crate::subject::Subject;

/// Returns a table of people in two cities and two spaces, who joined in the reverse order of their keys.
fn members(fixture: &dyn Fixture) -> (Subject, People) {
    let db = Subject::of(fixture);
    let all = (0..200).map(|number: i64| {
        let city = if number % 3 == 0 { "Bonn" } else { "Köln" };
        let space = if number % 2 == 0 { "app" } else { "lab" };
        let email = format!("{number}@x");
        (
            UserId::new(format!("{number:03}")),
            Person { city: Some(city.into()), email: Some(email), ..Person::joined(space, -number) },
        )
    });
    people(&db.writer).load(all).unwrap();
    let store = people(&db.reader);
    (db, store)
}

fn numbers(entries: Vec<(UserId, Person)>) -> Vec<u32> {
    keys_of(entries).iter().map(|key| key.as_str().parse().unwrap()).collect()
}

pub(crate) fn check_every_condition(fixture: &dyn Fixture) {
    let (_db, store) = members(fixture);
    let app = || Query::<(NamespaceId, i64)>::prefix(Prefix::of(&NamespaceId::new("app")));
    let bonn = || store.select().by(&CITY, Query::exactly("Bonn"));
    let expected: Vec<u32> = (0..200).filter(|number| number % 6 == 0).collect();
    assert_eq!(numbers(bonn().by(&JOINED, app()).all().unwrap()), expected);
    assert_eq!(bonn().by(&JOINED, app()).explain().unwrap().reads, Reads::Index("city".into()));
    assert_eq!(bonn().by(&JOINED, app()).count().unwrap(), u64::try_from(expected.len()).unwrap());
    let late = bonn().by(&JOINED, app()).filter(|person| person.joined < -150).keys(..UserId::new("190"));
    assert_eq!(numbers(late.all().unwrap()), [156, 162, 168, 174, 180, 186]);
    let one = store.select().filter(|person| person.joined == -7).by(&EMAIL, Query::exactly("7@x"));
    assert_eq!(one.explain().unwrap().reads, Reads::Index("email".into()));
    assert_eq!(numbers(one.all().unwrap()), [7]);
    assert_eq!(store.select().missing(&CITY).first().unwrap(), None);
}

pub(crate) fn have_an_order_and_a_limit(fixture: &dyn Fixture) {
    let (_db, store) = members(fixture);
    let bonn = || store.select().by(&CITY, Query::exactly("Bonn"));
    assert_eq!(numbers(bonn().limit(3).all().unwrap()), [0, 3, 6]);
    assert_eq!(numbers(bonn().reverse().limit(3).all().unwrap()), [198, 195, 192]);
    assert_eq!(numbers(bonn().order_by(&JOINED).limit(3).all().unwrap()), [198, 192, 186]);
    assert_eq!(numbers(bonn().order_by(&JOINED).reverse().limit(3).all().unwrap()), [3, 9, 15]);
    assert_eq!(numbers(bonn().order_with(|person| person.joined).limit(3).all().unwrap()), [198, 195, 192]);
    assert_eq!(numbers(bonn().limit(0).all().unwrap()), []);
    assert_eq!(bonn().limit(3).map(|key, _| key.into_string()).all().unwrap(), ["000", "003", "006"]);
    let mut taken = Vec::new();
    let visit = |(key, _): (UserId, Person)| {
        taken.push(key.into_string());
        Ok(if taken.len() == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    };
    store.select().order_by(&JOINED).each(visit).unwrap();
    assert_eq!(taken, ["198", "196"]);
}

pub(crate) fn read_one_state(fixture: &dyn Fixture) {
    let (db, store) = members(fixture);
    let snapshot = db.reader.snapshot().unwrap();
    people(&db.writer).delete_in(UserId::new("003")..).unwrap();
    let bonn = Query::<String>::exactly("Bonn");
    assert_eq!(store.select().by(&CITY, bonn.clone()).count().unwrap(), 1);
    assert_eq!(store.at(&snapshot).select().by(&CITY, bonn).count().unwrap(), 67);
}

pub(crate) fn of_damaged_or_unknown_parts_are_errors(fixture: &dyn Fixture) {
    const OTHER: Index<Person, String> = Index::new("other", |_| None);
    let (db, store) = members(fixture);
    assert_eq!(store.select().by(&OTHER, ..).explain().unwrap_err().code(), "UnknownIndex");
    assert_eq!(store.select().order_by(&OTHER).all().unwrap_err().code(), "UnknownIndex");
    assert_eq!(store.select().missing(&OTHER).count().unwrap_err().code(), "UnknownIndex");
    db.put("people", b"006", b"rubbish");
    db.delete("people", b"003");
    let bonn = |limit| store.select().by(&CITY, Query::exactly("Bonn")).limit(limit).all().map(numbers);
    assert_eq!(bonn(1).unwrap(), [0]);
    assert_eq!(bonn(2).unwrap_err().code(), "IndexMismatch");
    assert_eq!(store.select().keys(UserId::new("004")..).all().unwrap_err().code(), "Decode");
}
