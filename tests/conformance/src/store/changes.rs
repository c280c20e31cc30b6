//! Changes to entities.

use std::sync::Arc;

use keyloft::backend::MAX_KEY_LEN;
use keyloft::error::Place;
use keyloft::prelude::*;
use keyloft::value::decode_payload;

use super::samples::{numbers, with_places};
use crate::Fixture;
use crate::reading::{Reading, is_in};
use crate::threads::at_once;
use crate::writing::sealed;

pub(crate) fn a_put_replaces(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = numbers::<JobId>(&db);
    store.put(&"a".into(), &1).unwrap();
    store.put(&"a".into(), &2).unwrap();
    assert_eq!(store.scan_all().unwrap(), [("a".into(), 2)]);
}

pub(crate) fn an_entity_is_stored_in_its_envelope(fixture: &dyn Fixture) {
    let db = fixture.open();
    numbers::<JobId>(&db).put(&"a".into(), &300).unwrap();
    assert_eq!(db.value("numbers", b"a").as_deref(), Some(&*sealed("numbers", b"a", 1, b"\xac\x02")));
}

pub(crate) fn an_insert_refuses_an_existing_key(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = numbers::<JobId>(&db);
    store.insert(&"a".into(), &1).unwrap();
    let error = store.insert(&"a".into(), &2).unwrap_err();
    let ErrorKind::AlreadyExists { place } = error.kind() else { panic!("{error}") };
    assert_eq!(*place, Place::entity(&"numbers".into(), "a"));
    assert_eq!(store.get(&"a".into()).unwrap(), Some(1));
    store.delete(&"a".into()).unwrap();
    store.insert(&"a".into(), &3).unwrap();
    assert_eq!(store.get(&"a".into()).unwrap(), Some(3));
}

pub(crate) fn an_update_reads_and_writes(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = numbers::<JobId>(&db);
    store.put(&"a".into(), &1).unwrap();
    let now = store.update(&"a".into(), |number| {
        *number += 10;
        Ok(())
    });
    assert_eq!(now.unwrap(), 11);
    assert_eq!(store.get(&"a".into()).unwrap(), Some(11));
}

pub(crate) fn an_update_needs_an_entity(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = numbers::<JobId>(&db);
    let mut called = false;
    let error = store.update(&"a".into(), |_| {
        called = true;
        Ok(())
    });
    let error = error.unwrap_err();
    let place = Place::entity(&"numbers".into(), "a");
    assert_eq!((error.code(), error.place(), called), ("NotFound", Some(&place), false));
    assert!(db.names().is_empty());
}

pub(crate) fn an_update_that_fails_changes_nothing(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = numbers::<JobId>(&db);
    store.put(&"a".into(), &1).unwrap();
    let error = store.update(&"a".into(), |number| {
        *number = 7;
        Err(ErrorKind::ReadOnly.into())
    });
    assert!(matches!(&error, Err(error) if error.code() == "ReadOnly"));
    assert_eq!(store.get(&"a".into()).unwrap(), Some(1));
}

pub(crate) fn an_update_may_fail_with_an_error_of_the_callers_own(fixture: &dyn Fixture) {
    #[derive(Debug)]
    enum Own {
        Refused(u32),
        Storage(Error),
    }

    impl From<Error> for Own {
        fn from(error: Error) -> Self {
            Self::Storage(error)
        }
    }

    let db = fixture.open();
    let store = numbers::<JobId>(&db);
    store.put(&"a".into(), &1).unwrap();
    let refuse = |number: &mut u32| {
        *number += 6;
        Err(Own::Refused(*number))
    };
    let refused = store.try_update(&"a".into(), refuse);
    assert!(matches!(refused, Err(Own::Refused(7))), "{refused:?}");
    let missing = store.try_update(&"b".into(), refuse);
    assert!(matches!(&missing, Err(Own::Storage(error)) if error.code() == "NotFound"), "{missing:?}");
    let aborted = store.try_update(&"a".into(), |_| Err(Own::Storage(Error::from(ErrorKind::Aborted))));
    assert!(matches!(&aborted, Err(Own::Storage(error)) if error.code() == "Aborted"), "{aborted:?}");
    assert_eq!(store.scan_all().unwrap(), [("a".into(), 1)]);

    let updated = store.try_update(&"a".into(), |number| {
        *number += 1;
        Ok::<_, Own>(())
    });
    assert_eq!(updated.unwrap(), 2);
    // In a transaction, the caller may continue after the error.
    let committed = db.try_transaction(|tx| {
        let refused = store.within(tx).try_update(&"a".into(), refuse);
        assert!(matches!(refused, Err(Own::Refused(8))), "{refused:?}");
        store.within(tx).put(&"b".into(), &5).map_err(Own::from)
    });
    committed.unwrap();
    assert_eq!(store.scan_all().unwrap(), [("a".into(), 2), ("b".into(), 5)]);
}

pub(crate) fn an_update_rewrites_an_older_version(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = numbers::<JobId>(&db);
    store.put(&"a".into(), &1).unwrap();
    let schema = Schema::new("numbers").version(2, |_, payload| decode_payload(payload));
    let newer = Table::<JobId, u32>::with_schema(Arc::clone(&db), schema);
    newer.migrate().unwrap();
    // Neither the migration nor a read rewrites the entity.
    assert_eq!(newer.get(&"a".into()).unwrap(), Some(1));
    assert_eq!(db.value("numbers", b"a").as_deref(), Some(&*sealed("numbers", b"a", 1, b"\x01")));
    newer.update(&"a".into(), |_| Ok(())).unwrap();
    assert_eq!(db.value("numbers", b"a").as_deref(), Some(&*sealed("numbers", b"a", 2, b"\x01")));
}

pub(crate) fn updates_on_threads_lose_nothing(fixture: &dyn Fixture) {
    let db = fixture.open();
    numbers::<JobId>(&db).put(&"a".into(), &0).unwrap();
    let ran = at_once(&db, 4, |db, _| {
        let store = numbers::<JobId>(db);
        for _ in 0..25 {
            let done = store.update(&"a".into(), |number| {
                *number += 1;
                Ok(())
            });
            done.unwrap();
        }
    });
    if ran {
        assert_eq!(numbers::<JobId>(&db).get(&"a".into()).unwrap(), Some(100));
    }
}

pub(crate) fn inserts_on_threads_have_one_winner(fixture: &dyn Fixture) {
    fn winners(db: &Arc<dyn StorageBackend>) -> Table<(u32, u64), u32> {
        Table::new(Arc::clone(db), "winners")
    }

    let db = fixture.open();
    let ran = at_once(&db, 4, |db, thread| {
        for key in 0..20_u32 {
            match numbers::<u32>(db).insert(&key, &0) {
                Ok(()) => {
                    winners(db).put(&(key, u64::try_from(thread).unwrap()), &1).unwrap();
                }
                Err(error) => assert_eq!(error.code(), "AlreadyExists"),
            }
        }
    });
    if ran {
        assert_eq!((db.all("numbers").len(), db.all("winners").len()), (20, 20), "each key has one winner");
    }
}

pub(crate) fn a_delete_returns_whether_the_entity_existed(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = numbers::<JobId>(&db);
    store.put_many(&with_places(&["a", "b", "c", "d"].map(JobId::new))).unwrap();
    assert!(store.delete(&"a".into()).unwrap());
    assert!(!store.delete(&"a".into()).unwrap());
    // A missing entity does not count, and a repeated key counts once.
    assert_eq!(store.delete_many(&["a", "b", "c", "b", "x"].map(JobId::new)).unwrap(), 2);
    assert_eq!(store.scan_all().unwrap(), [("d".into(), 3)]);
}

pub(crate) fn a_delete_of_a_prefix_is_exact(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = numbers::<UserRowId>(&db);
    for user in ["bo", "bob", "bob:", "bob%", "bobby"] {
        for row in 0..3 {
            store.put(&UserRowId::from_strings(user, &row.to_string()), &row).unwrap();
        }
    }
    assert_eq!(store.delete_prefix(&UserRowId::prefix("bob")).unwrap(), 3);
    let left = store.scan_all().unwrap();
    assert_eq!(left.len(), 12);
    assert!(left.iter().all(|(key, _)| key.user_id().as_str() != "bob"));
    assert_eq!(store.delete_prefix(&UserRowId::prefix("bob")).unwrap(), 0);
}

pub(crate) fn a_delete_of_a_range_ends_at_its_limit(fixture: &dyn Fixture) {
    const OWN: Index<u32, u32> = Index::new("own", |number| Some(*number));
    let db = fixture.open();
    let plain = Schema::<u32, u32>::new("plain");
    // The schema with an index reads each entity, and more of them than it keeps in memory.
    for schema in [plain.clone(), Schema::new("indexed").index(OWN)] {
        let store = Table::with_schema(db.clone(), schema);
        store.load((0..2_000).map(|number| (number, number))).unwrap();
        let left = || store.count().unwrap();
        assert_eq!((store.delete_in(100..1_300).unwrap(), left()), (1_200, 800));
        assert_eq!((store.delete_in(100..1_300).unwrap(), left()), (0, 800));
        assert_eq!((store.delete_in(Query::all().limit(0)).unwrap(), left()), (0, 800));
        assert_eq!((store.delete_in(Query::range(50..).limit(600)).unwrap(), left()), (600, 200));
        assert_eq!(store.first().unwrap(), Some((0, 0)));
        assert_eq!(store.scan(50..).unwrap()[0].0, 1_850, "the lowest of the range are deleted first");
        assert_eq!(store.delete_in(Query::all().reverse().limit(20)).unwrap(), 20);
        assert_eq!(store.last().unwrap(), Some((1_979, 1_979)));
        #[allow(clippy::reversed_empty_ranges)] // the case tests a reversed range
        let none = store.delete_in(5..3).unwrap();
        assert_eq!(none, 0);
        assert_eq!(db.transaction(|tx| store.within(tx).delete_in(..=9)).unwrap(), 10);
        assert_eq!(store.verify().unwrap(), []);
        assert_eq!((store.delete_in(..).unwrap(), left()), (170, 0));
    }
    let names = db.names();
    assert!(!names.iter().any(|name| name.contains("plain") || name.contains("indexed")), "{names:?}");
}

pub(crate) fn many_puts_are_all_or_none(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = numbers::<String>(&db);
    store.put(&"a".to_owned(), &0).unwrap();
    let long = "k".repeat(MAX_KEY_LEN + 1);
    let error = store.put_many(&[("a".to_owned(), 1), ("b".to_owned(), 2), (long, 3)]).unwrap_err();
    let ErrorKind::KeyTooLong { place, len, max } = error.kind() else { panic!("{error}") };
    is_in(place, "numbers");
    assert_eq!((*len, *max), (MAX_KEY_LEN + 1, MAX_KEY_LEN));
    assert_eq!(store.scan_all().unwrap(), [("a".to_owned(), 0)]);
    // Of two entries under one key, the last one counts.
    store.put_many(&[("c".to_owned(), 1), ("c".to_owned(), 2)]).unwrap();
    assert_eq!(store.get(&"c".to_owned()).unwrap(), Some(2));
}
