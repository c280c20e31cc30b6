//! Every commit is reported once, in commit order, and nothing else is.

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use keyloft::layers::{Filter, Observed, Subscription};
use keyloft::{Error, ErrorKind, StorageBackend};
use keyloft_memory::MemoryBackend;

use crate::engine::Engine;
use crate::{Db, change, commit, lines, observed, put, set, subscribe};

#[test]
fn nothing_is_reported_before_the_commit() {
    let db = observed();
    let changes = subscribe(&db, Filter::all());
    commit(&db, |tx| {
        set(tx, "notes", "a", "1");
        assert_eq!(changes.try_recv(), None);
    });
    assert_eq!(lines(&changes), ["notes/a: - -> 1"]);
}

#[test]
fn a_transaction_that_fails_or_panics_is_not_reported() {
    let db = observed();
    let changes = subscribe(&db, Filter::all());
    let failed = db.transact(&mut |tx| {
        set(tx, "notes", "a", "1");
        Err(ErrorKind::Aborted.into())
    });
    assert!(matches!(&failed, Err(error) if error.code() == "Aborted"));
    let panicked = panic::catch_unwind(AssertUnwindSafe(|| {
        db.transact(&mut |tx| {
            set(tx, "notes", "b", "1");
            panic!("on purpose")
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(lines(&changes), [""; 0]);

    put(&db, "notes", "c", "1");
    assert_eq!(lines(&changes), ["notes/c: - -> 1"]);
}

#[test]
fn the_changes_of_one_commit_have_the_same_number() {
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
fn transactions_and_subscriptions_inside_a_transaction_are_refused() {
    let db = observed();
    let resync = subscribe(&db, Filter::all());
    let nested = |db: &Db| {
        commit(db, |_| {
            let inner = db.transact(&mut |_| Ok(()));
            assert_eq!(inner.unwrap_err().code(), "NestedTransaction");
            assert_eq!(db.feed().subscribe(Filter::all()).unwrap_err().code(), "NestedTransaction");
            assert_eq!(resync.resync(|| Ok(())).unwrap_err().code(), "NestedTransaction");
        });
    };
    nested(&db);
    let quiet = observed();
    commit(&quiet, |_| {
        let inner = quiet.transact(&mut |_| Ok(()));
        assert_eq!(inner.unwrap_err().code(), "NestedTransaction");
        assert_eq!(quiet.feed().subscribe(Filter::all()).unwrap_err().code(), "NestedTransaction");
        // A transaction of another backend is not nested.
        put(&db, "notes", "a", "1");
    });
    put(&quiet, "notes", "a", "1");
    nested(&db);
}

#[test]
fn a_transaction_of_the_engine_below_is_refused_too_and_does_not_wait() {
    let raw = MemoryBackend::new();
    let db = Arc::new(Observed::new(raw.clone()));
    let outer = Observed::new(db.clone());
    let changes = subscribe(&outer, Filter::all());
    let (running, runs) = mpsc::channel();
    thread::scope(|scope| {
        let db = &db;
        commit(&raw, |_| {
            let running = running.clone();
            // This one holds the gate, and waits for the engine.
            scope.spawn(move || {
                running.send(()).unwrap();
                put(db, "notes", "a", "1");
            });
            runs.recv().unwrap();
            thread::sleep(Duration::from_millis(50));
            let nested =
                |refused: Result<(), Error>| assert_eq!(refused.unwrap_err().code(), "NestedTransaction");
            for feed in [db.feed(), outer.feed()] {
                nested(feed.subscribe(Filter::all()).map(drop));
            }
            nested(db.transact(&mut |_| Ok(())));
            nested(outer.transact(&mut |_| Ok(())));
            nested(changes.resync(|| Ok(())));
        });
        commit(&**db, |_| {
            assert_eq!(outer.feed().subscribe(Filter::all()).unwrap_err().code(), "NestedTransaction");
        });
    });
    put(&outer, "notes", "b", "1");
    assert_eq!(lines(&changes), ["notes/b: - -> 1"]);
}

#[test]
fn a_body_that_runs_twice_is_reported_once() {
    let db = retrying();
    let changes = subscribe(&db, Filter::all());
    let mut run = 0;
    commit(&db, |tx| {
        run += 1;
        set(tx, "notes", &format!("only in run {run}"), "1");
        set(tx, "notes", "a", &run.to_string());
    });
    assert_eq!(run, 2);
    assert_eq!(lines(&changes), ["notes/a: - -> 2", "notes/only in run 2: - -> 1"]);
}

#[test]
fn a_body_that_fails_in_its_second_run_is_not_reported() {
    let db = retrying();
    let changes = subscribe(&db, Filter::all());
    let mut run = 0;
    let failed = db.transact(&mut |tx| {
        run += 1;
        set(tx, "notes", "a", "1");
        if run == 2 { Err(ErrorKind::ReadOnly.into()) } else { Ok(()) }
    });
    assert!(matches!(&failed, Err(error) if error.code() == "ReadOnly"));
    assert_eq!(lines(&changes), [""; 0]);
}

/// Returns a backend that runs every body twice, as after a conflict.
fn retrying() -> Observed<Engine> {
    Observed::new(Engine::new(|memory, body| {
        let conflict = memory.transact(&mut |tx| {
            body(tx)?;
            Err(ErrorKind::Aborted.into())
        });
        assert!(matches!(&conflict, Err(error) if error.code() == "Aborted"));
        memory.transact(body)
    }))
}
