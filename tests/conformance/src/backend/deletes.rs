//! Deletions of keys and ranges.

use std::ops::Bound::{Excluded, Included};

use keyloft::backend::{Direction, KeyRange, MAX_KEY_LEN};

use super::scan::{BOUNDS, MANY, TRICKY};
use crate::Fixture;
use crate::reading::{Reading, every_range, keys_within};
use crate::writing::{Commit, Writing};

pub(crate) fn return_whether_the_key_existed(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.put_one("notes", b"a", b"");
    db.commit(|tx| {
        assert!(!tx.unset("notes", b"b"));
        assert!(tx.unset("notes", b"a"));
        assert!(!tx.unset("notes", b"a"));
    });
    db.commit(|tx| assert!(!tx.unset("notes", b"a")));
}

pub(crate) fn of_absent_keys_create_nothing(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.put_one("notes", b"a", b"");
    db.commit(|tx| {
        assert!(!tx.unset("never", b"a"));
        assert_eq!(tx.clear("never", KeyRange::ALL), 0);
        assert_eq!(tx.clear("nowhere", KeyRange::new(Included(b"a"), Included(b"z"))), 0);
        assert_eq!(tx.names(), ["notes"]);
    });
    assert_eq!(db.names(), ["notes"]);
}

pub(crate) fn a_key_too_long_to_store_does_not_exist(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.put_one("notes", &[1; MAX_KEY_LEN], b"");
    db.commit(|tx| {
        assert!(!tx.unset("notes", &[1; MAX_KEY_LEN + 1]));
        assert!(!tx.unset("notes", &vec![1; 20 * MAX_KEY_LEN]));
    });
    assert_eq!(db.all("notes").len(), 1);
}

pub(crate) fn a_deleted_key_may_come_back(fixture: &dyn Fixture) {
    let db = fixture.open();
    for round in 0..5_u8 {
        db.put_one("notes", b"a", &[round]);
        assert_eq!(db.value("notes", b"a"), Some(vec![round]));
        db.commit(|tx| assert!(tx.unset("notes", b"a")));
        assert_eq!(db.value("notes", b"a"), None);
    }
}

pub(crate) fn of_every_range_return_the_number_of_keys(fixture: &dyn Fixture) {
    let db = fixture.open();
    // One transaction deletes every range, and restores the keys after each.
    db.commit(|tx| {
        for range in every_range(&BOUNDS) {
            for key in TRICKY {
                tx.set("notes", key, b"");
            }
            let gone = keys_within(&TRICKY, range);
            assert_eq!(tx.clear("notes", range), gone.len().try_into().unwrap(), "{range:?}");
            let mut left: Vec<Vec<u8>> = TRICKY.iter().map(|key| key.to_vec()).collect();
            left.retain(|key| !gone.contains(key));
            assert_eq!(tx.keys("notes", range, Direction::Forward), Vec::<Vec<u8>>::new(), "{range:?}");
            assert_eq!(tx.keys("notes", KeyRange::ALL, Direction::Forward), left, "{range:?}");
        }
    });
}

pub(crate) fn of_a_reversed_range_delete_nothing(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.commit(|tx| [b"a", b"b", b"c"].iter().for_each(|key| tx.set("notes", *key, b"")));
    db.commit(|tx| {
        assert_eq!(tx.clear("notes", KeyRange::new(Included(b"c"), Included(b"a"))), 0);
        assert_eq!(tx.clear("notes", KeyRange::new(Excluded(b"b"), Excluded(b"b"))), 0);
        assert_eq!(tx.clear("notes", KeyRange::new(Included(b"b"), Excluded(b"b"))), 0);
    });
    assert_eq!(db.all("notes").len(), 3);
}

pub(crate) fn of_a_range_stay_in_its_partition(fixture: &dyn Fixture) {
    let db = fixture.open();
    for partition in ["a", "aa", "b"] {
        db.commit(|tx| [b"1", b"2", b"3"].iter().for_each(|key| tx.set(partition, *key, b"")));
    }
    db.commit(|tx| {
        assert_eq!(tx.clear("aa", KeyRange::new(Included(b"2"), Included(b"9"))), 2);
        assert_eq!(tx.clear("a", KeyRange::ALL), 3);
    });
    assert_eq!(db.keys("aa", KeyRange::ALL, Direction::Forward), [b"1"]);
    assert_eq!(db.keys("b", KeyRange::ALL, Direction::Forward), [b"1", b"2", b"3"]);
}

pub(crate) fn of_everything_drop_the_partition(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.commit(|tx| {
        tx.set("kept", b"", b"");
        tx.set("all", b"a", b"");
        tx.set("all", b"b", b"");
        tx.set("wide", b"a", b"");
    });
    db.commit(|tx| {
        assert_eq!(tx.clear("all", KeyRange::ALL), 2);
        assert_eq!(tx.clear("wide", KeyRange::new(Included(b"a"), Included(b"z"))), 1);
        assert_eq!(tx.names(), ["kept"]);
    });
    assert_eq!(db.names(), ["kept"]);
    db.put_one("all", b"c", b"");
    assert_eq!(db.keys("all", KeyRange::ALL, Direction::Forward), [b"c"]);
}

pub(crate) fn of_a_large_range(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.commit(|tx| (0..MANY).for_each(|number| tx.set("many", &number.to_be_bytes(), b"")));
    let (lower, upper) = (10_u32.to_be_bytes(), (MANY - 10).to_be_bytes());
    db.commit(|tx| {
        let range = KeyRange::new(Included(&lower), Excluded(&upper));
        assert_eq!(tx.clear("many", range), u64::from(MANY - 20));
    });
    let left = (0..10).chain(MANY - 10..MANY).map(|number| number.to_be_bytes().to_vec());
    assert!(db.keys("many", KeyRange::ALL, Direction::Forward).into_iter().eq(left));
}
