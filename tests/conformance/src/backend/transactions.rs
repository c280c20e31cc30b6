//! Transactions read their own writes.

use std::ops::Bound::{Excluded, Included, Unbounded};

use keyloft::backend::{Direction, KeyRange};
use keyloft::prelude::*;

use super::scan::{BOUNDS, MANY, TRICKY};
use crate::Fixture;
use crate::reading::{Reading, every_range, keys_within};
use crate::writing::{Commit, Writing};

pub(crate) fn read_their_own_puts(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.put_one("notes", b"a", b"before");
    db.commit(|tx| {
        tx.set("notes", b"a", b"after");
        tx.set("notes", b"b", b"new");
        assert_eq!(tx.value("notes", b"a").as_deref(), Some(b"after".as_slice()));
        assert!(tx.has("notes", b"b"));
        let values = tx.values("notes", &[b"b", b"c", b"a"]);
        assert_eq!(values, [Some(b"new".to_vec()), None, Some(b"after".to_vec())]);
    });
    assert_eq!(db.value("notes", b"a").as_deref(), Some(b"after".as_slice()));
    assert_eq!(db.value("notes", b"b").as_deref(), Some(b"new".as_slice()));
}

pub(crate) fn read_their_own_deletes(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.put_one("notes", b"a", b"1");
    db.commit(|tx| {
        assert!(tx.unset("notes", b"a"));
        assert_eq!(tx.value("notes", b"a"), None);
        assert!(!tx.has("notes", b"a"));
        assert_eq!(tx.values("notes", &[b"a"]), [None]);
        assert!(!tx.unset("notes", b"a"));
        tx.set("notes", b"a", b"2");
        assert_eq!(tx.value("notes", b"a").as_deref(), Some(b"2".as_slice()));
    });
    assert_eq!(db.value("notes", b"a").as_deref(), Some(b"2".as_slice()));
}

pub(crate) fn scan_their_own_writes(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.commit(|tx| [b"b", b"d", b"f", b"h"].iter().for_each(|key| tx.set("notes", *key, b"old")));
    db.commit(|tx| {
        tx.set("notes", b"a", b"new");
        tx.set("notes", b"d", b"new");
        tx.set("notes", b"i", b"new");
        tx.unset("notes", b"f");
        let expected = [("a", "new"), ("b", "old"), ("d", "new"), ("h", "old"), ("i", "new")];
        let mut expected = expected.map(|(key, value)| (key.into(), value.into()));
        assert_eq!(tx.all("notes"), expected);
        expected.reverse();
        assert_eq!(tx.entries("notes", KeyRange::ALL, Direction::Backward), expected);
        assert_eq!(tx.first_keys("notes", Direction::Backward, 2), [b"i", b"h"]);
        // A scan that ends early has no effect on later reads.
        tx.set("notes", b"j", b"new");
        assert_eq!(tx.first_keys("notes", Direction::Backward, 1), [b"j"]);
    });
}

pub(crate) fn scan_between_every_pair_of_bounds(fixture: &dyn Fixture) {
    let db = fixture.open();
    // Half of the keys are committed, the others only written, and one of each half is deleted.
    db.commit(|tx| {
        TRICKY.iter().step_by(2).for_each(|key| tx.set("notes", key, b""));
        tx.set("notes", b"m", b"");
    });
    db.commit(|tx| {
        TRICKY.iter().skip(1).step_by(2).for_each(|key| tx.set("notes", key, b""));
        tx.set("notes", b"n", b"");
        assert!(tx.unset("notes", b"m") && tx.unset("notes", b"n"));
        for range in every_range(&BOUNDS) {
            let mut expected = keys_within(&TRICKY, range);
            assert_eq!(tx.keys("notes", range, Direction::Forward), expected, "{range:?}");
            assert_eq!(tx.size("notes", range), expected.len().try_into().unwrap(), "{range:?}");
            expected.reverse();
            assert_eq!(tx.keys("notes", range, Direction::Backward), expected, "{range:?}");
        }
    });
}

pub(crate) fn count_their_own_writes(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.commit(|tx| {
        assert_eq!(tx.size("notes", KeyRange::ALL), 0);
        tx.set("notes", b"a", b"");
        tx.set("notes", b"b", b"");
        tx.set("notes", b"b", b"again");
        assert_eq!(tx.size("notes", KeyRange::ALL), 2);
        assert_eq!(tx.size("notes", KeyRange::new(Excluded(b"a"), Unbounded)), 1);
        tx.unset("notes", b"a");
        assert_eq!(tx.size("notes", KeyRange::ALL), 1);
    });
    assert_eq!(db.size("notes", KeyRange::ALL), 1);
}

pub(crate) fn list_their_own_partitions(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.put_one("b", b"", b"");
    db.put_one("d", b"", b"");
    db.commit(|tx| {
        tx.set("c", b"", b"");
        tx.set("a", b"", b"");
        tx.unset("d", b"");
        assert_eq!(tx.names(), ["a", "b", "c"]);
        tx.unset("c", b"");
        assert_eq!(tx.names(), ["a", "b"]);
        assert!(tx.all("d").is_empty() && tx.all("c").is_empty());
    });
    assert_eq!(db.names(), ["a", "b"]);
}

pub(crate) fn delete_ranges_of_their_own_writes(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.commit(|tx| [b"a", b"c", b"e"].iter().for_each(|key| tx.set("notes", *key, b"")));
    db.commit(|tx| {
        tx.set("notes", b"b", b"");
        tx.set("notes", b"d", b"");
        assert_eq!(tx.clear("notes", KeyRange::new(Included(b"b"), Excluded(b"e"))), 3);
        assert_eq!(tx.keys("notes", KeyRange::ALL, Direction::Forward), [b"a", b"e"]);
        tx.set("notes", b"c", b"back");
        assert_eq!(tx.clear("notes", KeyRange::new(Included(b"b"), Excluded(b"e"))), 1);
        tx.set("notes", b"d", b"back");
    });
    assert_eq!(db.keys("notes", KeyRange::ALL, Direction::Forward), [b"a", b"d", b"e"]);
}

pub(crate) fn see_what_was_committed(fixture: &dyn Fixture) {
    let db = fixture.open();
    for round in 0..10_u8 {
        db.commit(|tx| {
            assert_eq!(tx.value("notes", b"round"), round.checked_sub(1).map(|before| vec![before]));
            assert_eq!(tx.size("log", KeyRange::ALL), u64::from(round));
            tx.set("notes", b"round", &[round]);
            tx.set("log", &[round], b"");
        });
    }
}

pub(crate) fn keep_the_last_write(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.commit(|tx| {
        for value in [b"first".as_slice(), b"second, and longer", b"last"] {
            tx.set("notes", b"put", value);
        }
        tx.set("notes", b"deleted", b"");
        tx.unset("notes", b"deleted");
        tx.unset("notes", b"back");
        tx.set("notes", b"back", b"");
    });
    let expected = [("back", ""), ("put", "last")];
    assert_eq!(db.all("notes"), expected.map(|(key, value)| (key.into(), value.into())));
}

pub(crate) fn span_partitions(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.put_one("from", b"coin", b"1");
    db.commit(|tx| {
        let coin = tx.value("from", b"coin").unwrap();
        tx.unset("from", b"coin");
        tx.set("to", b"coin", &coin);
        tx.set("log", b"1", b"moved");
    });
    assert_eq!(db.names(), ["log", "to"]);
    assert_eq!(db.value("to", b"coin").as_deref(), Some(b"1".as_slice()));
}

pub(crate) fn may_be_large(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.commit(|tx| {
        // The order of the writes is not that of the keys.
        for number in (0..MANY).map(|number| number.wrapping_mul(7919) % MANY) {
            tx.set("many", &number.to_be_bytes(), &[7; 50]);
        }
        assert_eq!(tx.size("many", KeyRange::ALL), u64::from(MANY));
    });
    let keys = db.keys("many", KeyRange::ALL, Direction::Forward);
    assert!(keys.into_iter().eq((0..MANY).map(|number| number.to_be_bytes().to_vec())));
}

pub(crate) fn may_do_nothing(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.commit(|_| ());
    db.put_one("notes", b"a", b"");
    db.commit(|_| ());
    assert_eq!(db.all("notes").len(), 1);
}

pub(crate) fn may_only_read(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.put_one("notes", b"a", b"1");
    let before = db.dump();
    db.commit(|tx| assert_eq!(tx.dump(), before));
    assert_eq!(db.dump(), before);
}

pub(crate) fn return_the_value_of_the_body(fixture: &dyn Fixture) {
    let db = fixture.open();
    let count: Result<u64> = db.transaction(|tx| {
        tx.set("notes", b"a", b"");
        Ok::<_, Error>(tx.size("notes", KeyRange::ALL))
    });
    assert_eq!(count.unwrap(), 1);
}
