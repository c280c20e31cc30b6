//! The end of followers: they don't keep the backend open, and can be stopped.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak, mpsc};
use std::thread;
use std::time::Duration;

use keyloft::layers::{Filter, Observed, RawEvent, Scoped};
use keyloft::prelude::*;
use keyloft::store::Changes;

use crate::{Db, lines, observed, put, subscribe};

/// The time after which a test fails that waits for ever.
const AT_MOST: Duration = Duration::from_secs(30);

fn jobs(db: &Arc<Db>) -> Table<JobId, u32> {
    Table::new(db.clone(), "jobs")
}

#[test]
fn a_waiting_follower_does_not_keep_the_backend_open() {
    let db = observed();
    let changes = jobs(&db).changes(&db.feed(), ..).unwrap();
    let (send, ended) = mpsc::channel();
    let follower = thread::spawn(move || {
        let events: Vec<_> = std::iter::from_fn(|| changes.recv()).collect();
        send.send((events, changes.has_ended())).unwrap();
    });
    jobs(&db).put(&"1".into(), &7).unwrap();
    let open = Arc::downgrade(&db);
    drop(db);
    let (events, has_ended) = ended.recv_timeout(AT_MOST).expect("the follower still waits");
    assert!(matches!(*events, [Ok(Event::Inserted { .. })]) && has_ended);
    assert!(open.upgrade().is_none());
    follower.join().unwrap();
}

#[test]
fn a_follower_that_owns_itself_in_its_wake_does_not_keep_the_backend_open() {
    let db = observed();
    let changes = Arc::new(jobs(&db).changes(&db.feed(), ..).unwrap());
    let (own, woken) = (changes.clone(), Arc::new(AtomicUsize::new(0)));
    let count = woken.clone();
    changes.wake_with(move || {
        while own.try_recv().is_some() {
            count.fetch_add(1, Ordering::Relaxed);
        }
    });
    jobs(&db).put(&"1".into(), &7).unwrap();
    assert_eq!(woken.load(Ordering::Relaxed), 1);
    let open: (Weak<Db>, Weak<Changes<JobId, u32>>) = (Arc::downgrade(&db), Arc::downgrade(&changes));
    drop((db, changes));
    assert!(open.0.upgrade().is_none(), "the backend is open");
    assert!(open.1.upgrade().is_none(), "the follower keeps itself alive");
}

#[test]
fn a_wake_tells_the_end_once() {
    let db = observed();
    let changes = subscribe(&db, Filter::all());
    let woken = Arc::new(AtomicUsize::new(0));
    let wake = |woken: &Arc<AtomicUsize>| {
        let woken = woken.clone();
        move || {
            woken.fetch_add(1, Ordering::Relaxed);
        }
    };
    changes.wake_with(wake(&woken));
    put(&db, "notes", "a", "1");
    changes.close();
    changes.close();
    put(&db, "notes", "b", "1");
    drop(db);
    assert_eq!(woken.load(Ordering::Relaxed), 2);
    assert_eq!(Arc::strong_count(&woken), 1, "the wake is freed");
    // One who comes late must not wait for ever.
    changes.wake_with(wake(&woken));
    assert_eq!((woken.load(Ordering::Relaxed), Arc::strong_count(&woken)), (3, 1));
    assert!(!changes.has_ended(), "an event is waiting");
    assert_eq!(lines(&changes), ["notes/a: - -> 1"]);
    assert!(changes.has_ended());
}

#[test]
fn closing_a_subscription_wakes_all_that_wait_for_it() {
    let db = observed();
    let changes = subscribe(&db, Filter::all());
    thread::scope(|scope| {
        let waiting: Vec<_> = (0..3).map(|_| scope.spawn(|| changes.recv_timeout(AT_MOST))).collect();
        thread::sleep(Duration::from_millis(20));
        changes.close();
        assert!(waiting.into_iter().all(|thread| thread.join().unwrap().is_none()));
    });
    assert!(changes.has_ended());
    put(&db, "notes", "a", "1");
    assert_eq!(changes.try_recv(), None);
}

#[test]
fn a_wake_may_close_and_drop_its_own_subscription() {
    let db = observed();
    let changes = Arc::new(subscribe(&db, Filter::all()));
    let mut own = Some(changes.clone());
    changes.wake_with(move || {
        if let Some(own) = own.take() {
            own.close();
        }
    });
    let kept = Arc::downgrade(&changes);
    drop(changes);
    put(&db, "notes", "a", "1");
    assert!(kept.upgrade().is_none());
    put(&db, "notes", "b", "1");
}

#[test]
fn a_watch_lives_as_long_as_the_backend_and_not_as_its_store() {
    let db = observed();
    let store = |name: &str| Table::<JobId, u32>::new(Arc::new(Scoped::new(db.clone(), name)), "jobs");
    let watch = store("acme").watch(&db.feed().scoped("acme"), Query::all().limit(2)).unwrap();
    store("acme").put_many(&[("1".into(), 1), ("2".into(), 2), ("3".into(), 3)]).unwrap();
    store("zenith").put(&"1".into(), &9).unwrap();
    // The list reads the next row from the backend.
    store("acme").delete(&"1".into()).unwrap();
    let events: Vec<_> = std::iter::from_fn(|| watch.changes.try_recv()).map(Result::unwrap).collect();
    assert!(matches!(events.last(), Some(Event::Entered { new: 3, at: 1, .. })), "{events:?}");
    assert_eq!(watch.changes.resync().unwrap(), [("2".into(), 2), ("3".into(), 3)]);
}

#[test]
fn a_watch_of_a_dropped_backend_gives_its_events_and_refuses_to_read() {
    let db = observed();
    let watch = jobs(&db).watch(&db.feed(), ..).unwrap();
    jobs(&db).put(&"1".into(), &1).unwrap();
    drop(db);
    assert!(!watch.changes.has_ended());
    assert!(matches!(watch.changes.recv(), Some(Ok(Event::Inserted { new: 1, .. }))));
    assert!(watch.changes.has_ended() && watch.changes.recv().is_none());
    assert_eq!(watch.changes.resync().unwrap_err().code(), "Closed");
}

#[test]
fn a_handle_of_the_layer_keeps_it_open() {
    let db = Observed::clone(&observed());
    let changes = subscribe(&db, Filter::all());
    put(&db.clone(), "notes", "a", "1");
    assert!(matches!(changes.recv(), Some(RawEvent::Change(_))));
    drop(db);
    assert!(changes.has_ended());
}
