//! Errors of a failing engine reach the caller, and no half of a transaction is left.

use std::ops::ControlFlow;

use keyloft::Read;
use keyloft::backend::{Direction, KeyRange};
use keyloft::{Partition, StorageBackend};

use super::scan::MANY;
use crate::Fixture;
use crate::reading::Reading;
use crate::writing::{Commit, Writing};

pub(crate) fn of_a_scan_reach_the_caller(fixture: &dyn Fixture) {
    let Some(faulty) = fixture.faulty() else { return };
    let db = faulty.backend;
    fill(&*db);
    let many = Partition::from("many");
    (faulty.fail)(true);
    let mut told = false;
    for direction in [Direction::Forward, Direction::Backward] {
        let mut visited = 0;
        let done = db.scan(&many, KeyRange::ALL, direction, &mut |_, _| {
            visited += 1;
            ControlFlow::Continue(())
        });
        told |= done.is_err();
        assert!(done.is_err() || visited == MANY, "a scan that ended after {visited} entries returned `Ok`");
    }
    assert!(told, "an engine whose every read fails can't have scanned everything");
    (faulty.fail)(false);
}

pub(crate) fn of_a_commit_leave_nothing(fixture: &dyn Fixture) {
    let Some(faulty) = fixture.faulty() else { return };
    let db = faulty.backend;
    db.put_one("notes", b"a", b"before");
    (faulty.fail)(true);
    let done = db.transact(&mut |tx| tx.put(&Partition::from("notes"), b"a", b"after"));
    assert!(done.is_err(), "a commit that could not be written was acknowledged");
    (faulty.fail)(false);
    // The engine may have to be reopened first. It must never show a refused write.
    let mut value = None;
    if db.get(&Partition::from("notes"), b"a", &mut |bytes| value = Some(bytes.to_vec())).is_ok() {
        assert_eq!(value.as_deref(), Some(b"before".as_slice()));
    }
}

pub(crate) fn in_the_middle_of_a_scan_reach_the_caller(fixture: &dyn Fixture) {
    let Some(faulty) = fixture.faulty() else { return };
    let db = faulty.backend;
    fill(&*db);
    let mut told = false;
    for direction in [Direction::Forward, Direction::Backward] {
        let mut visited = 0;
        let done = db.scan(&Partition::from("many"), KeyRange::ALL, direction, &mut |_, _| {
            visited += 1;
            (faulty.fail)(visited >= MANY / 3);
            ControlFlow::Continue(())
        });
        told |= done.is_err();
        assert!(done.is_err() || visited == MANY, "a scan that ended after {visited} entries returned `Ok`");
    }
    assert!(told, "an engine whose every read fails can't have scanned everything");
    (faulty.fail)(false);
}

pub(crate) fn in_the_middle_of_a_transaction_leave_nothing(fixture: &dyn Fixture) {
    let Some(faulty) = fixture.faulty() else { return };
    let db = faulty.backend;
    db.put_one("notes", b"a", b"before");
    let notes = Partition::from("notes");
    let done = db.transact(&mut |tx| {
        tx.put(&notes, b"a", b"after")?;
        (faulty.fail)(true);
        // An engine may refuse the next writes, or notice at the commit.
        (0..200_u8).try_for_each(|number| tx.put(&notes, &[number], &[number; 3_000]))
    });
    assert!(done.is_err(), "a commit that could not be written was acknowledged");
    (faulty.fail)(false);
    let mut seen = Vec::new();
    let scanned = db.scan(&notes, KeyRange::ALL, Direction::Forward, &mut |key, value| {
        seen.push((key.to_vec(), value.to_vec()));
        ControlFlow::Continue(())
    });
    // The engine may have to be reopened first. It must never show a part of the transaction.
    assert!(scanned.is_err() || seen == [(b"a".to_vec(), b"before".to_vec())], "{} entries", seen.len());
}

fn fill(db: &dyn StorageBackend) {
    db.commit(|tx| (0..MANY).for_each(|number| tx.set("many", &number.to_be_bytes(), &[7; 100])));
    assert_eq!(db.size("many", KeyRange::ALL), u64::from(MANY));
}
