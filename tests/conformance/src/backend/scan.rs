//! Scans in both directions, between bounds of every kind.

use std::ops::Bound::{Excluded, Included, Unbounded};
use std::ops::ControlFlow;

use keyloft::backend::{Direction, KeyRange, MAX_KEY_LEN};
use keyloft::{Partition, Read};

use crate::Fixture;
use crate::reading::{Reading, every_range, keys_within};
use crate::subject::Subject;
use crate::writing::{Commit, Writing};

use Direction::{Backward, Forward};

/// Keys in their order, which a wrong comparison or bound confuses.
pub(crate) const TRICKY: [&[u8]; 12] =
    [b"", b"\0", b"\0\0", b"\0\xff", b"a", b"a\0", b"a\0\0", b"ab", b"b", b"\x80", b"\xff", b"\xff\xff"];

/// Bounds for these keys: at keys, between them, before all and after all.
pub(crate) const BOUNDS: [&[u8]; 11] =
    [b"", b"\0", b"\0\0\0", b"\x01", b"a", b"a\0", b"a\x01", b"b", b"\xfe", b"\xff", b"\xff\xff\xff"];

/// A large number of entries, more than an engine is likely to fetch at once.
pub(crate) const MANY: u32 = 12_345;

pub(crate) fn forward_is_key_order(fixture: &dyn Fixture) {
    // The order of the writes has no meaning, and each has its own transaction.
    let db = Subject::of(fixture);
    for place in [7, 2, 11, 0, 5, 9, 1, 10, 3, 8, 6, 4] {
        db.put("notes", TRICKY[place], b"");
    }
    assert_eq!(db.reader.keys("notes", KeyRange::ALL, Forward), TRICKY);
}

pub(crate) fn backward_is_the_reverse(fixture: &dyn Fixture) {
    let db = Subject::with_keys(fixture, "notes", &TRICKY);
    let mut entries = db.reader.entries("notes", KeyRange::ALL, Backward);
    entries.reverse();
    assert_eq!(entries, db.reader.all("notes"));
    assert_eq!(entries.len(), TRICKY.len());
}

pub(crate) fn every_pair_of_bounds_forward(fixture: &dyn Fixture) {
    let db = Subject::with_keys(fixture, "notes", &TRICKY);
    for range in every_range(&BOUNDS) {
        assert_eq!(db.reader.keys("notes", range, Forward), keys_within(&TRICKY, range), "{range:?}");
    }
}

pub(crate) fn every_pair_of_bounds_backward(fixture: &dyn Fixture) {
    let db = Subject::with_keys(fixture, "notes", &TRICKY);
    for range in every_range(&BOUNDS) {
        let mut expected = keys_within(&TRICKY, range);
        expected.reverse();
        assert_eq!(db.reader.keys("notes", range, Backward), expected, "{range:?}");
    }
}

pub(crate) fn reversed_bounds_have_no_entries(fixture: &dyn Fixture) {
    let db = Subject::with_keys(fixture, "notes", &[b"a", b"b", b"c"]);
    for (lower, upper) in [
        (Included(b"c"), Included(b"a")),
        (Included(b"c"), Excluded(b"a")),
        (Excluded(b"c"), Included(b"a")),
        (Excluded(b"c"), Excluded(b"a")),
        (Excluded(b"b"), Excluded(b"b")),
        (Excluded(b"b"), Included(b"b")),
        (Included(b"b"), Excluded(b"b")),
    ] {
        for direction in [Forward, Backward] {
            let range = KeyRange::new(lower, upper);
            assert!(db.reader.keys("notes", range, direction).is_empty(), "{range:?} {direction:?}");
            assert!(db.reader.keys("nothing", range, direction).is_empty(), "{range:?} {direction:?}");
        }
    }
}

pub(crate) fn a_range_of_one_key(fixture: &dyn Fixture) {
    let db = Subject::with_keys(fixture, "notes", &TRICKY);
    for key in TRICKY {
        for direction in [Forward, Backward] {
            let range = KeyRange::new(Included(key), Included(key));
            assert_eq!(db.reader.keys("notes", range, direction), [key], "{direction:?}");
        }
    }
    let range = KeyRange::new::<[u8]>(Included(b"aa"), Included(b"aa"));
    assert!(db.reader.keys("notes", range, Forward).is_empty());
}

pub(crate) fn bounds_need_not_be_keys(fixture: &dyn Fixture) {
    let db = Subject::with_keys(fixture, "notes", &[b"b", b"d", b"f"]);
    let keys = |lower: &[u8], upper: &[u8], direction| {
        db.reader.keys("notes", KeyRange::new(Included(lower), Included(upper)), direction)
    };
    assert_eq!(keys(b"a", b"e", Forward), [b"b", b"d"]);
    assert_eq!(keys(b"a", b"e", Backward), [b"d", b"b"]);
    assert_eq!(keys(b"c", b"z", Backward), [b"f", b"d"]);
    assert!(keys(b"g", b"z", Forward).is_empty() && keys(b"", b"a", Backward).is_empty());
}

pub(crate) fn a_bound_may_be_longer_than_a_key(fixture: &dyn Fixture) {
    let db = Subject::with_keys(fixture, "notes", &[b"a", b"m", b"z"]);
    let long = vec![b'm'; 10 * MAX_KEY_LEN];
    let from = KeyRange::new(Included(&long), Unbounded);
    let until = KeyRange::new(Unbounded, Excluded(&long));
    for direction in [Forward, Backward] {
        assert_eq!(db.reader.keys("notes", from, direction), [b"z"]);
        assert_eq!(db.reader.keys("notes", until, direction).len(), 2);
    }
    assert_eq!((db.reader.size("notes", from), db.reader.size("notes", until)), (1, 2));
}

pub(crate) fn prefix_like_neighbours_are_kept_apart(fixture: &dyn Fixture) {
    let keys: [&[u8]; 7] = [b"bob", b"bob\0", b"bob%", b"bob:1", b"bob:2", b"bob;", b"bobby:1"];
    let db = Subject::with_keys(fixture, "notes", &keys);
    let of_bob = KeyRange::new::<[u8]>(Included(b"bob:"), Excluded(b"bob;"));
    assert_eq!(db.reader.keys("notes", of_bob, Forward), [b"bob:1", b"bob:2"]);
    assert_eq!(db.reader.keys("notes", of_bob, Backward), [b"bob:2", b"bob:1"]);
}

pub(crate) fn values_come_with_their_keys(fixture: &dyn Fixture) {
    let entries: [(&[u8], &[u8]); 4] = [(b"a", b"1"), (b"b", b""), (b"c", b"a longer one"), (b"d", b"4")];
    let db = Subject::holding(fixture, "notes", &entries);
    let expected = entries.map(|(key, value)| (key.to_vec(), value.to_vec()));
    assert_eq!(db.reader.all("notes"), expected);
    let mut backward = db.reader.entries("notes", KeyRange::ALL, Backward);
    backward.reverse();
    assert_eq!(backward, expected);
}

pub(crate) fn stops_when_the_visitor_breaks(fixture: &dyn Fixture) {
    let db = Subject::with_keys(fixture, "notes", &[b"a", b"b", b"c", b"d"]);
    for limit in 1..=4 {
        let mut keys = [b"a", b"b", b"c", b"d"];
        assert_eq!(db.reader.first_keys("notes", Forward, limit), keys[..limit]);
        keys.reverse();
        assert_eq!(db.reader.first_keys("notes", Backward, limit), keys[..limit]);
    }
}

pub(crate) fn visits_every_one_of_many(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    db.writer.commit(|tx| {
        for number in 0..MANY {
            tx.set("many", &number.to_be_bytes(), &number.to_le_bytes());
        }
    });
    let entry = |number: u32| (number.to_be_bytes().to_vec(), number.to_le_bytes().to_vec());
    let check = |range: KeyRange<'_>, direction, numbers: &mut dyn Iterator<Item = u32>| {
        let entries = db.reader.entries("many", range, direction);
        assert!(entries.iter().cloned().eq(numbers.map(entry)), "{} entries {direction:?}", entries.len());
    };
    check(KeyRange::ALL, Forward, &mut (0..MANY));
    check(KeyRange::ALL, Backward, &mut (0..MANY).rev());
    let (lower, upper) = (100_u32.to_be_bytes(), (MANY - 100).to_be_bytes());
    let range = KeyRange::new(Included(&lower), Excluded(&upper));
    check(range, Forward, &mut (100..MANY - 100));
    check(range, Backward, &mut (100..MANY - 100).rev());
}

pub(crate) fn stays_in_its_partition(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    for partition in ["a", "aa", "b"] {
        db.writer.commit(|tx| {
            tx.set(partition, b"", partition.as_bytes());
            tx.set(partition, b"\xff\xff", partition.as_bytes());
        });
    }
    for partition in ["a", "aa", "b"] {
        for direction in [Forward, Backward] {
            let entries = db.reader.entries(partition, KeyRange::ALL, direction);
            assert_eq!(entries.len(), 2, "{partition} {direction:?}");
            assert!(
                entries.iter().all(|(_, value)| value == partition.as_bytes()),
                "{partition} {direction:?}"
            );
        }
    }
}

pub(crate) fn the_visitor_may_read(fixture: &dyn Fixture) {
    let db = Subject::with_keys(fixture, "notes", &[b"a", b"b", b"c"]);
    db.put("others", b"x", b"y");
    let mut visited = 0_u64;
    let done = db.reader.scan(&Partition::from("notes"), KeyRange::ALL, Forward, &mut |key, value| {
        visited += 1;
        assert_eq!(db.reader.value("notes", key).as_deref(), Some(value));
        assert_eq!(db.reader.size("notes", KeyRange::new(Unbounded, Included(key))), visited);
        assert_eq!(db.reader.snapshot().unwrap().all("others").len(), 1);
        ControlFlow::Continue(())
    });
    done.unwrap();
    assert_eq!(visited, 3);
}
