//! Writes of many entities, which the engine gets together.

use std::ops::ControlFlow;

use keyloft::prelude::*;

use super::samples::{CITY, EMAIL, Person, people};
use crate::Fixture;
use crate::random::Random;
use crate::reading::Reading;

pub(crate) fn a_repeated_key_keeps_the_last_entity(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = people(&db);
    store.put(&"a".into(), &Person::new("old@x", "Bonn")).unwrap();
    let list = [
        ("b".into(), Person::new("b@x", "Bonn")),
        ("a".into(), Person::new("a@x", "Köln")),
        ("b".into(), Person::new("b2@x", "")),
        ("a".into(), Person::new("old@x", "Trier")),
        ("b".into(), Person::new("a@x", "Bonn")),
    ];
    store.put_many(&list).unwrap();
    let expected = [("a".into(), Person::new("old@x", "Trier")), ("b".into(), Person::new("a@x", "Bonn"))];
    assert_eq!(store.scan_all().unwrap(), expected);
    assert_eq!(store.verify().unwrap(), []);
    assert_eq!(store.find(&EMAIL, "b2@x").unwrap(), None);
    assert_eq!((store.count_by(&EMAIL, ..).unwrap(), store.count_by(&CITY, ..).unwrap()), (2, 2));
}

pub(crate) fn a_load_tells_how_far_it_came(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = Table::<u32, String>::new(db, "large");
    // A run has 16 MiB, so each of these has seventeen entities.
    let text = "x".repeat(1 << 20);
    let entity = |id| Ok::<_, Error>((id, text.clone()));
    let mut reports = Vec::new();
    let failing = (0..40).map(|id| if id < 36 { entity(id) } else { Err(ErrorKind::ReadOnly.into()) });
    let failed = store.try_load(failing, |stored| {
        reports.push(stored);
        ControlFlow::Continue(())
    });
    assert_eq!(failed.unwrap_err().code(), "ReadOnly");
    assert_eq!(reports, [16, 32]);
    assert_eq!(store.count().unwrap(), 32);

    assert_eq!(store.try_load((100..140).map(entity), |_| ControlFlow::Break(())).unwrap(), 16);
    assert_eq!(store.count().unwrap(), 48);
    assert_eq!(store.try_load((200..201).map(entity), |_| ControlFlow::Continue(())).unwrap(), 1);
}

pub(crate) fn a_value_that_was_given_up_may_be_taken(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = people(&db);
    let person = |email| Person::new(email, "");
    store.put_many(&[("a".into(), person("1@x")), ("b".into(), person("2@x"))]).unwrap();
    let before = db.dump();
    let swap = [("a".into(), person("2@x")), ("b".into(), person("1@x"))];
    let refused = store.put_many(&swap).unwrap_err();
    assert!(
        matches!(refused.kind(), ErrorKind::UniqueViolation { place, .. } if place.key() == Some("a")),
        "{refused}"
    );
    assert_eq!(db.dump(), before);
    let around = [("a".into(), person("3@x")), ("b".into(), person("1@x")), ("a".into(), person("2@x"))];
    store.put_many(&around).unwrap();
    assert_eq!(store.verify().unwrap(), []);
    assert_eq!(store.find(&EMAIL, "2@x").unwrap(), Some(("a".into(), person("2@x"))));
    assert_eq!(store.find(&EMAIL, "3@x").unwrap(), None);
}

pub(crate) fn the_first_entity_that_is_refused_is_named(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = people(&db);
    store.put(&"z".into(), &Person::new("z@x", "")).unwrap();
    let before = db.dump();
    let long = || Person { token: vec![7; 5_000], ..Person::new("", "") };
    let place = |list: &[(UserId, Person)]| {
        let error = store.put_many(list).unwrap_err();
        (error.code(), error.place().and_then(|place| place.key().map(str::to_owned)).unwrap_or_default())
    };
    let taken = |key: &str| (key.into(), Person::new("z@x", ""));
    let free = |key: &str| (key.into(), Person::new(&format!("{key}@x"), ""));
    assert_eq!(place(&[free("a"), taken("b"), taken("c")]), ("UniqueViolation", "b".to_owned()));
    let twice = [free("a"), ("b".into(), Person::new("a@x", "")), taken("c")];
    assert_eq!(place(&twice), ("UniqueViolation", "b".to_owned()));
    assert_eq!(place(&[taken("b"), ("a".into(), long())]), ("UniqueViolation", "b".to_owned()));
    assert_eq!(place(&[("a".into(), long()), taken("b")]), ("IndexedValueTooLong", "a".to_owned()));
    assert_eq!(db.dump(), before);
}

pub(crate) fn lists_of_any_length_are_stored_whole(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = people(&db);
    store.put_many(&[]).unwrap();
    assert_eq!((store.delete_many(&[]).unwrap(), db.names().len()), (0, 0));
    // More than the engine gets at once, in number and then in bytes. The last ones take the values of the first.
    let key = |number: usize| UserId::from(format!("{:05}", number * 7_919 % 100_000));
    let person = |number: usize| Person::new(&format!("{number}@x"), "Bonn");
    let mut list: Vec<_> = (0..2_500).map(|number| (key(number), person(number))).collect();
    list.extend((0..100).map(|number| (key(number), person(number + 3_000))));
    list.extend((0..100).map(|number| (key(number + 3_000), person(number))));
    store.put_many(&list).unwrap();
    assert_eq!((store.count().unwrap(), store.count_by(&EMAIL, ..).unwrap()), (2_600, 2_600));
    let large = |number: usize| Person { city: Some("x".repeat(2_000)), ..person(number + 5_000) };
    let large: Vec<_> = (0..1_000).map(|number| (key(number), large(number))).collect();
    store.put_many(&large).unwrap();
    assert_eq!(store.verify().unwrap(), []);
    let keys: Vec<UserId> = (0..2_700).chain(0..10).map(key).collect();
    assert_eq!(store.delete_many(&keys).unwrap(), 2_500);
    assert_eq!((store.count().unwrap(), store.verify().unwrap()), (100, Vec::new()));
}

pub(crate) fn deletions_count_each_entity_once(fixture: &dyn Fixture) {
    const TAGS: Index<Vec<u32>, u32> = Index::each("tags", |tags, add| tags.iter().copied().for_each(add));
    let db = fixture.open();
    let plain = Schema::<u32, Vec<u32>>::new("plain");
    for schema in [plain.clone(), Schema::new("tagged").index(TAGS)] {
        let store = Table::with_schema(db.clone(), schema);
        store.put_many(&[(1, vec![1, 2]), (2, vec![2, 3]), (3, vec![3])]).unwrap();
        assert_eq!(store.delete_many(&[2, 9, 2, 1, 9, 2]).unwrap(), 2);
        assert_eq!(store.scan_all().unwrap(), [(3, vec![3])]);
        assert_eq!(store.verify().unwrap(), []);
    }
    let tagged = Table::<u32, Vec<u32>>::with_schema(db, Schema::new("tagged").index(TAGS));
    tagged.put_many(&[(1, vec![1, 2, 3]), (2, vec![2, 3]), (3, vec![4]), (4, vec![])]).unwrap();
    assert_eq!(tagged.delete_by(&TAGS, 2..=3).unwrap(), 2);
    assert_eq!(tagged.scan_all().unwrap(), [(3, vec![4]), (4, vec![])]);
    assert_eq!((tagged.count_by(&TAGS, ..).unwrap(), tagged.verify().unwrap()), (1, Vec::new()));
}

pub(crate) fn lists_agree_with_single_writes(fixture: &dyn Fixture) {
    let (listed, single) = (fixture.open(), fixture.open());
    let (list, one) = (people(&listed), people(&single));
    let mut random = Random::new(7);
    let mut refused = 0;
    for round in 0..200 {
        let key = |random: &mut Random| UserId::from(format!("{}", random.below(8)));
        let len = random.below(7);
        if random.below(4) == 0 {
            let keys: Vec<UserId> = (0..len).map(|_| key(&mut random)).collect();
            let together = list.delete_many(&keys).unwrap();
            let each = keys.iter().filter(|key| one.delete(key).unwrap()).count();
            assert_eq!(together, u64::try_from(each).unwrap(), "round {round}: {keys:?}");
        } else {
            let entries: Vec<(UserId, Person)> = (0..len)
                .map(|_| {
                    let email = ["", "a@x", "b@x", "c@x", "d@x", "e@x", "f@x"][random.below(7)];
                    (key(&mut random), Person::new(email, ["", "Bonn", "Köln"][random.below(3)]))
                })
                .collect();
            let together = list.put_many(&entries).map_err(|error| error.to_string());
            let each = single.transaction(|tx| {
                let mut writer = one.within(tx);
                entries.iter().try_for_each(|(key, person)| writer.put(key, person))
            });
            refused += usize::from(each.is_err());
            assert_eq!(together, each.map_err(|error| error.to_string()), "round {round}: {entries:?}");
        }
        assert_eq!(listed.dump(), single.dump(), "round {round}");
    }
    assert!((20..150).contains(&refused), "{refused} lists are refused");
    assert_eq!(list.verify().unwrap(), []);
}
