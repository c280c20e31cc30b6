//! Errors of a backend in the middle of a read reach the caller of the store.

use std::cell::Cell;
use std::ops::ControlFlow;

use keyloft::backend::{Direction, KeyRange, Visit};
use keyloft::error::Place;
use keyloft::prelude::*;
use keyloft::{Partition, Read, delegate_reads};

use super::samples::{CITY, EMAIL, Person, numbers, people, with_places};
use crate::Fixture;
use crate::subject::Subject;

pub(crate) fn of_a_scan_end_an_iteration(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    numbers(&db.writer).put_many(&with_places(&(0..100).collect::<Vec<u32>>())).unwrap();
    let store = numbers::<u32>(&db.reader);
    for query in [Query::all(), Query::all().reverse()] {
        let failing = Failing::after(db.reader.snapshot().unwrap(), 40);
        let entries: Vec<_> = store.at(&failing).iter(query).unwrap().collect();
        let (last, good) = entries.split_last().unwrap();
        assert!(is_deliberate(last.as_ref().unwrap_err()), "{last:?}");
        assert!(good.len() <= 40 && good.iter().all(Result::is_ok), "{} before it", good.len());
    }
}

pub(crate) fn of_any_read_reach_the_caller(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    people(&db.writer).put(&"1".into(), &Person::new("a@b", "Bonn")).unwrap();
    people(&db.writer).put(&"2".into(), &Person::new("c@d", "Bonn")).unwrap();
    let store = people(&db.reader);
    // The reads fail at once, and after all but the last entry that they need. The first entry of each is the table's in
    // the catalog, because this reader has no stamp.
    for entries in 0..3 {
        let failing = Failing::after(db.reader.snapshot().unwrap(), entries);
        let at = || {
            failing.left.set(entries);
            store.at(&failing)
        };
        let key = "1".into();
        let mut errors = vec![
            at().scan_all().unwrap_err(),
            at().page(.., 10, None).unwrap_err(),
            at().count().unwrap_err(),
            at().iter(..).and_then(|mut entries| entries.try_for_each(|entry| entry.map(drop))).unwrap_err(),
            at().find_all(&CITY, "Bonn").unwrap_err(),
            at().page_by(&CITY, .., 10, None).unwrap_err(),
            at().count_by(&CITY, ..).unwrap_err(),
            at().find(&EMAIL, "a@b").unwrap_err(),
            at().get_many(&["1".into(), "2".into()]).unwrap_err(),
        ];
        if entries < 2 {
            errors.extend([at().get(&key).unwrap_err(), at().contains(&key).unwrap_err()]);
            errors.extend([at().first().unwrap_err(), at().last().unwrap_err()]);
        }
        for error in errors {
            assert!(is_deliberate(&error), "{error}");
        }
    }
}

/// A reader that fails after a number of entries.
struct Failing<R> {
    inner: R,
    left: Cell<usize>,
}

impl<R: Read> Failing<R> {
    fn after(inner: R, entries: usize) -> Self {
        Self { inner, left: Cell::new(entries) }
    }

    fn read_one(&self) -> Result<()> {
        match self.left.get().checked_sub(1) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => {
                Err(ErrorKind::Corrupted { place: Place::Stream, detail: "deliberate".to_owned() }.into())
            }
        }
    }
}

fn is_deliberate(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Corrupted { detail, .. } if detail == "deliberate")
}

impl<R: Read> Read for Failing<R> {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        self.read_one()?;
        self.inner.get(partition, key, visit)
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        let mut outcome = Ok(());
        self.inner.scan(partition, range, direction, &mut |key, value| {
            outcome = self.read_one();
            if outcome.is_ok() { visit(key, value) } else { ControlFlow::Break(()) }
        })?;
        outcome
    }

    delegate_reads!(self => self.inner; partitions);
}
