//! The rules of a schema: guards, completed fields and visibility.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use keyloft::prelude::*;
use keyloft::store::{Sight, Visibility};
use keyloft::value::Envelope;

use crate::Fixture;
use crate::reading::Reading;

pub(crate) fn a_guard_keeps_what_it_captures(fixture: &dyn Fixture) {
    let db = fixture.open();
    let limit = Arc::new(AtomicU32::new(10));
    let names: BTreeSet<String> = ["tea".to_owned(), "cake".to_owned()].into();
    let schema = Schema::<String, u32>::new("prices").guard({
        let limit = Arc::clone(&limit);
        move |_, change| {
            if !names.contains(change.key) {
                return Err(change.invalid("it is not on the menu"));
            }
            match change.new {
                Some(new) if *new > limit.load(Ordering::Relaxed) => Err(change.invalid("it is too dear")),
                _ => Ok(()),
            }
        }
    });
    // Clones of a schema share its guard.
    let prices = Table::with_schema(db.clone(), schema.clone());
    let tea = "tea".to_owned();
    prices.put(&tea, &10).unwrap();
    let refused = |error: Error, expected: &str| {
        let ErrorKind::Invalid { place, reason } = error.kind() else { panic!("{error}") };
        assert_eq!((place.partition(), reason.as_str()), (Some("prices"), expected));
    };
    refused(prices.put(&tea, &11).unwrap_err(), "it is too dear");
    refused(prices.put(&"wine".to_owned(), &1).unwrap_err(), "it is not on the menu");
    limit.store(20, Ordering::Relaxed);
    prices.put(&tea, &11).unwrap();
    let error = db.transaction(|tx| schema.within(tx).put(&tea, &21)).unwrap_err();
    refused(error, "it is too dear");
    assert_eq!(prices.scan_all().unwrap(), [(tea, 11)]);
}

pub(crate) fn a_guard_may_write_other_tables(fixture: &dyn Fixture) {
    let db = fixture.open();
    let counts = Schema::<String, u32>::new("counts");
    let schema = Schema::<UserId, u32>::new("scores").guard({
        let counts = counts.clone();
        move |tx, change| {
            let key = "changes".to_owned();
            let count = counts.within(tx).get(&key)?.unwrap_or_default();
            counts.within(tx).put(&key, &(count + 1))?;
            if change.new == Some(&13) { Err(change.invalid("13 is no score")) } else { Ok(()) }
        }
    });
    let scores = Table::with_schema(db.clone(), schema);
    scores.put(&"ada".into(), &1).unwrap();
    scores.put(&"ada".into(), &2).unwrap();
    assert!(scores.delete(&"ada".into()).unwrap());
    assert_eq!(scores.put(&"ada".into(), &13).unwrap_err().code(), "Invalid");
    let counts = Table::with_schema(db, counts);
    assert_eq!(counts.scan_all().unwrap(), [("changes".to_owned(), 3)], "the refused change wrote nothing");
}

pub(crate) fn completed_fields_are_stored_and_indexed(fixture: &dyn Fixture) {
    const LENGTH: Index<(String, u32), u32> = Index::new("length", |(_, length)| Some(*length));
    let db = fixture.open();
    let schema = Schema::<UserId, (String, u32)>::new("names").index(LENGTH).complete(|_, change| {
        let length = |name: &str| u32::try_from(name.chars().count()).unwrap();
        Ok(change.new.map(|(name, _)| (name.clone(), length(name))))
    });
    let names = Table::with_schema(db, schema);
    names.put(&"1".into(), &("Ada".to_owned(), 0)).unwrap();
    let updated = names.update(&"1".into(), |(name, length)| {
        name.push_str("lie");
        *length = 99;
        Ok(())
    });
    assert_eq!(updated.unwrap(), ("Adalie".to_owned(), 6), "an update returns what is stored");
    assert_eq!(names.get(&"1".into()).unwrap(), Some(("Adalie".to_owned(), 6)));
    assert_eq!(names.count_by(&LENGTH, Query::exactly(&6)).unwrap(), 1);
    assert_eq!(names.count_by(&LENGTH, ..).unwrap(), 1);
}

/// Hides the entities whose payload is one byte of 0.
struct NonZero;

impl Visibility for NonZero {
    fn is_visible(&self, row: Envelope<'_>, sight: Sight) -> bool {
        sight.tombstones || row.payload != [0]
    }
}

pub(crate) fn an_invisible_entity_is_absent_and_keeps_its_value(fixture: &dyn Fixture) {
    const NUMBER: UniqueIndex<u32, u32> = UniqueIndex::new("number", |number| Some(*number));
    let db = fixture.open();
    let schema = Schema::<UserId, u32>::new("numbers").index(NUMBER).visibility(NonZero);
    let numbers = Table::with_schema(db.clone(), schema);
    numbers.put_many(&[("a".into(), 0), ("b".into(), 7)]).unwrap();
    assert_eq!((numbers.get(&"a".into()).unwrap(), numbers.count().unwrap()), (None, 1));
    assert_eq!(numbers.find(&NUMBER, &0).unwrap(), None);
    assert_eq!(numbers.update(&"a".into(), |_| Ok(())).unwrap_err().code(), "NotFound");
    assert_eq!(numbers.put(&"c".into(), &0).unwrap_err().code(), "UniqueViolation");
    numbers.insert(&"a".into(), &8).unwrap();
    numbers.put(&"c".into(), &0).unwrap();
    assert_eq!(numbers.delete_all().unwrap(), 3, "deletions remove hidden entities too");
    assert!(db.names_of_data().is_empty());
}
