//! Snapshots do not show later commits.

use std::ops::ControlFlow;

use keyloft::backend::{Direction, KeyRange};
use keyloft::{Partition, Read};

use crate::Fixture;
use crate::reading::Reading;
use crate::subject::Subject;
use crate::writing::{Commit, Writing};

pub(crate) fn do_not_see_later_puts(fixture: &dyn Fixture) {
    let db = Subject::holding(fixture, "notes", &[(b"a", b"1"), (b"c", b"3")]);
    let snapshot = db.reader.snapshot().unwrap();
    db.put("notes", b"a", b"changed");
    db.put("notes", b"b", b"new");
    assert_eq!(snapshot.value("notes", b"a").as_deref(), Some(b"1".as_slice()));
    assert_eq!(snapshot.value("notes", b"b"), None);
    assert!(!snapshot.has("notes", b"b"));
    assert_eq!(snapshot.values("notes", &[b"b", b"a"]), [None, Some(b"1".to_vec())]);
    assert_eq!(snapshot.keys("notes", KeyRange::ALL, Direction::Forward), [b"a", b"c"]);
    assert_eq!(snapshot.keys("notes", KeyRange::ALL, Direction::Backward), [b"c", b"a"]);
    assert_eq!(snapshot.size("notes", KeyRange::ALL), 2);
    assert_eq!(db.reader.value("notes", b"a").as_deref(), Some(b"changed".as_slice()));
    assert_eq!(db.reader.size("notes", KeyRange::ALL), 3);
}

pub(crate) fn do_not_see_later_deletes(fixture: &dyn Fixture) {
    let db = Subject::with_keys(fixture, "notes", &[b"a", b"b", b"c"]);
    let snapshot = db.reader.snapshot().unwrap();
    db.delete("notes", b"b");
    assert!(snapshot.has("notes", b"b"));
    assert_eq!(snapshot.value("notes", b"b").as_deref(), Some(b"1".as_slice()));
    assert_eq!(snapshot.keys("notes", KeyRange::ALL, Direction::Forward), [b"a", b"b", b"c"]);
    assert_eq!(snapshot.size("notes", KeyRange::ALL), 3);
    assert_eq!(db.reader.keys("notes", KeyRange::ALL, Direction::Forward), [b"a", b"c"]);
}

pub(crate) fn do_not_see_a_dropped_partition(fixture: &dyn Fixture) {
    let db = Subject::with_keys(fixture, "notes", &[b"a", b"b", b"c"]);
    let snapshot = db.reader.snapshot().unwrap();
    db.writer.commit(|tx| {
        tx.clear("notes", KeyRange::ALL);
    });
    assert!(db.reader.names().is_empty());
    assert_eq!(snapshot.names(), ["notes"]);
    assert_eq!(snapshot.keys("notes", KeyRange::ALL, Direction::Forward), [b"a", b"b", b"c"]);
    db.put("notes", b"z", b"another life");
    assert_eq!(snapshot.value("notes", b"z"), None);
    assert_eq!(snapshot.size("notes", KeyRange::ALL), 3);
}

pub(crate) fn do_not_list_later_partitions(fixture: &dyn Fixture) {
    let db = Subject::with_keys(fixture, "notes", &[b"a"]);
    let snapshot = db.reader.snapshot().unwrap();
    db.put("later", b"a", b"");
    assert_eq!(snapshot.names(), ["notes"]);
    assert!(snapshot.all("later").is_empty());
    assert_eq!(db.reader.names(), ["later", "notes"]);
}

pub(crate) fn return_the_same_every_time(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    let write = |round: u8| {
        db.writer.commit(|tx| {
            tx.clear("notes", KeyRange::ALL);
            for key in 0..100_u8 {
                tx.set("notes", &[key.wrapping_mul(round)], &[round; 100]);
                tx.set(&format!("partition {round}"), &[key], &[round]);
            }
        });
    };
    write(1);
    let snapshot = db.reader.snapshot().unwrap();
    let first = snapshot.dump();
    for round in 2..20 {
        write(round);
        assert!(snapshot.dump() == first, "after {round} rounds of writes");
    }
    assert!(db.reader.dump() != first, "the backend itself has changed");
}

pub(crate) fn many_are_held_at_once(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    let mut held = Vec::new();
    for round in 0..40_u8 {
        db.put("notes", b"round", &[round]);
        db.put("notes", &[round], b"");
        held.push(db.reader.snapshot().unwrap());
    }
    // A dropped snapshot has no effect on the others.
    let mut keep = false;
    held.retain(|_| {
        keep = !keep;
        keep
    });
    db.put("notes", b"round", b"over");
    for (round, snapshot) in (0_u8..40).step_by(2).zip(&held) {
        assert_eq!(snapshot.value("notes", b"round"), Some(vec![round]));
        assert_eq!(snapshot.size("notes", KeyRange::ALL), u64::from(round) + 2);
    }
}

pub(crate) fn are_of_the_newest_commit(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    for round in 0..20_u8 {
        db.put("notes", b"round", &[round]);
        assert_eq!(db.reader.snapshot().unwrap().value("notes", b"round"), Some(vec![round]));
        assert_eq!(db.reader.value("notes", b"round"), Some(vec![round]));
    }
}

pub(crate) fn a_scan_of_one_goes_on_while_another_commits(fixture: &dyn Fixture) {
    let db = Subject::with_keys(fixture, "notes", &[b"a", b"b", b"c"]);
    let snapshot = db.reader.snapshot().unwrap();
    for direction in [Direction::Forward, Direction::Backward] {
        let mut visited = Vec::new();
        let done = snapshot.scan(&Partition::from("notes"), KeyRange::ALL, direction, &mut |key, _| {
            visited.push(key.to_vec());
            db.writer.commit(|tx| {
                tx.clear("notes", KeyRange::ALL);
                tx.set("notes", b"bb", b"");
                tx.set("notes", b"d", b"");
            });
            ControlFlow::Continue(())
        });
        done.unwrap();
        visited.sort_unstable();
        assert_eq!(visited, [b"a", b"b", b"c"], "{direction:?}");
    }
    assert_eq!(db.reader.keys("notes", KeyRange::ALL, Direction::Forward), [b"bb".as_slice(), b"d"]);
}

pub(crate) fn of_an_empty_backend_stay_empty(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    let snapshot = db.reader.snapshot().unwrap();
    db.put("notes", b"a", b"1");
    assert!(snapshot.names().is_empty());
    assert!(snapshot.all("notes").is_empty());
    assert_eq!(snapshot.value("notes", b"a"), None);
}
