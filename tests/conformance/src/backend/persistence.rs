//! Commits survive the reopening of a place.

use keyloft::ErrorKind;
use keyloft::backend::KeyRange;

use crate::Fixture;
use crate::reading::Reading;
use crate::writing::{Commit, Writing};

pub(crate) fn commits_survive_a_reopening(fixture: &dyn Fixture) {
    let Some(open) = fixture.place() else { return };
    let db = open();
    assert!(db.names().is_empty(), "a place holds nothing at first");
    db.commit(|tx| {
        (0..=u8::MAX).for_each(|byte| tx.set("bytes", &[byte], &[byte; 100]));
        tx.set("notes", b"", b"");
        tx.set("notes", &[0xff; 2048], &vec![7; 1 << 20]);
    });
    let before = db.dump();
    drop(db);
    assert!(open().dump() == before, "the commits are the data");
}

pub(crate) fn failed_transactions_leave_nothing_after_a_reopening(fixture: &dyn Fixture) {
    let Some(open) = fixture.place() else { return };
    let db = open();
    db.put_one("notes", b"a", b"");
    db.transact(&mut |tx| {
        tx.set("notes", b"b", b"");
        tx.set("created", b"b", b"");
        Err(ErrorKind::Aborted.into())
    })
    .unwrap_err();
    drop(db);
    assert_eq!(open().dump(), [("notes".to_owned(), vec![(b"a".to_vec(), Vec::new())])]);
}

pub(crate) fn deletions_survive_a_reopening(fixture: &dyn Fixture) {
    let Some(open) = fixture.place() else { return };
    let db = open();
    db.commit(|tx| {
        for key in [b"a", b"b", b"c"] {
            tx.set("notes", key, b"");
        }
        tx.set("emptied", b"a", b"");
    });
    drop(db);
    let db = open();
    db.commit(|tx| {
        assert!(tx.unset("notes", b"b"));
        assert_eq!(tx.clear("emptied", KeyRange::ALL), 1);
    });
    drop(db);
    let db = open();
    assert_eq!(db.names(), ["notes"]);
    assert_eq!(db.all("notes"), [(b"a".to_vec(), Vec::new()), (b"c".to_vec(), Vec::new())]);
}

pub(crate) fn a_place_may_be_reopened_many_times(fixture: &dyn Fixture) {
    let Some(open) = fixture.place() else { return };
    for round in 0..5_u8 {
        let db = open();
        assert_eq!(db.size("rounds", KeyRange::ALL), u64::from(round));
        db.put_one("rounds", &[round], b"");
    }
}
