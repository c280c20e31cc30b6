//! Reads of damaged bytes.

use keyloft::error::{DecodeReason, Place};
use keyloft::prelude::*;

use super::samples::{CITY, EMAIL, People, Person, numbers, people, with_places};
use crate::Fixture;
use crate::subject::Subject;

/// Returns whether the reason is the expected one.
type Expected = fn(&DecodeReason) -> bool;

pub(crate) fn is_an_error_that_names_the_key(fixture: &dyn Fixture) {
    let bad: [(&[u8], Expected); 7] = [
        (b"", |reason| matches!(reason, DecodeReason::Truncated)),
        (b"\x01", |reason| matches!(reason, DecodeReason::Truncated)),
        (b"\x07\x01\x05", |reason| matches!(reason, DecodeReason::UnknownFormat(7))),
        (b"\x01\x81\x00\x05", |reason| matches!(reason, DecodeReason::BadVersion)),
        (b"\x01\x01", |reason| matches!(reason, DecodeReason::Postcard(_))),
        (b"\x01\x01\x05!", |reason| matches!(reason, DecodeReason::TrailingBytes(1))),
        (b"\x01\x00\x05", |reason| matches!(reason, DecodeReason::NoUpgrade { found: 0, known: 1 })),
    ];
    let db = Subject::of(fixture);
    let store = numbers::<String>(&db.reader);
    for (value, expected) in bad {
        db.put("numbers", b"bad", value);
        let errors = [
            store.get(&"bad".to_owned()).unwrap_err(),
            store.get_many(&["bad".to_owned()]).unwrap_err(),
            store.scan_all().unwrap_err(),
            store.iter(..).unwrap().next().unwrap().unwrap_err(),
            store.first().unwrap_err(),
        ];
        for error in errors {
            let Error::Decode { place, reason } = error else { panic!("{value:?}: {error}") };
            assert_eq!(place, Place::entity(&"numbers".into(), "bad"));
            assert!(expected(&reason), "{value:?}: {reason}");
        }
    }
}

pub(crate) fn of_one_entity_does_not_hide_the_others(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    let keys: Vec<u32> = (0..100).collect();
    numbers(&db.writer).put_many(&with_places(&keys)).unwrap();
    for bad in [3_u32, 50, 99] {
        db.put("numbers", &bad.to_be_bytes(), b"not an envelope");
    }
    let store = numbers::<u32>(&db.reader);
    for query in [Query::all(), Query::all().reverse()] {
        let (good, bad): (Vec<_>, Vec<_>) = store.iter(query).unwrap().partition(Result::is_ok);
        assert_eq!((good.len(), bad.len()), (97, 3));
    }
    let places =
        store.iter(..).unwrap().enumerate().filter_map(|(place, entry)| entry.is_err().then_some(place));
    assert_eq!(places.collect::<Vec<_>>(), [3, 50, 99], "each in its place");
    assert_eq!(store.get(&4).unwrap(), Some(4));
}

pub(crate) fn of_a_key_is_an_error_in_its_place(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    let keys = ["a", "c"].map(|user| UserRowId::from_strings(user, "1"));
    numbers(&db.writer).put_many(&with_places(&keys)).unwrap();
    db.put("numbers", b"b without a colon", b"\x01\x01\x05");
    let store = numbers::<UserRowId>(&db.reader);
    let entries: Vec<_> = store.iter(..).unwrap().collect();
    assert_eq!(entries.len(), 3);
    assert_eq!(entries[1].as_ref().unwrap_err().code(), "InvalidKey");
    assert_eq!(entries[2].as_ref().unwrap(), &(keys[1].clone(), 1));
    assert_eq!(store.scan_all().unwrap_err().code(), "InvalidKey");
}

pub(crate) fn of_an_index_is_an_error(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    people(&db.writer).put(&"1".into(), &Person::new("a@b", "Bonn")).unwrap();
    // The entity is deleted past the store.
    db.delete("people", b"1");
    let store = people(&db.reader);
    let errors = [
        store.find(&EMAIL, "a@b").unwrap_err(),
        store.find_all(&EMAIL, "a@b").unwrap_err(),
        store.iter_by(&EMAIL, ..).unwrap().next().unwrap().unwrap_err(),
    ];
    for error in errors {
        let Error::IndexMismatch { place, index, .. } = error else { panic!("{error}") };
        assert_eq!((place, index.as_str()), (Place::entity(&"people".into(), "1"), "email"));
    }
}

pub(crate) fn an_index_entry_with_another_value_is_an_error(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    people(&db.writer).put(&"1".into(), &Person::new("a@b", "Bonn")).unwrap();
    // A store without the indexes changes the entity.
    People::new(db.writer.clone(), "people").put(&"1".into(), &Person::new("c@d", "Kiel")).unwrap();
    let store = people(&db.reader);
    let errors = [
        store.find(&EMAIL, "a@b").unwrap_err(),
        store.find_all(&CITY, "Bonn").unwrap_err(),
        store.iter_by(&CITY, ..).unwrap().next().unwrap().unwrap_err(),
        store.page_by(&CITY, .., 10, None).unwrap_err(),
    ];
    for error in errors {
        let Error::IndexMismatch { place, reason, .. } = error else { panic!("{error}") };
        assert_eq!((place.key(), reason), (Some("1"), "for this key, which has another value"));
    }
}
