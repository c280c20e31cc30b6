//! The comparison of entities with their indexes, and the rebuilding of indexes.

use std::sync::Arc;

use keyloft::backend::KeyRange;
use keyloft::catalog::Migration;
use keyloft::error::Place;
use keyloft::prelude::*;
use keyloft::store::{Mismatch, clear_table};
use keyloft::{Partition, Read};
use serde::{Deserialize, Serialize};

use crate::Fixture;
use crate::random::Random;
use crate::reading::Reading;
use crate::writing::{Commit, sealed};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Person {
    email: Option<String>,
    city: Option<String>,
}

type People = Table<UserId, Person>;

const EMAIL: UniqueIndex<Person, String> = UniqueIndex::new("email", |person| person.email.clone());
const CITY: Index<Person, String> = Index::new("city", |person| person.city.clone());

/// The partitions of the indexes.
const EMAILS: &str = "#email:people";
const CITIES: &str = "#city:people";

pub(crate) fn finds_nothing_after_random_operations(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let people = people(&backend);
    let mut random = Random::new(7);
    let mut refused = 0;
    for round in 0..400 {
        let tried = match random.below(8) {
            0 | 1 => people.put(&any_key(&mut random), &any_person(&mut random)),
            2 => people.insert(&any_key(&mut random), &any_person(&mut random)),
            3 => {
                let to = any_person(&mut random);
                people
                    .update(&any_key(&mut random), |person| {
                        person.clone_from(&to);
                        Ok(())
                    })
                    .map(drop)
            }
            4 => people.delete(&any_key(&mut random)).map(drop),
            5 => people
                .delete_prefix(&UserId::prefix(["user-1", "user-2", "user-3"][random.below(3)]))
                .map(drop),
            6 => {
                let many: Vec<_> = (0..3).map(|_| (any_key(&mut random), any_person(&mut random))).collect();
                people.put_many(&many)
            }
            _ => backend.transaction(|tx| {
                // The body continues after a refused write, and commits the others.
                let mut people = people.within(tx);
                let _refused = people.put(&any_key(&mut random), &any_person(&mut random));
                people.put(&any_key(&mut random), &any_person(&mut random))?;
                if random.below(3) == 0 { Err(ErrorKind::Aborted.into()) } else { Ok(()) }
            }),
        };
        refused += usize::from(tried.is_err());
        if round % 10 == 0 {
            assert_eq!(people.verify().unwrap(), [], "round {round}");
        }
    }
    assert_eq!(people.verify().unwrap(), []);
    assert!(
        refused > 20 && people.count().unwrap() > 5,
        "too few operations were refused: {refused} refused"
    );
}

pub(crate) fn finds_an_entry_that_is_missing(fixture: &dyn Fixture) {
    let (backend, people) = peopled(fixture);
    break_entries(&backend, |tx| {
        assert!(tx.delete(&at(EMAILS), b"ann@x").unwrap());
        assert!(tx.delete(&at(CITIES), b"Bonn\0\0bob").unwrap());
    });
    finds(
        &people,
        &[
            Mismatch::Missing { index: "email".into(), value: b"ann@x".to_vec(), key: b"ann".to_vec() },
            Mismatch::Missing { index: "city".into(), value: b"Bonn".to_vec(), key: b"bob".to_vec() },
        ],
    );
    mends(&people);
}

pub(crate) fn finds_an_entry_of_no_entity(fixture: &dyn Fixture) {
    let (backend, people) = peopled(fixture);
    break_entries(&backend, |tx| {
        tx.put(&at(EMAILS), b"zoe@x", b"zoe").unwrap();
        tx.put(&at(CITIES), b"Bonn\0\0bobby", b"").unwrap();
    });
    finds(
        &people,
        &[
            Mismatch::Dangling { index: "email".into(), value: b"zoe@x".to_vec(), key: b"zoe".to_vec() },
            Mismatch::Dangling { index: "city".into(), value: b"Bonn".to_vec(), key: b"bobby".to_vec() },
        ],
    );
    mends(&people);
}

pub(crate) fn finds_an_entry_of_another_value(fixture: &dyn Fixture) {
    let (backend, people) = peopled(fixture);
    break_entries(&backend, |tx| {
        tx.put(&at(EMAILS), b"bob@old", b"bob").unwrap();
        tx.put(&at(CITIES), b"Bonn\0\0nobody", b"").unwrap();
    });
    finds(
        &people,
        &[
            Mismatch::Stale { index: "email".into(), value: b"bob@old".to_vec(), key: b"bob".to_vec() },
            Mismatch::Stale { index: "city".into(), value: b"Bonn".to_vec(), key: b"nobody".to_vec() },
        ],
    );
    mends(&people);
}

pub(crate) fn finds_an_entry_that_names_another_entity(fixture: &dyn Fixture) {
    let (backend, people) = peopled(fixture);
    break_entries(&backend, |tx| tx.put(&at(EMAILS), b"ann@x", b"bob").unwrap());
    finds(
        &people,
        &[
            Mismatch::Missing { index: "email".into(), value: b"ann@x".to_vec(), key: b"ann".to_vec() },
            Mismatch::Stale { index: "email".into(), value: b"ann@x".to_vec(), key: b"bob".to_vec() },
        ],
    );
    mends(&people);
}

pub(crate) fn finds_an_entry_that_cannot_be_parsed(fixture: &dyn Fixture) {
    let (backend, people) = peopled(fixture);
    break_entries(&backend, |tx| {
        tx.put(&at(CITIES), b"without an end", b"").unwrap();
        tx.put(&at(CITIES), b"Bonn\0\x01bob", b"").unwrap();
        tx.put(&at(CITIES), b"Bonn\0\0bob", b"something").unwrap();
        tx.put(&at(EMAILS), b"long@x", &[b'k'; 3000]).unwrap();
    });
    let mut found: Vec<_> = people.verify().unwrap().iter().map(malformed).collect();
    found.sort_unstable();
    let expected: [(&str, &[u8]); 4] = [
        ("city", b"Bonn\0\0bob"),
        ("city", b"Bonn\0\x01bob"),
        ("city", b"without an end"),
        ("email", b"long@x"),
    ];
    assert_eq!(found, expected.map(|(index, entry)| (index.to_owned(), entry.to_vec())));
    mends(&people);
}

pub(crate) fn is_the_remedy_of_reads_that_meet_a_malformed_entry(fixture: &dyn Fixture) {
    let (backend, people) = peopled(fixture);
    let in_cities = people.count_by(&CITY, ..).unwrap();
    assert!(in_cities > 0);
    break_entries(&backend, |tx| tx.put(&at(CITIES), b"without an end", b"").unwrap());
    let told = [
        people.iter_by(&CITY, ..).unwrap().find_map(Result::err).unwrap(),
        people.page_by(&CITY, .., 99, None).unwrap_err(),
    ];
    for error in told {
        match error.into_kind() {
            ErrorKind::IndexMismatch { place, index, .. } => {
                let entry = Place::entity(&at(CITIES), "without an end");
                assert_eq!((place, index.as_str()), (entry, "city"));
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!(people.delete_by(&CITY, ..).unwrap(), in_cities);
    finds(&people, &[]);
}

pub(crate) fn finds_an_entity_that_cannot_be_decoded(fixture: &dyn Fixture) {
    let (backend, people) = peopled(fixture);
    break_entries(&backend, |tx| {
        tx.put(&at("people"), b"ann", &sealed("people", b"ann", 1, b"garbage that is no person")).unwrap();
        tx.put(&at("people"), b"\xff\xfe", &sealed("people", b"\xff\xfe", 1, b"\0\0")).unwrap();
    });
    let found = people.verify().unwrap();
    let keys: Vec<&[u8]> = found
        .iter()
        .map(|mismatch| match mismatch {
            Mismatch::Unreadable { key, reason } if !reason.is_empty() => key.as_slice(),
            other => panic!("{other}"),
        })
        .collect();
    // The index entries of these entities are not reported again.
    assert_eq!(keys, [b"ann".as_slice(), b"\xff\xfe"]);

    let before = backend.dump();
    assert_eq!(people.reindex().unwrap_err().code(), "Decode");
    assert_eq!(backend.dump(), before);
}

pub(crate) fn finds_a_unique_value_of_two_entities(fixture: &dyn Fixture) {
    let (backend, people) = peopled(fixture);
    let other = people.serialize(&"zoe".into(), &person(Some("ann@x"), None)).unwrap();
    break_entries(&backend, |tx| tx.put(&at("people"), b"zoe", &other).unwrap());
    finds(
        &people,
        &[Mismatch::Taken {
            index: "email".into(),
            value: b"ann@x".to_vec(),
            key: b"zoe".to_vec(),
            holder: b"ann".to_vec(),
        }],
    );

    let before = backend.dump();
    match people.reindex().unwrap_err().into_kind() {
        ErrorKind::UniqueViolation { index, value, holder, .. } => {
            assert_eq!((index.as_str(), value.as_str(), holder.as_str()), ("email", "ann@x", "ann"));
        }
        other => panic!("{other}"),
    }
    assert_eq!(backend.dump(), before);
}

pub(crate) fn finds_each_of_many(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let people = people(&backend);
    // Every other key begins with the key before it.
    let key =
        |number: u32| format!("user-{:04}{}", number.div_ceil(2), ["\0", ""][usize::from(number % 2 == 1)]);
    let email = |number| format!("to:{}", key(number));
    let all: Vec<_> = (0..1100)
        .map(|number| (UserId::new(key(number)), person(Some(&email(number)), Some("Bonn"))))
        .collect();
    people.put_many(&all).unwrap();
    assert_eq!(people.verify().unwrap(), []);

    // The damage is at both ends, and around the limits between batches of reads, in the entities and in both indexes.
    let without_entry = [0, 1, 254, 255, 258, 511, 513, 1023, 1099];
    let without_entity = [2, 256, 510, 512, 1024, 1025];
    break_entries(&backend, |tx| {
        for number in without_entry {
            assert!(tx.delete(&at(EMAILS), email(number).as_bytes()).unwrap());
        }
        for number in without_entity {
            assert!(tx.delete(&at("people"), key(number).as_bytes()).unwrap());
        }
    });
    let (mut missing, mut dangling) = (Vec::new(), Vec::new());
    for mismatch in people.verify().unwrap() {
        match mismatch {
            Mismatch::Missing { key, .. } => missing.push(key),
            Mismatch::Dangling { key, .. } => dangling.push(key),
            other => panic!("{other}"),
        }
    }
    assert_eq!(missing, without_entry.map(|number| key(number).into_bytes()));
    // Each is reported for both indexes.
    assert_eq!(
        dangling,
        [without_entity; 2].concat().iter().map(|number| key(*number).into_bytes()).collect::<Vec<_>>()
    );
    mends(&people);
}

pub(crate) fn stops_when_the_report_fails(fixture: &dyn Fixture) {
    let (backend, people) = peopled(fixture);
    break_entries(&backend, |tx| {
        tx.delete_range(&at(CITIES), keyloft::backend::KeyRange::ALL).unwrap();
    });
    let mut seen = 0;
    let done = people.verify_each(|_| {
        seen += 1;
        Err(ErrorKind::Aborted.into())
    });
    assert_eq!((done.unwrap_err().code(), seen), ("Aborted", 1));
}

pub(crate) fn reads_one_state(fixture: &dyn Fixture) {
    let (backend, people) = peopled(fixture);
    let snapshot = backend.snapshot().unwrap();
    break_entries(&backend, |tx| {
        assert!(tx.delete(&at(EMAILS), b"ann@x").unwrap());
    });
    assert_eq!(people.at(&snapshot).verify().unwrap(), []);
    assert_eq!(people.verify().unwrap().len(), 1);
    backend.commit(|tx| {
        assert_eq!(people.within(tx).verify().unwrap().len(), 1);
        people.within(tx).reindex().unwrap();
        assert_eq!(people.within(tx).verify().unwrap(), []);
    });
}

pub(crate) fn ends_at_an_added_index_until_a_migration(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let plain = People::new(backend.clone(), "people");
    let all: Vec<_> = (0..600)
        .map(|number| {
            let city = (number % 2 == 0).then_some("Bonn");
            (UserId::new(format!("{number:03}")), person(Some(&format!("{number}@x")), city))
        })
        .collect();
    plain.put_many(&all).unwrap();
    assert_eq!(plain.verify().unwrap(), []);

    let people = people(&backend);
    assert_eq!(people.verify().unwrap_err().code(), "DefinitionMismatch");
    assert_eq!(people.reindex().unwrap_err().code(), "DefinitionMismatch");
    people.migrate().unwrap();
    assert_eq!(people.verify().unwrap(), []);
    assert_eq!(people.find(&EMAIL, "17@x").unwrap().unwrap().0, UserId::new("017"));
    assert_eq!(people.find_all(&CITY, "Bonn").unwrap().len(), 300);
    assert_eq!(people.scan_all().unwrap(), all, "the entities are as they were");
}

pub(crate) fn finds_nothing_of_a_dropped_index(fixture: &dyn Fixture) {
    let (backend, _) = peopled(fixture);
    let other = People::with_schema(backend.clone(), Schema::new("people2").index(EMAIL));
    other.put(&"eve".into(), &person(Some("eve@x"), None)).unwrap();
    let fewer = People::with_schema(backend.clone(), Schema::new("people").index(CITY));
    let refused = fewer.migrate().unwrap_err();
    assert!(refused.to_string().contains("`Migration::drop_index`"), "{refused}");
    let migration = Migration::new(backend.clone()).table(fewer.schema());
    migration.drop_index("people", "email").run().unwrap();
    assert_eq!(backend.count(&at(EMAILS), KeyRange::ALL).unwrap(), 0);
    assert_eq!(fewer.verify().unwrap(), []);
    assert_eq!(other.verify().unwrap(), [], "another table's index is as it was");

    backend.commit(|tx| clear_table(tx, fewer.partition()).unwrap());
    assert_eq!(fewer.count().unwrap(), 0);
    assert_eq!(backend.names(), ["#email:people2", "people2", "system_catalog"]);
    assert_eq!(backend.all("system_catalog").len(), 1, "the definition is cleared with the table");
}

fn people(backend: &Arc<dyn StorageBackend>) -> People {
    People::with_schema(backend.clone(), Schema::new("people").index(EMAIL).index(CITY))
}

/// Returns a table of three people: one with an email address, one with a city too, and one with neither.
fn peopled(fixture: &dyn Fixture) -> (Arc<dyn StorageBackend>, People) {
    let backend = fixture.open();
    let people = people(&backend);
    people.put(&"ann".into(), &person(Some("ann@x"), None)).unwrap();
    people.put(&"bob".into(), &person(Some("bob@x"), Some("Bonn"))).unwrap();
    people.put(&"nobody".into(), &person(None, None)).unwrap();
    assert_eq!(people.verify().unwrap(), []);
    (backend, people)
}

fn person(email: Option<&str>, city: Option<&str>) -> Person {
    Person { email: email.map(Into::into), city: city.map(Into::into) }
}

fn any_key(random: &mut Random) -> UserId {
    UserId::new(format!("user-{}", random.below(30)))
}

fn any_person(random: &mut Random) -> Person {
    let email = [None, Some(format!("{}@x", random.below(20)))][random.below(2)].clone();
    Person { email, city: [None, Some("Bonn".into()), Some("K\0ln".into())][random.below(3)].clone() }
}

/// Writes to the backend, past the store.
fn break_entries(backend: &Arc<dyn StorageBackend>, body: impl FnMut(&mut dyn keyloft::Transaction)) {
    backend.commit(body);
}

fn at(partition: &str) -> Partition {
    Partition::from_stored(partition)
}

#[track_caller]
fn finds(people: &People, expected: &[Mismatch]) {
    let found = people.verify().unwrap();
    assert_eq!(found, expected);
    for mismatch in found {
        let text = mismatch.to_string();
        assert!(text.contains("index `"), "{text}");
    }
}

/// Checks that a reindex leaves no mismatch, and changes no entity.
#[track_caller]
fn mends(people: &People) {
    let before = people.scan_all().unwrap();
    people.reindex().unwrap();
    assert_eq!(people.verify().unwrap(), []);
    assert_eq!(people.scan_all().unwrap(), before);
}

fn malformed(mismatch: &Mismatch) -> (String, Vec<u8>) {
    match mismatch {
        Mismatch::Malformed { index, entry, reason } if !reason.is_empty() => (index.clone(), entry.clone()),
        other => panic!("{other}"),
    }
}
