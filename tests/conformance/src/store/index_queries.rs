//! Queries of entities by their indexed values.

use std::ops::Bound::{Excluded, Unbounded};

use keyloft::prelude::*;
use keyloft::store::IndexOn;

use super::samples::{CITY, EMAIL, JOINED, People, Person, TOKEN, both_ways, keys_of, people};
use crate::Fixture;
use crate::subject::Subject;

pub(crate) fn one_value_finds_its_entities(fixture: &dyn Fixture) {
    let (db, store) = citizens(fixture);
    let found = |city: &str| keys_of(store.find_all(&CITY, city).unwrap());
    assert_eq!(found("Bonn"), ["b", "d"].map(UserId::new));
    assert_eq!(found("Bon"), ["c"].map(UserId::new), "a value with which another one begins");
    assert_eq!(found("Bonnn"), ["e"].map(UserId::new));
    assert_eq!(found("bonn"), []);
    assert_eq!(found(""), ["a"].map(UserId::new), "the empty text is a value");
    people(&db.writer).put(&"a1".into(), &Person::new("", "Bonn")).unwrap();
    assert_eq!(found("Bonn"), ["a1", "b", "d"].map(UserId::new), "in the order of the keys");
}

pub(crate) fn an_index_of_another_kind_is_unknown(fixture: &dyn Fixture) {
    const UNIQUE_CITY: UniqueIndex<Person, String> = UniqueIndex::new("city", |person| person.city.clone());
    const JOINED_CITY: Index<Person, i64> = Index::new("city", |person| Some(person.joined));
    let (db, store) = citizens(fixture);
    let before = store.count().unwrap();
    let errors = [
        store.find(&UNIQUE_CITY, "Bonn").unwrap_err(),
        store.find_all(&JOINED_CITY, &0).unwrap_err(),
        store.count_by(&JOINED_CITY, ..).unwrap_err(),
        people(&db.writer).delete_by(&JOINED_CITY, ..).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.code(), "UnknownIndex");
    }
    assert_eq!(store.count().unwrap(), before);
}

pub(crate) fn a_unique_value_finds_one(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    people(&db.writer).put(&"a".into(), &Person::new("a@x", "")).unwrap();
    people(&db.writer).put(&"b".into(), &Person::new("b@x", "")).unwrap();
    let store = people(&db.reader);
    assert_eq!(store.find(&EMAIL, "b@x").unwrap(), Some(("b".into(), Person::new("b@x", ""))));
    assert_eq!(store.find(&EMAIL, "b@").unwrap(), None);
    assert_eq!(keys_of(store.find_all(&EMAIL, "a@x").unwrap()), ["a".into()]);
    let backward = store.iter_by(&EMAIL, Query::all().reverse()).unwrap();
    assert_eq!(keys_of(backward.map(Result::unwrap)), ["b", "a"].map(UserId::new));
}

pub(crate) fn ranges_of_values(fixture: &dyn Fixture) {
    let (_db, store) = citizens(fixture);
    let city = String::from;
    check(&store, &CITY, .., &["a", "c", "b", "d", "e", "f"]);
    check(&store, &CITY, city("Bonn").., &["b", "d", "e", "f"]);
    check(&store, &CITY, (Excluded(city("Bonn")), Unbounded), &["e", "f"]);
    check(&store, &CITY, ..city("Bonn"), &["a", "c"]);
    check(&store, &CITY, ..=city("Bonn"), &["a", "c", "b", "d"]);
    check(&store, &CITY, city("Bon")..city("Bonnn"), &["c", "b", "d"]);
    check(&store, &CITY, city("Bon")..=city("Bonnn"), &["c", "b", "d", "e"]);
    check(&store, &CITY, city("Bonn")..city("Bonn"), &[]);
    check(&store, &CITY, city("A")..=city("B"), &[]);
}

pub(crate) fn prefixes_of_values(fixture: &dyn Fixture) {
    let (_db, store) = citizens(fixture);
    check(&store, &CITY, Prefix::of("Bon"), &["c", "b", "d", "e"]);
    check(&store, &CITY, Prefix::of("Bonn"), &["b", "d", "e"]);
    check(&store, &CITY, Prefix::of("Bonnn"), &["e"]);
    check(&store, &CITY, Prefix::of("C"), &[]);
    check(&store, &CITY, Prefix::of(""), &["a", "c", "b", "d", "e", "f"]);
}

pub(crate) fn values_of_any_bytes_keep_their_order(fixture: &dyn Fixture) {
    let tokens: [&[u8]; 10] =
        [b"", b"\0", b"\0\0", b"\0\0\xff", b"\0\xff", b"\x01", b"a\0", b"a\0\0b", b"\xff", b"\xff\xff"];
    let db = Subject::of(fixture);
    // The greatest key has the lowest value, so that an order by key fails the case.
    let key = |place: usize| UserId::new(format!("{:02}\0\u{ff}", 50 - place));
    for (place, token) in tokens.iter().enumerate() {
        people(&db.writer).put(&key(place), &Person::with_token(token)).unwrap();
    }
    let store = people(&db.reader);
    let tokens_of = |query: Query<Vec<u8>>| -> Vec<Vec<u8>> {
        store.iter_by(&TOKEN, query).unwrap().map(|entry| entry.unwrap().1.token).collect()
    };
    assert_eq!(tokens_of(Query::all()), tokens);
    for (place, token) in tokens.iter().enumerate() {
        assert_eq!(keys_of(store.find_all(&TOKEN, &token.to_vec()).unwrap()), [key(place)], "{token:?}");
        assert_eq!(tokens_of(Query::range(token.to_vec()..)), tokens[place..]);
        assert_eq!(tokens_of(Query::range(..token.to_vec())), tokens[..place]);
        assert_eq!(tokens_of(Query::range(..=token.to_vec())), tokens[..=place]);
        assert_eq!(tokens_of(Query::range((Excluded(token.to_vec()), Unbounded))), tokens[place + 1..]);
        let mut of_prefix: Vec<&[u8]> =
            tokens.iter().filter(|other| other.starts_with(token)).copied().collect();
        assert_eq!(tokens_of(Query::prefix(Prefix::of(*token))), of_prefix);
        of_prefix.reverse();
        assert_eq!(tokens_of(Query::prefix(Prefix::of(*token)).reverse()), of_prefix);
    }
}

pub(crate) fn the_latest_of_a_composite_come_first(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    for (key, space, at) in
        [("1", "app", -5), ("2", "app", 300), ("3", "app", 7), ("4", "apple", 999), ("5", "ap", 1)]
    {
        people(&db.writer).put(&key.into(), &Person::joined(space, at)).unwrap();
    }
    let store = people(&db.reader);
    let of_app = Prefix::<(NamespaceId, i64)>::of(&NamespaceId::new("app"));
    let latest = store.iter_by(&JOINED, Query::prefix(of_app.clone()).reverse().limit(2)).unwrap();
    assert_eq!(keys_of(latest.map(Result::unwrap)), ["2", "3"].map(UserId::new));
    let since = Query::range((NamespaceId::new("app"), 0)..).within(of_app.clone());
    check(&store, &JOINED, since, &["3", "2"]);
    assert_eq!(store.count_by(&JOINED, of_app).unwrap(), 3);
    let app = |at: i64| (NamespaceId::new("app"), at);
    check(
        &store,
        &JOINED,
        Query::prefix(Prefix::of(&NamespaceId::new("app"))).between(app(0)..),
        &["3", "2"],
    );
}

pub(crate) fn the_first_and_the_last_of_a_selection(fixture: &dyn Fixture) {
    let (db, store) = citizens(fixture);
    let key =
        |found: keyloft::Result<Option<(UserId, Person)>>| found.unwrap().map(|(key, _)| key.into_string());
    let bonn = || Query::<String>::prefix(Prefix::of("Bonn"));
    assert_eq!(key(store.first_by(&CITY, ..)).as_deref(), Some("a"));
    assert_eq!(key(store.last_by(&CITY, ..)).as_deref(), Some("f"));
    assert_eq!(key(store.first_by(&CITY, bonn())).as_deref(), Some("b"));
    assert_eq!(key(store.last_by(&CITY, bonn())).as_deref(), Some("e"));
    assert_eq!(key(store.first_by(&CITY, bonn().reverse())).as_deref(), Some("e"));
    assert_eq!(key(store.last_by(&CITY, bonn().reverse().limit(0))).as_deref(), Some("b"));
    assert_eq!(key(store.first_by(&CITY, "P".to_owned()..)), None);
    assert_eq!(key(store.first_by(&EMAIL, ..)), None);
    assert_eq!(keys_of(store.scan_by(&CITY, bonn().limit(2)).unwrap()), ["b", "d"].map(UserId::new));
    let snapshot = db.reader.snapshot().unwrap();
    assert_eq!(key(store.at(&snapshot).last_by(&CITY, bonn())).as_deref(), Some("e"));
}

pub(crate) fn entities_without_a_value(fixture: &dyn Fixture) {
    const TAGS: Index<Person, u8> =
        Index::each("tags", |person, add| person.token.iter().copied().for_each(add));
    let (db, store) = citizens(fixture);
    let missing = |query: Query<UserId>| keys_of(store.scan_missing(&CITY, query).unwrap());
    assert_eq!(missing(Query::all()), [UserId::new("g")]);
    assert_eq!(missing(Query::range(..UserId::new("g"))), []);
    assert_eq!(keys_of(store.scan_missing(&TOKEN, ..).unwrap()), [], "an empty value is a value");
    let emails = |query: Query<UserId>| keys_of(store.scan_missing(&EMAIL, query).unwrap());
    assert_eq!(emails(Query::all().limit(2)), ["a", "b"].map(UserId::new));
    assert_eq!(emails(Query::all().reverse().limit(1)), [UserId::new("g")]);
    assert_eq!(emails(Query::all().limit(0)), []);
    assert_eq!(store.scan_missing(&TAGS, ..).unwrap_err().code(), "UnknownIndex");

    let tagged = |backend| Table::<UserId, Person>::with_schema(backend, Schema::new("tagged").index(TAGS));
    let entries = [("a", [].as_slice()), ("b", &[1, 2]), ("c", &[])];
    let entries = entries.map(|(key, tags)| (UserId::new(key), Person::with_token(tags)));
    tagged(db.writer.clone()).put_many(&entries).unwrap();
    let found = tagged(db.reader.clone()).scan_missing(&TAGS, ..).unwrap();
    assert_eq!(keys_of(found), ["a", "c"].map(UserId::new));
}

pub(crate) fn pages_go_both_ways(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    for number in 0..25 {
        let person = Person::new("", ["Bonn", "Köln", "Ulm"][number % 3]);
        people(&db.writer).put(&UserId::new(format!("{number:02}")), &person).unwrap();
    }
    let store = people(&db.reader);
    let (forward, backward) = both_ways(Query::<String>::range("Bonn".to_owned()..="Köln".to_owned()));
    for query in [forward, backward] {
        let whole = keys_of(store.iter_by(&CITY, query.clone()).unwrap().map(Result::unwrap));
        assert_eq!(whole.len(), 17);
        for limit in [1, 2, 8, 9, 16, 17, 18] {
            let mut paged = Vec::new();
            let mut after = None;
            loop {
                let page = store.page_by(&CITY, query.clone(), limit, after.as_ref()).unwrap();
                paged.extend(keys_of(page.entries));
                assert!(paged.len() < 100, "the pages have no end");
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(paged, whole, "{query:?} by {limit}");
        }
    }
}

pub(crate) fn cursors_are_of_one_index(fixture: &dyn Fixture) {
    let (_db, store) = citizens(fixture);
    let cursor = store.page_by(&CITY, .., 1, None).unwrap().next.unwrap();
    assert_eq!(store.page_by(&TOKEN, .., 1, Some(&cursor)).unwrap_err().code(), "InvalidCursor");
    assert_eq!(store.page(.., 1, Some(&cursor)).unwrap_err().code(), "InvalidCursor");
    assert_eq!(store.page_by(&CITY, .., 1, Some(&cursor)).unwrap().entries.len(), 1);
}

pub(crate) fn counts_are_of_values(fixture: &dyn Fixture) {
    let (_db, store) = citizens(fixture);
    assert_eq!(store.count_by(&CITY, ..).unwrap(), 6);
    assert_eq!(store.count_by(&CITY, Prefix::of("Bonn")).unwrap(), 3);
    assert_eq!(store.count_by(&CITY, Query::all().limit(2)).unwrap(), 2);
    assert_eq!(store.count_by(&EMAIL, ..).unwrap(), 0);
    assert_eq!(store.count().unwrap(), 7, "one person has no city");
}

pub(crate) fn an_unknown_index_is_an_error(fixture: &dyn Fixture) {
    const OTHER: Index<Person, String> = Index::new("other", |_| None);
    let (_db, store) = citizens(fixture);
    let error = store.find_all(&OTHER, "x").unwrap_err();
    assert_eq!(error.code(), "UnknownIndex");
    assert!(store.iter_by(&OTHER, ..).is_err() && store.page_by(&OTHER, .., 1, None).is_err());
}

/// Returns a table of people whose cities have names with common beginnings, and one person without a city.
fn citizens(fixture: &dyn Fixture) -> (Subject, People) {
    let db = Subject::of(fixture);
    let cities = [("b", "Bonn"), ("c", "Bon"), ("d", "Bonn"), ("e", "Bonnn"), ("f", "Köln"), ("g", "")];
    let mut entries = cities.map(|(key, city)| (UserId::new(key), Person::new("", city))).to_vec();
    entries.push(("a".into(), Person { city: Some(String::new()), ..Person::new("", "") }));
    people(&db.writer).put_many(&entries).unwrap();
    let store = people(&db.reader);
    (db, store)
}

/// Checks the keys of the query, forward and backward.
#[track_caller]
fn check<I: StorageKey>(
    store: &People,
    index: &impl IndexOn<Person, I>,
    query: impl Into<Query<I>>,
    expected: &[&str],
) {
    let (forward, backward) = both_ways(query);
    let keys = |query: Query<I>| keys_of(store.iter_by(index, query).unwrap().map(Result::unwrap));
    let mut expected: Vec<UserId> = expected.iter().map(|&key| key.into()).collect();
    assert_eq!(keys(forward.clone()), expected, "{forward:?}");
    assert_eq!(store.count_by(index, forward).unwrap(), expected.len().try_into().unwrap());
    expected.reverse();
    // The keys of entities with the same value are reversed too.
    assert_eq!(keys(backward.clone()), expected, "{backward:?}");
}
