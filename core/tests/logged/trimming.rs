//! The end of old changes.

use std::sync::atomic::Ordering;

use keyloft::Read;
use keyloft::backend::KeyRange;
use keyloft::layers::{LogScope, Retention};
use keyloft::prelude::*;

use super::Database;

/// Returns a database with ten commits, at the times 10 to 100.
fn filled() -> Database {
    let db = Database::new();
    for time in 1..=10 {
        db.time.store(time * 10, Ordering::Relaxed);
        db.put("notes", &format!("bob:{time}"), "");
    }
    db
}

/// Returns the number of entries in the partition of the database below.
fn size(db: &Database, partition: &str) -> u64 {
    db.memory.count(&keyloft::Partition::from_stored(partition), KeyRange::ALL).unwrap()
}

#[test]
fn by_the_slowest_consumer_keeps_what_it_has_not_handled() {
    let db = filled();
    let log = db.logged.log();
    assert_eq!(log.trim(Retention::Consumed).unwrap(), 0, "nobody has handled anything");
    log.advance("fast", 9).unwrap();
    log.advance("slow", 4).unwrap();
    assert_eq!(log.trim(Retention::Consumed).unwrap(), 4);
    assert_eq!((log.oldest().unwrap(), log.newest().unwrap()), (4, 10));
    assert_eq!(db.read(LogScope::all(), 4, 100).0.len(), 6);
    assert_eq!(db.read(LogScope::prefix("notes", b"bob:"), 9, 100).0.len(), 1);
    assert_eq!(log.trim(Retention::Consumed).unwrap(), 0);
    log.forget("slow").unwrap();
    assert_eq!(log.trim(Retention::ConsumedBefore(80)).unwrap(), 3, "the rest is too new");
    assert_eq!(log.trim(Retention::Consumed).unwrap(), 2);
}

#[test]
fn by_age_leaves_slow_consumers_behind_with_a_typed_error() {
    let db = filled();
    let log = db.logged.log();
    log.advance("slow", 2).unwrap();
    assert_eq!(log.trim(Retention::Before(60)).unwrap(), 5);
    for scope in [LogScope::all(), LogScope::prefix("notes", b"bob:")] {
        let error = log.read(&[scope], 2, 100).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::PositionGone { position: 2, oldest: 5, newest: 10, .. }),
            "{error}"
        );
        assert!(error.to_string().contains("snapshot"), "{error}");
    }
    let (snapshot, position) = log.snapshot().unwrap();
    assert_eq!(snapshot.count(&"notes".into(), KeyRange::ALL).unwrap(), 10);
    db.put("notes", "bob:11", "");
    assert_eq!(db.read(LogScope::all(), position, 100), (vec!["11 notes/bob:11=".to_owned()], 11));
}

#[test]
fn leaves_nothing_of_what_it_deletes_and_the_versions_go_on() {
    let db = filled();
    let log = db.logged.log();
    assert_eq!((size(&db, "%log.entries"), size(&db, "%log.lanes")), (10, 20));
    assert_eq!(log.trim(Retention::Before(i64::MAX)).unwrap(), 10);
    assert_eq!((size(&db, "%log.entries"), size(&db, "%log.lanes")), (0, 0));
    db.put("notes", "1", "");
    assert_eq!((log.oldest().unwrap(), log.newest().unwrap()), (10, 11));
    assert_eq!(db.read(LogScope::all(), 10, 100).0, ["11 notes/1="]);
    assert_eq!((size(&db, "%log.entries"), size(&db, "%log.lanes")), (1, 1));
}

#[test]
fn of_many_changes_takes_several_transactions_and_tears_no_commit() {
    let db = Database::new();
    let many = |from: u32| {
        let put = &mut |tx: &mut dyn Transaction| {
            (from..from + 1_500).try_for_each(|number| tx.put(&"n".into(), &number.to_be_bytes(), b""))
        };
        db.logged.transact(put).unwrap();
    };
    many(0);
    many(5_000);
    let log = db.logged.log();
    log.advance("one", 1).unwrap();
    assert_eq!(log.trim(Retention::Consumed).unwrap(), 1_500);
    assert_eq!(log.read(&[LogScope::all()], 1, 1).unwrap().entries.len(), 1_500);
    assert!(log.read(&[LogScope::all()], 0, 1).is_err());
}
