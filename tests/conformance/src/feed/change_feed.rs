//! The changes of commits, as bytes.

use std::ops::Bound::{Excluded, Included};
use std::sync::{Arc, Mutex};

use keyloft::backend::KeyRange;
use keyloft::layers::{Filter, RawEvent, Scoped};
use keyloft::{ErrorKind, Partition, Read, StorageBackend};

use super::{Db, line, observed, received, subscribe};
use crate::Fixture;
use crate::reading::Reading;
use crate::threads::at_once_observed;
use crate::writing::{Commit, Writing};

pub(crate) fn reports_a_commit_and_not_before(fixture: &dyn Fixture) {
    let db = observed(fixture);
    db.put_one("notes", b"earlier", b"0");
    let feed = subscribe(&db, Filter::all());
    db.commit(|tx| {
        tx.set("notes", b"a", b"1");
        tx.set("jobs", b"a", b"1");
        assert_eq!(feed.try_recv(), None);
    });
    assert_eq!(received(&feed), ["jobs/a: - -> 1", "notes/a: - -> 1"]);
    db.put_one("notes", b"a", b"2");
    db.commit(|tx| assert!(tx.unset("notes", b"a")));
    db.commit(|tx| assert!(!tx.unset("notes", b"a")));
    assert_eq!(received(&feed), ["notes/a: 1 -> 2", "notes/a: 2 -> -"]);
}

pub(crate) fn does_not_report_a_failed_transaction(fixture: &dyn Fixture) {
    let db = observed(fixture);
    let feed = subscribe(&db, Filter::all());
    let failed = db.transact(&mut |tx| {
        tx.set("notes", b"a", b"1");
        Err(ErrorKind::Aborted.into())
    });
    assert!(matches!(&failed, Err(error) if error.code() == "Aborted"));
    assert_eq!(received(&feed), [""; 0]);
    db.put_one("notes", b"b", b"1");
    assert_eq!(received(&feed), ["notes/b: - -> 1"]);
}

pub(crate) fn reports_the_net_change_of_a_key(fixture: &dyn Fixture) {
    let db = observed(fixture);
    db.commit(|tx| ["kept", "gone", "moved"].iter().for_each(|key| tx.set("notes", key.as_bytes(), b"1")));
    let feed = subscribe(&db, Filter::all());
    db.commit(|tx| {
        tx.set("notes", b"new", b"1");
        tx.set("notes", b"new", b"2");
        tx.set("notes", b"fleeting", b"1");
        tx.unset("notes", b"fleeting");
        tx.unset("notes", b"kept");
        tx.set("notes", b"kept", b"1");
        tx.set("notes", b"gone", b"2");
        tx.unset("notes", b"gone");
        tx.set("notes", b"moved", b"2");
    });
    assert_eq!(received(&feed), ["notes/gone: 1 -> -", "notes/moved: 1 -> 2", "notes/new: - -> 2"]);
}

pub(crate) fn reports_each_key_of_a_deleted_range(fixture: &dyn Fixture) {
    let db = observed(fixture);
    db.commit(|tx| [b"a", b"b", b"c", b"d"].iter().for_each(|key| tx.set("notes", *key, b"1")));
    let feed = subscribe(&db, Filter::all());
    let of_c = subscribe(&db, Filter::prefix("notes", b"c"));
    db.commit(|tx| {
        tx.set("notes", b"b", b"2");
        tx.set("notes", b"bb", b"2");
        let range = KeyRange::new::<[u8]>(Included(b"b"), Excluded(b"d"));
        assert_eq!(tx.clear("notes", range), 3);
        tx.set("notes", b"b", b"3");
    });
    assert_eq!(received(&feed), ["notes/b: 1 -> 3", "notes/c: 1 -> -"]);
    assert_eq!(received(&of_c), ["notes/c: 1 -> -"]);
    db.commit(|tx| assert_eq!(tx.clear("notes", KeyRange::ALL), 3));
    assert_eq!(received(&feed), ["notes/a: 1 -> -", "notes/b: 3 -> -", "notes/d: 1 -> -"]);
    assert!(db.names().is_empty());
}

pub(crate) fn reports_the_changes_that_a_filter_selects(fixture: &dyn Fixture) {
    let db = observed(fixture);
    let notes = subscribe(&db, Filter::partition("notes"));
    let of_bob = subscribe(&db, Filter::prefix("notes", b"bob:"));
    let jobs = subscribe(&db, Filter::partition("jobs"));
    db.commit(|tx| {
        tx.set("notes", b"bob:1", b"1");
        tx.set("notes", b"bobby:1", b"1");
        tx.set("notes2", b"bob:1", b"1");
    });
    assert_eq!(received(&notes), ["notes/bob:1: - -> 1", "notes/bobby:1: - -> 1"]);
    assert_eq!(received(&of_bob), ["notes/bob:1: - -> 1"]);
    assert_eq!(received(&jobs), [""; 0]);
}

pub(crate) fn counts_the_changes_that_found_no_room(fixture: &dyn Fixture) {
    let db = observed(fixture);
    let feed = subscribe(&db, Filter::all().capacity(2));
    db.put_one("notes", b"a", b"1");
    db.commit(|tx| [b"b", b"c"].iter().for_each(|key| tx.set("notes", *key, b"1")));
    db.put_one("notes", b"d", b"1");
    assert_eq!(received(&feed), ["notes/a: - -> 1", "lagged 2", "notes/d: - -> 1"]);
}

pub(crate) fn numbers_the_commits_in_their_order(fixture: &dyn Fixture) {
    const THREADS: usize = 4;
    const COMMITS: u64 = 20;
    let db = observed(fixture);
    let feed = subscribe(&db, Filter::all());
    let raise = |db: &Db, _| {
        for _ in 0..COMMITS {
            db.commit(|tx| {
                let count = tx.value("counters", b"all").map_or(0, |bytes| bytes[0]);
                tx.set("counters", b"all", &[count + 1]);
            });
        }
    };
    if !at_once_observed(&db, THREADS, raise) {
        raise(&db, 0);
    }
    let mut last = (0, 0);
    while let Some(event) = feed.try_recv() {
        let RawEvent::Change(change) = event else { panic!("there was room for all: {event:?}") };
        let [count] = *change.new.unwrap() else { panic!("one byte was written") };
        assert_eq!((change.commit, count), (last.0 + 1, last.1 + 1));
        last = (change.commit, count);
    }
    assert_eq!(db.value("counters", b"all"), Some(vec![last.1]));
}

pub(crate) fn calls_back_after_the_commit(fixture: &dyn Fixture) {
    let db = observed(fixture);
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let (weak, lines) = (Arc::downgrade(&db), Arc::clone(&seen));
    let subscription = db.feed().subscribe_with(Filter::partition("notes"), move |event| {
        let db = weak.upgrade().unwrap();
        lines.lock().unwrap().push(line(&event));
        // A callback may read the commit, and write.
        if db.value("notes", b"b").is_none() {
            db.put_one("notes", b"b", &db.value("notes", b"a").unwrap());
        }
    });
    let subscription = subscription.unwrap();
    db.put_one("notes", b"a", b"1");
    assert_eq!(*seen.lock().unwrap(), ["notes/a: - -> 1", "notes/b: - -> 1"]);
    drop(subscription);
    db.put_one("notes", b"a", b"2");
    assert_eq!(seen.lock().unwrap().len(), 2);
}

pub(crate) fn of_a_scope_has_local_names(fixture: &dyn Fixture) {
    let db = observed(fixture);
    let scope = Scoped::new(Arc::clone(&db), "tenant");
    let inside = db.feed().scoped("tenant").subscribe(Filter::all()).unwrap();
    let outside = subscribe(&db, Filter::partition("notes"));
    scope.put_one("notes", b"a", b"1");
    db.put_one("notes", b"a", b"2");
    assert_eq!(received(&inside), ["notes/a: - -> 1"]);
    assert_eq!(received(&outside), ["notes/a: - -> 2"]);
}

pub(crate) fn refuses_subscribers_inside_a_transaction(fixture: &dyn Fixture) {
    let db = observed(fixture);
    db.commit(|tx| {
        let refused = db.feed().subscribe(Filter::all());
        assert!(matches!(&refused, Err(error) if error.code() == "NestedTransaction"));
        tx.set("notes", b"a", b"1");
    });
    let feed = subscribe(&db, Filter::all());
    db.commit(|tx| {
        assert!(matches!(db.transact(&mut |_| Ok(())), Err(error) if error.code() == "NestedTransaction"));
        assert!(tx.contains(&Partition::from("notes"), b"a").unwrap());
        tx.set("notes", b"a", b"2");
    });
    assert_eq!(received(&feed), ["notes/a: 1 -> 2"]);
}

pub(crate) fn ends_with_the_backend(fixture: &dyn Fixture) {
    let db = observed(fixture);
    let feed = db.feed();
    let before = feed.subscribe(Filter::all()).unwrap();
    db.put_one("notes", b"a", b"1");
    drop(db);
    assert_eq!(received(&before), ["notes/a: - -> 1"]);
    assert_eq!(before.recv(), None);
    assert_eq!(feed.subscribe(Filter::all()).unwrap().recv(), None);
}
