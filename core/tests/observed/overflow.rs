//! A subscriber that does not take its changes in time: its memory is bounded, and it learns what it has lost.

use keyloft::layers::Filter;
use keyloft::prelude::*;
use keyloft::store::{Event, Watch};

use crate::{commit, lines, observed, put, set, subscribe};

#[test]
fn changes_without_room_are_reported_as_lagged_in_their_place() {
    let db = observed();
    let slow = subscribe(&db, Filter::all().capacity(2));
    let quick = subscribe(&db, Filter::all());
    for key in ["a", "b", "c", "d", "e"] {
        put(&db, "notes", key, "1");
    }
    assert_eq!(lines(&slow), ["notes/a: - -> 1", "notes/b: - -> 1", "lagged 3"]);
    assert_eq!(lines(&quick).len(), 5);

    put(&db, "notes", "f", "1");
    assert_eq!(lines(&slow), ["notes/f: - -> 1"]);
}

#[test]
fn changes_are_queued_again_when_there_is_room() {
    let db = observed();
    let slow = subscribe(&db, Filter::all().capacity(2));
    for key in ["a", "b", "c"] {
        put(&db, "notes", key, "1");
    }
    assert!(slow.try_recv().is_some());
    put(&db, "notes", "d", "1");
    put(&db, "notes", "e", "1");
    assert_eq!(lines(&slow), ["notes/b: - -> 1", "lagged 1", "notes/d: - -> 1", "lagged 1"]);
}

#[test]
fn a_commit_is_queued_as_a_whole_or_not_at_all() {
    let db = observed();
    let slow = subscribe(&db, Filter::all().capacity(3));
    put(&db, "notes", "a", "1");
    commit(&db, |tx| ["b", "c", "d"].iter().for_each(|key| set(tx, "notes", key, "1")));
    put(&db, "notes", "e", "1");
    assert_eq!(lines(&slow), ["notes/a: - -> 1", "lagged 3", "notes/e: - -> 1"]);

    commit(&db, |tx| ["a", "b", "c", "d"].iter().for_each(|key| set(tx, "notes", key, "2")));
    assert_eq!(lines(&slow), ["lagged 4"], "more changes than the capacity");
}

#[test]
fn a_subscription_without_capacity_only_counts_changes() {
    let db = observed();
    let signal = subscribe(&db, Filter::partition("notes").capacity(0));
    put(&db, "notes", "a", "1");
    put(&db, "jobs", "a", "1");
    put(&db, "notes", "b", "1");
    assert_eq!(lines(&signal), ["lagged 2"]);
}

#[test]
fn a_resync_discards_the_waiting_events_and_continues_from_there() {
    let db = observed();
    let jobs = Table::<JobId, u32>::new(db.clone(), "jobs");
    let Watch { current, changes } = jobs.watch(&db.feed().with_capacity(2), ..).unwrap();
    assert!(current.is_empty());
    for number in 0..5 {
        jobs.put(&number.to_string().as_str().into(), &number).unwrap();
    }
    let events: Vec<_> = std::iter::from_fn(|| changes.try_recv()).map(Result::unwrap).collect();
    assert_eq!(events.last(), Some(&Event::Lagged { missed: 3 }));

    jobs.put(&"5".into(), &5).unwrap();
    let current = changes.resync().unwrap();
    assert_eq!(current, jobs.scan_all().unwrap());
    assert!(changes.try_recv().is_none(), "the waiting events are in the result already");

    jobs.delete(&"5".into()).unwrap();
    let event = changes.try_recv().unwrap().unwrap();
    assert!(matches!(event, Event::Deleted { old: 5, .. }), "{event:?}");
}

#[test]
fn a_failed_resync_discards_nothing() {
    let db = observed();
    let changes = subscribe(&db, Filter::all());
    put(&db, "notes", "a", "1");
    assert!(changes.resync(|| Err::<(), _>(keyloft::Error::from(keyloft::ErrorKind::Aborted))).is_err());
    assert_eq!(lines(&changes), ["notes/a: - -> 1"]);
}
