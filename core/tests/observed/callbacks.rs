//! Callbacks: when they run, and that they may use the backend in every way.

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak, mpsc};
use std::thread;

use keyloft::layers::{CallbackSubscription, Filter, RawEvent};
use keyloft::{Read, StorageBackend};

use crate::{Db, change, commit, line, lines, notes, observed, put, set, subscribe};

fn listen(db: &Db, filter: Filter, callback: impl FnMut(RawEvent) + Send + 'static) -> CallbackSubscription {
    db.feed().subscribe_with(filter, callback).unwrap()
}

/// Returns a callback that uses the backend without keeping it alive.
fn with<F: FnMut(&Arc<Db>, RawEvent)>(db: &Arc<Db>, mut callback: F) -> impl FnMut(RawEvent) + use<F> {
    let db: Weak<Db> = Arc::downgrade(db);
    move |event| callback(&db.upgrade().unwrap(), event)
}

#[test]
fn a_callback_is_called_before_the_transaction_returns() {
    let db = observed();
    let (send, received) = mpsc::channel();
    let subscription = listen(&db, Filter::all(), move |event| send.send(line(&event)).unwrap());
    commit(&db, |tx| {
        set(tx, "notes", "a", "1");
        set(tx, "notes", "b", "1");
        assert!(received.try_recv().is_err());
    });
    assert_eq!(received.try_iter().collect::<Vec<_>>(), ["notes/a: - -> 1", "notes/b: - -> 1"]);
    drop(subscription);
    put(&db, "notes", "c", "1");
    assert_eq!(received.try_iter().count(), 0);
}

#[test]
fn a_callback_may_read_the_commit() {
    let db = observed();
    let (send, received) = mpsc::channel();
    let read = with(&db, move |db, event| {
        let key = change(Some(event)).key;
        send.send(db.contains(&notes(), &key).unwrap() && db.snapshot().is_ok()).unwrap();
    });
    let _subscription = listen(&db, Filter::all(), read);
    put(&db, "notes", "a", "1");
    assert_eq!(received.try_iter().collect::<Vec<_>>(), [true]);
}

#[test]
fn a_callback_may_write_and_receives_the_event_after_it_has_returned() {
    let db = observed();
    let (send, received) = mpsc::channel();
    let depth = AtomicUsize::new(0);
    let countdown = with(&db, move |db, event| {
        assert_eq!(depth.fetch_add(1, Ordering::Relaxed), 0, "a callback is never called while it runs");
        let left: u32 = std::str::from_utf8(&change(Some(event)).new.unwrap()).unwrap().parse().unwrap();
        if left > 0 {
            put(db, "notes", "left", &(left - 1).to_string());
        }
        send.send(left).unwrap();
        depth.fetch_sub(1, Ordering::Relaxed);
    });
    let _subscription = listen(&db, Filter::all(), countdown);
    let changes = subscribe(&db, Filter::all());
    put(&db, "notes", "left", "3");
    assert_eq!(received.try_iter().collect::<Vec<_>>(), [3, 2, 1, 0]);
    let expected = ["- -> 3", "3 -> 2", "2 -> 1", "1 -> 0"].map(|change| format!("notes/left: {change}"));
    assert_eq!(lines(&changes), expected);
}

#[test]
fn a_callback_may_drop_its_subscription_and_subscribe() {
    let db = observed();
    let calls = Arc::new(AtomicUsize::new(0));
    let own: Arc<Mutex<Option<CallbackSubscription>>> = Arc::default();
    let next = Arc::new(Mutex::new(None));
    let callback = {
        let (own, next, calls) = (own.clone(), next.clone(), calls.clone());
        with(&db, move |db, _| {
            calls.fetch_add(1, Ordering::Relaxed);
            drop(own.lock().unwrap().take());
            *next.lock().unwrap() = Some(subscribe(&**db, Filter::all()));
        })
    };
    *own.lock().unwrap() = Some(listen(&db, Filter::all(), callback));
    commit(&db, |tx| {
        set(tx, "notes", "a", "1");
        set(tx, "notes", "b", "1");
    });
    put(&db, "notes", "c", "1");
    assert_eq!(calls.load(Ordering::Relaxed), 1, "the second change of the commit is not delivered");
    assert_eq!(lines(next.lock().unwrap().as_ref().unwrap()), ["notes/c: - -> 1"]);
    assert_eq!(Arc::strong_count(&calls), 1, "the callback is freed");
}

#[test]
fn a_callback_that_panics_ends_and_the_others_are_called() {
    let db = observed();
    let (send, received) = mpsc::channel();
    let _broken = listen(&db, Filter::all(), |_| panic!("on purpose"));
    let _sound = listen(&db, Filter::all(), move |event| send.send(line(&event)).unwrap());
    let panicked = panic::catch_unwind(AssertUnwindSafe(|| put(&db, "notes", "a", "1")));
    assert!(panicked.is_err(), "the panic reaches the caller");
    assert!(db.contains(&notes(), b"a").unwrap(), "the transaction is committed");
    put(&db, "notes", "b", "1");
    assert_eq!(received.try_iter().collect::<Vec<_>>(), ["notes/a: - -> 1", "notes/b: - -> 1"]);
}

#[test]
fn a_callback_receives_the_commits_of_all_threads_in_order_one_at_a_time() {
    const THREADS: usize = 4;
    const COMMITS: usize = 200;
    let db = observed();
    let (send, received) = mpsc::channel();
    let running = AtomicUsize::new(0);
    let _subscription = listen(&db, Filter::all().capacity(usize::MAX), move |event| {
        assert_eq!(running.fetch_add(1, Ordering::SeqCst), 0);
        send.send(change(Some(event)).commit).unwrap();
        running.fetch_sub(1, Ordering::SeqCst);
    });
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let db = &db;
            scope.spawn(move || {
                (0..COMMITS).for_each(|commit| put(db, "notes", &thread.to_string(), &commit.to_string()));
            });
        }
    });
    let commits: Vec<u64> = received.try_iter().collect();
    assert_eq!(commits.len(), THREADS * COMMITS);
    assert!(commits.is_sorted());
}

#[test]
fn wake_is_called_after_every_commit_and_at_once_if_events_are_waiting() {
    let db = observed();
    let changes = subscribe(&db, Filter::partition("notes").capacity(1));
    put(&db, "notes", "a", "1");
    let woken = Arc::new(AtomicUsize::new(0));
    let count = woken.clone();
    changes.wake_with(move || {
        count.fetch_add(1, Ordering::Relaxed);
    });
    assert_eq!(woken.load(Ordering::Relaxed), 1);
    commit(&db, |tx| {
        set(tx, "notes", "b", "1");
        set(tx, "notes", "c", "1");
    });
    put(&db, "jobs", "a", "1");
    assert_eq!(woken.load(Ordering::Relaxed), 2);
    assert_eq!(lines(&changes), ["notes/a: - -> 1", "lagged 2"], "a wake takes no events");

    let late = Arc::new(AtomicUsize::new(0));
    let count = late.clone();
    changes.wake_with(move || {
        count.fetch_add(1, Ordering::Relaxed);
    });
    put(&db, "notes", "d", "1");
    assert_eq!(
        (woken.load(Ordering::Relaxed), late.load(Ordering::Relaxed)),
        (2, 1),
        "the second replaces the first"
    );
}
