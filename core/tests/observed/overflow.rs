//! A subscriber that does not take its changes in time: bounded memory, and it knows.

use keyloft::layers::Filter;
use keyloft::{EntityStore, Event, JobId, SystemTableStore, Watch};

use crate::{commit, observed, put, set, subscribe, told};

#[test]
fn what_finds_no_room_is_told_as_lagged_in_its_place() {
    let db = observed();
    let slow = subscribe(&db, Filter::all().capacity(2));
    let quick = subscribe(&db, Filter::all());
    for key in ["a", "b", "c", "d", "e"] {
        put(&db, "notes", key, "1");
    }
    assert_eq!(told(&slow), ["notes/a: - -> 1", "notes/b: - -> 1", "lagged 3"]);
    assert_eq!(told(&quick).len(), 5);

    put(&db, "notes", "f", "1");
    assert_eq!(told(&slow), ["notes/f: - -> 1"]);
}

#[test]
fn it_goes_on_as_soon_as_there_is_room() {
    let db = observed();
    let slow = subscribe(&db, Filter::all().capacity(2));
    for key in ["a", "b", "c"] {
        put(&db, "notes", key, "1");
    }
    assert!(slow.try_recv().is_some());
    put(&db, "notes", "d", "1");
    put(&db, "notes", "e", "1");
    assert_eq!(told(&slow), ["notes/b: - -> 1", "lagged 1", "notes/d: - -> 1", "lagged 1"]);
}

#[test]
fn a_commit_is_told_whole_or_not_at_all() {
    let db = observed();
    let slow = subscribe(&db, Filter::all().capacity(3));
    put(&db, "notes", "a", "1");
    commit(&db, |tx| ["b", "c", "d"].iter().for_each(|key| set(tx, "notes", key, "1")));
    put(&db, "notes", "e", "1");
    assert_eq!(told(&slow), ["notes/a: - -> 1", "lagged 3", "notes/e: - -> 1"]);

    commit(&db, |tx| ["a", "b", "c", "d"].iter().for_each(|key| set(tx, "notes", key, "2")));
    assert_eq!(told(&slow), ["lagged 4"], "more than ever finds room");
}

#[test]
fn with_no_room_at_all_it_only_says_that_something_changed() {
    let db = observed();
    let signal = subscribe(&db, Filter::partition("notes").capacity(0));
    put(&db, "notes", "a", "1");
    put(&db, "jobs", "a", "1");
    put(&db, "notes", "b", "1");
    assert_eq!(told(&signal), ["lagged 2"]);
}

#[test]
fn a_resync_forgets_what_waits_and_goes_on_from_there() {
    let db = observed();
    let jobs = SystemTableStore::<JobId, u32>::new(db.clone(), "jobs");
    let Watch { current, changes } = Watch::of(&jobs, .., 2).unwrap();
    assert!(current.is_empty());
    for number in 0..5 {
        jobs.put(&number.to_string().as_str().into(), &number).unwrap();
    }
    let events: Vec<_> = std::iter::from_fn(|| changes.try_recv()).map(Result::unwrap).collect();
    assert_eq!(events.last(), Some(&Event::Lagged { missed: 3 }));

    jobs.put(&"5".into(), &5).unwrap();
    let current = changes.resync().unwrap();
    assert_eq!(current, jobs.scan_all().unwrap());
    assert!(changes.try_recv().is_none(), "what waited is in the result already");

    jobs.delete(&"5".into()).unwrap();
    let event = changes.try_recv().unwrap().unwrap();
    assert!(matches!(event, Event::Deleted { old: 5, .. }), "{event:?}");
}

#[test]
fn a_failed_resync_forgets_nothing() {
    let db = observed();
    let changes = subscribe(&db, Filter::all());
    put(&db, "notes", "a", "1");
    assert!(changes.resync(|| Err::<(), _>(keyloft::Error::Aborted)).is_err());
    assert_eq!(told(&changes), ["notes/a: - -> 1"]);
}
