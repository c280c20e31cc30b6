//! Engines that commit in the order of their bodies: transactions overlap, and the feed has their order.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::thread;
use std::time::Duration;

use keyloft::layers::{Filter, Observed, RawEvent};
use keyloft::{ErrorKind, Read, StorageBackend, StorageBackendExt, Transaction};

use crate::engine::Engine;
use crate::{change, commit, lines, notes, put, set, subscribe};

const WRITERS: usize = 4;
/// The time that a test waits for something that must not happen.
const WHILE: Duration = Duration::from_millis(100);
/// The time after which a test fails that waits for ever.
const AT_MOST: Duration = Duration::from_secs(30);

/// Raises the counter, and returns its value.
fn raise(tx: &mut dyn Transaction) -> keyloft::Result<u64> {
    let mut count = 0;
    tx.get(&notes(), b"count", &mut |bytes| count = u64::from_be_bytes(bytes.try_into().unwrap()))?;
    tx.put(&notes(), b"count", &(count + 1).to_be_bytes())?;
    Ok(count + 1)
}

#[test]
fn events_come_in_commit_order_whatever_transaction_returns_first() {
    in_commit_order(|engine| engine);
    in_commit_order(Engine::silent);
}

fn in_commit_order(kind: fn(Engine) -> Engine) {
    const COMMITS: usize = 150;
    let calls = AtomicUsize::new(0);
    let engine = Engine::new(move |memory, body| {
        let call = calls.fetch_add(1, Ordering::Relaxed);
        // Some commits fail after their body has returned `Ok`, and some bodies run twice.
        if call % 7 == 3 {
            return memory.transact(&mut |tx| body(tx).and(Err(ErrorKind::Aborted.into())));
        }
        if call % 5 == 2 {
            let conflict = memory.transact(&mut |tx| body(tx).and(Err(ErrorKind::Aborted.into())));
            assert!(matches!(&conflict, Err(error) if error.code() == "Aborted"));
        }
        memory.transact(body)?;
        // The commit is done, and the acknowledgement late.
        thread::sleep(Duration::from_micros(if call % 3 == 1 { 300 } else { 50 }));
        Ok(())
    });
    let db = Observed::new(kind(engine.in_order()));
    let changes = subscribe(&db, Filter::all().capacity(usize::MAX));
    thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                for _ in 0..COMMITS {
                    if let Ok(count) = db.transaction(raise) {
                        // The changes are queued before the transaction returns.
                        let mut newest = 0;
                        let found = db.get(&notes(), b"count", &mut |bytes| {
                            newest = u64::from_be_bytes(bytes.try_into().unwrap());
                        });
                        assert!(found.unwrap() && newest >= count);
                    }
                }
            });
        }
    });
    let mut last = None;
    for (number, event) in (1..).zip(std::iter::from_fn(|| changes.try_recv())) {
        let change = change(Some(event));
        assert_eq!((change.commit, &change.old), (number, &last));
        last = change.new;
    }
    let mut stored = None;
    db.get(&notes(), b"count", &mut |bytes| stored = Some(Arc::from(bytes))).unwrap();
    assert_eq!(last, stored);
}

#[test]
fn a_change_is_queued_before_its_transaction_returns() {
    let db = Observed::new(Engine::new(|memory, body| memory.transact(body)).in_order());
    let changes = subscribe(&db, Filter::all().capacity(usize::MAX));
    let start = Barrier::new(WRITERS);
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (db, start, own) =
                (&db, &start, subscribe(&db, Filter::prefix("notes", writer.to_string().as_bytes())));
            scope.spawn(move || {
                start.wait();
                for _ in 0..200 {
                    put(db, "notes", &writer.to_string(), "1");
                    assert!(own.try_recv().is_some());
                    commit(db, |tx| assert!(crate::unset(tx, "notes", &writer.to_string())));
                    assert!(own.try_recv().is_some());
                }
            });
        }
    });
    assert_eq!(std::iter::from_fn(|| changes.try_recv()).count(), 2 * 200 * WRITERS);
}

/// An engine whose commits wait until the test lets each go, as those of a group wait for a sync.
fn waiting(
    kind: fn(Engine) -> Engine,
) -> (Arc<Observed<Engine>>, mpsc::Receiver<usize>, Vec<mpsc::SyncSender<()>>) {
    let (ended, ends) = mpsc::channel();
    let (go, wait): (Vec<_>, Vec<_>) = (0..2).map(|_| mpsc::sync_channel::<()>(1)).unzip();
    let wait: Vec<_> = wait.into_iter().map(std::sync::Mutex::new).collect();
    let calls = AtomicUsize::new(0);
    let engine = Engine::new(move |memory, body| {
        memory.transact(body)?;
        let call = calls.fetch_add(1, Ordering::Relaxed);
        ended.send(call).unwrap();
        if let Some(wait) = wait.get(call) {
            wait.lock().unwrap().recv_timeout(AT_MOST).unwrap();
        }
        Ok(())
    });
    (Arc::new(Observed::new(kind(engine.in_order()))), ends, go)
}

#[test]
fn the_first_of_a_group_that_returns_queues_the_changes_of_those_before_it() {
    let (db, ends, go) = waiting(|engine| engine);
    let changes = subscribe(&db, Filter::all());
    thread::scope(|scope| {
        scope.spawn(|| put(&*db, "notes", "a", "1"));
        assert_eq!(ends.recv_timeout(AT_MOST), Ok(0));
        let second = scope.spawn(|| put(&*db, "notes", "b", "1"));
        assert_eq!(ends.recv_timeout(AT_MOST), Ok(1), "the second body waits for the first commit");
        go[1].send(()).unwrap();
        second.join().unwrap();
        assert_eq!(lines(&changes), ["notes/a: - -> 1", "notes/b: - -> 1"]);
        go[0].send(()).unwrap();
    });
    assert_eq!(changes.try_recv(), None);
}

#[test]
fn a_transaction_does_not_overtake_one_whose_commit_is_not_known() {
    let (db, ends, go) = waiting(Engine::silent);
    let changes = subscribe(&db, Filter::all());
    thread::scope(|scope| {
        scope.spawn(|| put(&*db, "notes", "a", "1"));
        assert_eq!(ends.recv_timeout(AT_MOST), Ok(0));
        scope.spawn(|| put(&*db, "notes", "b", "1"));
        assert_eq!(ends.recv_timeout(AT_MOST), Ok(1), "the second body waits for the first commit");
        // The second commit is acknowledged first, and must not overtake.
        go[1].send(()).unwrap();
        thread::sleep(WHILE);
        assert_eq!(changes.try_recv(), None);
        go[0].send(()).unwrap();
    });
    assert_eq!(lines(&changes), ["notes/a: - -> 1", "notes/b: - -> 1"]);
}

#[test]
fn a_resync_waits_for_every_transaction_that_has_begun() {
    let (db, ends, go) = waiting(Engine::silent);
    let changes = subscribe(&db, Filter::all());
    thread::scope(|scope| {
        scope.spawn(|| put(&*db, "notes", "a", "1"));
        ends.recv_timeout(AT_MOST).unwrap();
        let (send, resynced) = mpsc::channel();
        let (db, changes) = (&db, &changes);
        scope.spawn(move || send.send(changes.resync(|| db.contains(&notes(), b"a"))).unwrap());
        assert!(resynced.recv_timeout(WHILE).is_err(), "the resync read between a commit and its events");
        go[0].send(()).unwrap();
        assert!(resynced.recv_timeout(AT_MOST).unwrap().unwrap());
    });
    assert_eq!(changes.try_recv(), None, "the commit is in the result already");
    go[1].send(()).unwrap();
    put(&*db, "notes", "b", "1");
    assert!(matches!(changes.try_recv(), Some(RawEvent::Change(_))));
}

#[test]
fn a_transaction_that_panics_in_its_commit_holds_nobody_up() {
    let calls = AtomicUsize::new(0);
    let db = Observed::new(
        Engine::new(move |memory, body| {
            memory.transact(body)?;
            assert_ne!(calls.fetch_add(1, Ordering::Relaxed), 0, "on purpose");
            Ok(())
        })
        .in_order(),
    );
    let changes = subscribe(&db, Filter::all());
    thread::scope(|scope| assert!(scope.spawn(|| put(&db, "notes", "a", "1")).join().is_err()));
    commit(&db, |tx| set(tx, "notes", "b", "1"));
    assert_eq!(lines(&changes), ["notes/b: - -> 1"]);
}
