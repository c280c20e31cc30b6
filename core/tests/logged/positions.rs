//! Positions, and the consumers that have them.

use keyloft::layers::{ChangeLog, LogScope};
use keyloft::prelude::*;

use super::Database;

#[test]
fn a_consumer_reads_whole_commits_in_order() {
    let db = Database::new();
    for commit in 0..5 {
        db.logged
            .transact(&mut |tx| {
                (0..3).try_for_each(|number| {
                    tx.put(&"notes".into(), format!("{commit}{number}").as_bytes(), b"")
                })
            })
            .unwrap();
    }
    for limit in [0, 1, 2, 3, 4, 7, 100] {
        let (mut position, mut seen) = (0, Vec::new());
        while position < 5 {
            let (found, next) = db.read(LogScope::all(), position, limit);
            assert!(next > position && found.len() % 3 == 0 && !found.is_empty(), "limit {limit}");
            assert!(found.len() <= limit.max(1).next_multiple_of(3), "limit {limit}");
            seen.extend(found);
            position = next;
        }
        assert_eq!(seen, db.all(), "limit {limit}");
    }
    assert_eq!(db.read(LogScope::all(), 5, 10), (Vec::new(), 5));
}

#[test]
fn a_snapshot_tells_from_where_to_go_on() {
    let db = Database::new();
    assert_eq!(db.logged.log().snapshot().unwrap().1, 0);
    db.put("notes", "1", "x");
    let (snapshot, version) = db.logged.log().snapshot().unwrap();
    db.put("notes", "2", "y");
    assert_eq!(version, 1);
    assert!(snapshot.contains(&"notes".into(), b"1").unwrap());
    assert!(!snapshot.contains(&"notes".into(), b"2").unwrap());
    assert_eq!(db.read(LogScope::all(), version, 10), (vec!["2 notes/2=y".to_owned()], 2));
}

#[test]
fn positions_of_consumers_are_kept_and_are_no_changes() {
    let db = Database::new();
    let log = db.logged.log();
    db.put("notes", "1", "x");
    assert_eq!((log.position("mirror").unwrap(), log.consumers().unwrap()), (None, vec![]));
    log.advance("mirror", 1).unwrap();
    db.logged.transact(&mut |tx| ChangeLog::advance_in(tx, "bill", 0)).unwrap();
    let failed = db.logged.transact(&mut |tx| {
        ChangeLog::advance_in(tx, "mirror", 9)?;
        Err(ErrorKind::Aborted.into())
    });
    assert!(failed.is_err());
    let expected = [("bill".to_owned(), 0), ("mirror".to_owned(), 1)];
    assert_eq!(log.consumers().unwrap(), expected);
    let again = Database::open(&db.memory, &db.time).log();
    assert_eq!((again.position("mirror").unwrap(), again.consumers().unwrap().len()), (Some(1), 2));
    assert_eq!(log.newest().unwrap(), 1);
    assert!(log.forget("bill").unwrap() && !log.forget("bill").unwrap());
    assert_eq!(log.consumers().unwrap(), [("mirror".to_owned(), 1)]);
}

#[test]
fn a_position_that_the_log_does_not_know_is_refused() {
    let db = Database::new();
    db.put("notes", "1", "x");
    for scope in [LogScope::all(), LogScope::partition("nothing")] {
        let error = db.logged.log().read(&[scope], 2, 10).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::PositionGone { position: 2, oldest: 0, newest: 1, .. }),
            "{error}"
        );
    }
    assert!(db.logged.log().read(&[], u64::MAX, 10).is_err());
}

#[test]
fn a_handle_in_another_process_goes_on_with_the_versions() {
    let db = Database::new();
    db.put("notes", "1", "x");
    let other = Database::open(&db.memory, &db.time);
    other.transact(&mut |tx| tx.put(&"notes".into(), b"2", b"y")).unwrap();
    db.put("notes", "3", "z");
    assert_eq!(db.all(), ["1 notes/1=x", "2 notes/2=y", "3 notes/3=z"]);
    assert_eq!(other.log().read(&[LogScope::all()], 1, 1).unwrap().position, 2);
}

#[test]
fn damaged_entries_are_no_changes() {
    let db = Database::new();
    db.put("notes", "1", "x");
    let entries = keyloft::Partition::from_stored("%log.entries");
    let key = [&1_u64.to_be_bytes()[..], &[0; 4]].concat();
    for damaged in [b"".as_slice(), b"\x09rubbish", &[2; 13]] {
        db.memory.transact(&mut |tx| tx.put(&entries, &key, damaged)).unwrap();
        let error = db.logged.log().read(&[LogScope::partition("notes")], 0, 10).unwrap_err();
        assert_eq!(error.code(), "Corrupted");
    }
    db.memory.transact(&mut |tx| tx.delete(&entries, &key).map(drop)).unwrap();
    assert_eq!(db.logged.log().read(&[LogScope::partition("notes")], 0, 10).unwrap_err().code(), "Corrupted");
    db.memory.transact(&mut |tx| tx.put(&entries, b"short", b"")).unwrap();
    assert_eq!(db.logged.log().read(&[LogScope::all()], 0, 10).unwrap_err().code(), "Corrupted");
}
