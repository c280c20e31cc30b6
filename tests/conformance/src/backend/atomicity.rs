//! A transaction writes everything or nothing.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use keyloft::Partition;
use keyloft::backend::{KeyRange, MAX_KEY_LEN};
use keyloft::error::Place;
use keyloft::prelude::*;

use super::scan::MANY;
use crate::Fixture;
use crate::reading::Reading;
use crate::writing::{Commit, Writing};

pub(crate) fn an_error_leaves_nothing(fixture: &dyn Fixture) {
    let db = fixture.open();
    fill(&*db);
    let before = db.dump();
    db.transact(&mut |tx| {
        change(tx);
        Err(ErrorKind::Aborted.into())
    })
    .unwrap_err();
    assert_eq!(db.dump(), before);
    assert_eq!(db.snapshot().unwrap().dump(), before);
    db.commit(|tx| assert_eq!(tx.dump(), before));
}

pub(crate) fn an_error_after_many_writes_leaves_nothing(fixture: &dyn Fixture) {
    let db = fixture.open();
    fill(&*db);
    let before = db.dump();
    db.transact(&mut |tx| {
        (0..MANY).for_each(|number| tx.set("many", &number.to_be_bytes(), &[7; 100]));
        Err(ErrorKind::Aborted.into())
    })
    .unwrap_err();
    assert!(db.dump() == before, "nothing of {MANY} writes is left");
}

pub(crate) fn an_error_keeps_earlier_commits(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.put_one("notes", b"1", b"");
    db.transact(&mut |tx| {
        tx.set("notes", b"2", b"");
        Err(ErrorKind::Aborted.into())
    })
    .unwrap_err();
    db.put_one("notes", b"3", b"");
    assert_eq!(db.all("notes"), [(b"1".to_vec(), Vec::new()), (b"3".to_vec(), Vec::new())]);
}

/// The payload of the panic in a body.
struct Deliberate;

pub(crate) fn a_panic_leaves_nothing(fixture: &dyn Fixture) {
    if cfg!(panic = "abort") {
        return;
    }
    let db = fixture.open();
    fill(&*db);
    let before = db.dump();
    for _ in 0..2 {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            db.transact(&mut |tx| {
                change(tx);
                // The message of `panic!` would look like a failure of the test.
                resume_unwind(Box::new(Deliberate))
            })
        }));
        assert!(panicked.is_err_and(|panic| panic.is::<Deliberate>()), "the panic reaches the caller");
        assert_eq!(db.dump(), before);
    }
    db.put_one("notes", b"after", b"");
    assert!(db.has("notes", b"after"));
}

pub(crate) fn an_error_of_the_body_is_returned(fixture: &dyn Fixture) {
    let db = fixture.open();
    let place = || Place::entity(&"notes".into(), "the body's own");
    let error = db.transact(&mut |_| Err(ErrorKind::NotFound { place: place() }.into())).unwrap_err();
    assert_eq!((error.code(), error.place()), ("NotFound", Some(&place())));
}

/// An error type of a caller.
#[derive(Debug)]
enum Own {
    Refused(u32),
    Storage(Error),
}

impl From<Error> for Own {
    fn from(error: Error) -> Self {
        Self::Storage(error)
    }
}

pub(crate) fn an_error_of_the_callers_own_is_returned(fixture: &dyn Fixture) {
    let db = fixture.open();
    let refused = db.try_transaction(|tx| {
        tx.set("notes", b"a", b"");
        Err::<(), _>(Own::Refused(7))
    });
    assert!(matches!(refused, Err(Own::Refused(7))), "{refused:?}");
    let failed = db.try_transaction(|_| Err::<(), _>(Own::Storage(Error::from(ErrorKind::ReadOnly))));
    assert!(matches!(&failed, Err(Own::Storage(error)) if error.code() == "ReadOnly"), "{failed:?}");
    assert!(db.names().is_empty());
}

pub(crate) fn a_value_is_returned_beside_errors_of_the_callers_own(fixture: &dyn Fixture) {
    let db = fixture.open();
    let value = db.try_transaction(|tx| {
        tx.set("notes", b"a", b"");
        Ok::<_, Own>(7)
    });
    assert_eq!(value.unwrap(), 7);
    assert!(db.has("notes", b"a"));
    // An error of the library in the body becomes an error of the caller's type.
    let failed = db.try_transaction(|tx| {
        tx.put(&Partition::from("notes"), &[0; MAX_KEY_LEN + 1], b"")?;
        Ok::<_, Own>(())
    });
    assert!(matches!(&failed, Err(Own::Storage(error)) if error.code() == "KeyTooLong"), "{failed:?}");
    // `Aborted` carries the caller's error through the engine. An `Aborted` of the body itself must not be confused with it.
    let aborted = db.try_transaction(|_| Err::<(), _>(Own::Storage(Error::from(ErrorKind::Aborted))));
    assert!(matches!(&aborted, Err(Own::Storage(error)) if error.code() == "Aborted"), "{aborted:?}");
    let nested = db.try_transaction(|_| db.try_transaction(|_| Ok::<_, Own>(())));
    assert!(matches!(&nested, Err(Own::Storage(error)) if error.code() == "NestedTransaction"), "{nested:?}");
}

pub(crate) fn a_refused_write_ends_the_transaction_if_returned(fixture: &dyn Fixture) {
    let db = fixture.open();
    let notes = Partition::from("notes");
    let error = db.transact(&mut |tx| {
        tx.put(&notes, b"a", b"")?;
        tx.put(&notes, &[0; MAX_KEY_LEN + 1], b"")?;
        tx.put(&notes, b"b", b"")
    });
    assert_eq!(error.unwrap_err().code(), "KeyTooLong");
    assert!(db.names().is_empty());
}

fn fill(db: &dyn StorageBackend) {
    db.commit(|tx| {
        for key in [b"a", b"b", b"c", b"d"] {
            tx.set("notes", key, b"before");
            tx.set("others", key, b"before");
            tx.set("emptied", key, b"before");
        }
    });
}

/// Makes every kind of write, in partitions that exist and in one that does not.
fn change(tx: &mut dyn Transaction) {
    tx.set("notes", b"a", b"after");
    tx.set("notes", b"z", b"after");
    tx.set("created", b"a", b"after");
    assert!(tx.unset("notes", b"b"));
    assert_eq!(tx.clear("emptied", KeyRange::ALL), 4);
    assert_eq!(
        tx.clear("others", KeyRange::new(std::ops::Bound::Excluded(b"a"), std::ops::Bound::Unbounded)),
        3
    );
}
