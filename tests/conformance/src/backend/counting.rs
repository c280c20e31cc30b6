//! Counts.

use keyloft::backend::{Direction, KeyRange};

use super::scan::{BOUNDS, MANY, TRICKY};
use crate::Fixture;
use crate::reading::{Reading, every_range};
use crate::subject::Subject;
use crate::writing::{Commit, Writing};

pub(crate) fn is_what_a_scan_visits(fixture: &dyn Fixture) {
    let db = Subject::with_keys(fixture, "notes", &TRICKY);
    for range in every_range(&BOUNDS) {
        let visited = db.reader.keys("notes", range, Direction::Forward);
        assert_eq!(db.reader.size("notes", range), visited.len().try_into().unwrap(), "{range:?}");
    }
}

pub(crate) fn is_zero_without_entries(fixture: &dyn Fixture) {
    let db = Subject::with_keys(fixture, "notes", &[b"a"]);
    db.delete("notes", b"a");
    for range in every_range(&[b"a", b"b"]) {
        assert_eq!(db.reader.size("notes", range), 0, "{range:?}");
        assert_eq!(db.reader.size("nothing", range), 0, "{range:?}");
    }
}

pub(crate) fn of_many(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    db.writer.commit(|tx| {
        for number in 0..MANY {
            tx.set("many", &number.to_be_bytes(), b"");
        }
    });
    assert_eq!(db.reader.size("many", KeyRange::ALL), u64::from(MANY));
    // A key that is put twice counts once, and a deleted key does not count.
    db.writer.commit(|tx| {
        tx.set("many", &7_u32.to_be_bytes(), b"again");
        tx.unset("many", &8_u32.to_be_bytes());
    });
    assert_eq!(db.reader.size("many", KeyRange::ALL), u64::from(MANY - 1));
}
