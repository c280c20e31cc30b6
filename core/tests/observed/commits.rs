//! Only what was committed is told, once, and in the order of the commits.

use std::panic::{self, AssertUnwindSafe};

use keyloft::layers::{Feed, Filter, Observed, Subscription};
use keyloft::{Error, StorageBackend};

use crate::engine::Engine;
use crate::{Db, change, commit, observed, put, set, subscribe, told};

#[test]
fn nothing_is_told_before_the_commit() {
    let db = observed();
    let changes = subscribe(&db, Filter::all());
    commit(&db, |tx| {
        set(tx, "notes", "a", "1");
        assert_eq!(changes.try_recv(), None);
    });
    assert_eq!(told(&changes), ["notes/a: - -> 1"]);
}

#[test]
fn an_error_and_a_panic_leave_nothing_to_tell() {
    let db = observed();
    let changes = subscribe(&db, Filter::all());
    let failed = db.transact(&mut |tx| {
        set(tx, "notes", "a", "1");
        Err(Error::Aborted)
    });
    assert!(matches!(failed, Err(Error::Aborted)));
    let panicked = panic::catch_unwind(AssertUnwindSafe(|| {
        db.transact(&mut |tx| {
            set(tx, "notes", "b", "1");
            panic!("on purpose")
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(told(&changes), [""; 0]);

    put(&db, "notes", "c", "1");
    assert_eq!(told(&changes), ["notes/c: - -> 1"]);
}

#[test]
fn the_changes_of_a_commit_share_its_number() {
    let db = observed();
    let everything = subscribe(&db, Filter::all());
    let notes = subscribe(&db, Filter::partition("notes"));
    commit(&db, |tx| {
        set(tx, "notes", "b", "1");
        set(tx, "jobs", "a", "1");
        set(tx, "notes", "a", "1");
    });
    put(&db, "jobs", "a", "2");
    put(&db, "notes", "a", "2");
    let commits = |subscription| -> Vec<u64> {
        std::iter::from_fn(|| Subscription::try_recv(subscription))
            .map(|event| change(Some(event)).commit)
            .collect()
    };
    assert_eq!(commits(&everything), [1, 1, 1, 2, 3]);
    assert_eq!(commits(&notes), [1, 1, 3]);
}

#[test]
fn a_transaction_inside_another_is_refused_and_so_is_subscribing_there() {
    let db = observed();
    let resync = subscribe(&db, Filter::all());
    let nested = |db: &Db| {
        commit(db, |_| {
            let inner = db.transact(&mut |_| Ok(()));
            assert_eq!(inner.unwrap_err().code(), "NestedTransaction");
            let feed = Feed::of(db).unwrap();
            assert_eq!(feed.subscribe(Filter::all()).unwrap_err().code(), "NestedTransaction");
            assert_eq!(resync.resync(|| Ok(())).unwrap_err().code(), "NestedTransaction");
        });
    };
    nested(&db);
    let quiet = observed();
    commit(&quiet, |_| {
        let inner = quiet.transact(&mut |_| Ok(()));
        assert_eq!(inner.unwrap_err().code(), "NestedTransaction");
        let feed = Feed::of(&quiet).unwrap();
        assert_eq!(feed.subscribe(Filter::all()).unwrap_err().code(), "NestedTransaction");
        // Another backend's is not nested, in whatever order they end.
        put(&db, "notes", "a", "1");
    });
    put(&quiet, "notes", "a", "1");
    nested(&db);
}

#[test]
fn a_body_that_runs_again_is_told_once() {
    let db = retrying();
    let changes = subscribe(&db, Filter::all());
    let mut run = 0;
    commit(&db, |tx| {
        run += 1;
        set(tx, "notes", &format!("only in run {run}"), "1");
        set(tx, "notes", "a", &run.to_string());
    });
    assert_eq!(run, 2);
    assert_eq!(told(&changes), ["notes/a: - -> 2", "notes/only in run 2: - -> 1"]);
}

#[test]
fn a_body_that_fails_when_it_runs_again_is_not_told() {
    let db = retrying();
    let changes = subscribe(&db, Filter::all());
    let mut run = 0;
    let failed = db.transact(&mut |tx| {
        run += 1;
        set(tx, "notes", "a", "1");
        if run == 2 { Err(Error::ReadOnly) } else { Ok(()) }
    });
    assert!(matches!(failed, Err(Error::ReadOnly)));
    assert_eq!(told(&changes), [""; 0]);
}

/// Finds a conflict at the first commit of every transaction.
fn retrying() -> Observed<Engine> {
    Observed::new(Engine::new(|memory, body| {
        let conflict = memory.transact(&mut |tx| {
            body(tx)?;
            Err(Error::Aborted)
        });
        assert!(matches!(conflict, Err(Error::Aborted)));
        memory.transact(body)
    }))
}
