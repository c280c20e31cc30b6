//! Reads of damaged bytes.

use std::ops::ControlFlow;

use keyloft::Partition;
use keyloft::error::{DecodeReason, Place};
use keyloft::prelude::*;
use keyloft::store::Mismatch;

use super::samples::{CITY, EMAIL, Person, numbers, people, with_places};
use crate::Fixture;
use crate::reading::Reading;
use crate::subject::Subject;
use crate::writing::{Commit, sealed};

/// Returns whether the reason is the expected one.
type Expected = fn(&DecodeReason) -> bool;

pub(crate) fn is_an_error_that_names_the_key(fixture: &dyn Fixture) {
    let sealed = |version, payload| sealed("numbers", b"bad", version, payload);
    let bad: [(Vec<u8>, Expected); 6] = [
        (b"".into(), |reason| matches!(reason, DecodeReason::Truncated)),
        (b"\x01".into(), |reason| matches!(reason, DecodeReason::Truncated)),
        (b"\x07\x01\x05".into(), |reason| matches!(reason, DecodeReason::UnknownFormat(7))),
        (sealed(1, b""), |reason| matches!(reason, DecodeReason::Postcard(_))),
        (sealed(1, b"\x05!"), |reason| matches!(reason, DecodeReason::TrailingBytes(1))),
        (sealed(0, b"\x05"), |reason| matches!(reason, DecodeReason::NoUpgrade { found: 0, known: 1 })),
    ];
    let db = Subject::of(fixture);
    let store = numbers::<String>(&db.reader);
    for (value, expected) in bad {
        db.put("numbers", b"bad", &value);
        let errors = [
            store.get(&"bad".to_owned()).unwrap_err(),
            store.get_many(&["bad".to_owned()]).unwrap_err(),
            store.scan_all().unwrap_err(),
            store.iter(..).unwrap().next().unwrap().unwrap_err(),
            store.first().unwrap_err(),
        ];
        for error in errors {
            let ErrorKind::Decode { place, reason } = error.kind() else { panic!("{value:?}: {error}") };
            assert_eq!(*place, Place::entity(&"numbers".into(), "bad"));
            assert!(expected(reason), "{value:?}: {reason}");
        }
    }
}

/// A value under another key than its own, in another table, or with changed bytes is never returned.
pub(crate) fn that_could_be_decoded_is_noticed(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    let keys: Vec<u32> = (0..5).collect();
    numbers(&db.writer).put_many(&with_places(&keys)).unwrap();
    let key = 3_u32.to_be_bytes();
    let own = sealed("numbers", &key, 1, b"\x03");
    assert_eq!(db.writer.value("numbers", &key).as_ref(), Some(&own));
    let mut damaged =
        vec![sealed("numbers", &4_u32.to_be_bytes(), 1, b"\x04"), sealed("number", &key, 1, b"\x03")];
    // The first byte is the format.
    for place in 1..own.len() {
        let mut bytes = own.clone();
        bytes[place] ^= 0x10;
        damaged.push(bytes);
    }
    damaged.push([&own[..], b"\0"].concat());
    let store = numbers::<u32>(&db.reader);
    for bytes in damaged {
        db.put("numbers", &key, &bytes);
        let errors = [
            store.get(&3).unwrap_err(),
            store.get_many(&[1, 3]).unwrap_err(),
            store.scan_all().unwrap_err(),
            store.iter(..).unwrap().nth(3).unwrap().unwrap_err(),
            store.visit(.., |entry| entry.entity().map(|_| ControlFlow::Continue(()))).unwrap_err(),
            store.visit(.., |entry| entry.view::<u32>().map(|_| ControlFlow::Continue(()))).unwrap_err(),
            store.page(.., 9, None).unwrap_err(),
            store.select().all().unwrap_err(),
        ];
        for error in errors {
            let ErrorKind::Corrupted { place, detail } = error.kind() else { panic!("{bytes:?}: {error}") };
            assert_eq!(*place, Place::entity(&"numbers".into(), "3"));
            assert!(detail.contains("belongs to another key"), "{detail}");
        }
        assert!(matches!(&store.verify().unwrap()[..], [Mismatch::Unreadable { .. }]));
        let page = store.page_readable(.., 9, None).unwrap();
        assert_eq!((page.entries.len(), page.skipped.len()), (4, 1));
    }
    let store = numbers::<u32>(&db.writer);
    assert_eq!(store.update(&3, |_| Ok(())).unwrap_err().code(), "Corrupted");
    assert!(store.discard(&key).unwrap());
    assert_eq!(store.count().unwrap(), 4);
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
    let key = b"b without a colon";
    db.put("numbers", key, &sealed("numbers", key, 1, b"\x05"));
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
        let ErrorKind::IndexMismatch { place, index, .. } = error.kind() else { panic!("{error}") };
        assert_eq!((place, index.as_str()), (&Place::entity(&"people".into(), "1"), "email"));
    }
}

pub(crate) fn an_index_entry_with_another_value_is_an_error(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    let writer = people(&db.writer);
    writer.put(&"1".into(), &Person::new("a@b", "Bonn")).unwrap();
    // The entity is changed past the store.
    db.put("people", b"1", &writer.serialize(&"1".into(), &Person::new("c@d", "Kiel")).unwrap());
    let store = people(&db.reader);
    let errors = [
        store.find(&EMAIL, "a@b").unwrap_err(),
        store.find_all(&CITY, "Bonn").unwrap_err(),
        store.iter_by(&CITY, ..).unwrap().next().unwrap().unwrap_err(),
        store.page_by(&CITY, .., 10, None).unwrap_err(),
    ];
    for error in errors {
        let ErrorKind::IndexMismatch { place, reason, .. } = error.kind() else { panic!("{error}") };
        assert_eq!((place.key(), *reason), (Some("1"), "for this key, which has another value"));
    }
}

pub(crate) fn is_stepped_over_by_a_page_that_says_so(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    let keys: Vec<u32> = (0..20).collect();
    numbers(&db.writer).put_many(&with_places(&keys)).unwrap();
    let bad = [0_u32, 5, 6, 7, 19];
    for key in bad {
        db.put("numbers", &key.to_be_bytes(), b"not an envelope");
    }
    db.put("numbers", b"no number", &sealed("numbers", b"no number", 1, b"\x05"));
    let store = numbers::<u32>(&db.reader);
    let mut expected: Vec<Vec<u8>> = bad.iter().map(|key| key.to_be_bytes().to_vec()).collect();
    expected.push(b"no number".to_vec());
    for limit in [1, 2, 3, 7, 100] {
        assert!(store.page(.., 7, None).is_err());
        let (mut good, mut skipped, mut after) = (Vec::new(), Vec::new(), None);
        loop {
            let page = store.page_readable(.., limit, after.as_ref()).unwrap();
            assert!(page.entries.len() + page.skipped.len() <= limit);
            assert!(
                page.skipped.iter().all(|skipped| ["Decode", "InvalidKey"].contains(&skipped.error.code()))
            );
            good.extend(page.entries);
            skipped.extend(page.skipped.into_iter().map(|skipped| skipped.key));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!((good.len(), &skipped), (15, &expected), "by {limit}");
        assert!(good.iter().all(|(key, _)| !bad.contains(key)));
    }
    let snapshot = db.reader.snapshot().unwrap();
    let page = store.at(&snapshot).page_readable(Query::range(4..9).reverse(), 4, None).unwrap();
    assert_eq!((page.entries, page.skipped.len()), (vec![(8, 8)], 3));
}

pub(crate) fn of_an_index_is_stepped_over_by_a_page_that_says_so(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    for key in ["1", "2", "3", "4"] {
        people(&db.writer).put(&key.into(), &Person::new("", "Bonn")).unwrap();
    }
    db.delete("people", b"1");
    db.put("people", b"3", b"rubbish");
    db.writer.commit(|tx| tx.put(&Partition::from_stored("#city:people"), b"rubbish", b"").unwrap());
    let store = people(&db.reader);
    let page = store.page_readable_by(&CITY, .., 3, None).unwrap();
    let of = |page: &keyloft::Page<UserId, Person>| -> Vec<(Vec<u8>, &'static str)> {
        page.skipped.iter().map(|skipped| (skipped.key.clone(), skipped.error.code())).collect()
    };
    assert_eq!(page.entries, [("2".into(), Person::new("", "Bonn"))]);
    assert_eq!(of(&page), [(b"1".to_vec(), "IndexMismatch"), (b"3".to_vec(), "Decode")]);
    let rest = store.page_readable_by(&CITY, .., 3, page.next.as_ref()).unwrap();
    assert_eq!((rest.entries.len(), rest.next.is_none()), (1, true));
    assert_eq!(of(&rest), [(b"rubbish".to_vec(), "IndexMismatch")]);
}
