//! How subscriptions end.

use std::ops::Bound::{Excluded, Unbounded};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use keyloft::backend::{Direction, KeyRange, Visit};
use keyloft::layers::{Feed, Filter, Observed};
use keyloft::{Error, Partition, Read, Result, StorageBackend, StorageBackendExt, Transaction};
use keyloft_memory::MemoryBackend;

use crate::engine::Engine;
use crate::{line, observed, put, subscribe};

/// A transaction that counts its reads: watching reads old values.
struct Counted<'a> {
    tx: &'a mut dyn Transaction,
    reads: &'a AtomicUsize,
}

impl Read for Counted<'_> {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.tx.get(partition, key, visit)
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.tx.scan(partition, range, direction, visit)
    }

    fn partitions(&self) -> Result<Vec<Partition>> {
        self.tx.partitions()
    }
}

impl Transaction for Counted<'_> {
    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        self.tx.put(partition, key, value)
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        self.tx.delete(partition, key)
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        self.tx.delete_range(partition, range)
    }
}

#[test]
fn a_dropped_one_costs_nothing_any_more() {
    let reads = Arc::new(AtomicUsize::new(0));
    let counter = reads.clone();
    let db = Observed::new(Engine::new(move |memory, body| {
        memory.transact(&mut |tx| body(&mut Counted { tx, reads: &counter }))
    }));
    let until_b = KeyRange::new::<[u8]>(Unbounded, Excluded(b"b"));
    let write = |partition: &str| {
        reads.store(0, Ordering::Relaxed);
        put(&db, partition, "a", "1");
        let deleted = db.transaction(|tx| tx.delete_range(&partition.into(), until_b));
        assert_eq!(deleted.unwrap(), 1);
        reads.load(Ordering::Relaxed)
    };
    assert_eq!(write("notes"), 0);
    let changes = subscribe(&db, Filter::partition("notes"));
    let others = subscribe(&db, Filter::prefix("notes", b"b"));
    assert_eq!(write("notes"), 2);
    assert_eq!(write("jobs"), 0, "nobody watches this partition");
    drop(changes);
    assert_eq!(write("notes"), 0, "nobody watches this key");
    drop(others);
    assert_eq!(write("notes"), 0);
}

#[test]
fn a_dropped_one_frees_what_waited_and_what_it_called() {
    let db = observed();
    let changes = subscribe(&db, Filter::all());
    put(&db, "notes", "a", "1");
    let kept = Arc::new(());
    let moved = kept.clone();
    changes.wake_with(move || drop(moved.clone()));
    let called = Arc::new(());
    let moved = called.clone();
    let listening =
        Feed::of(&db).unwrap().subscribe_with(Filter::all(), move |_| drop(moved.clone())).unwrap();
    assert_eq!((Arc::strong_count(&kept), Arc::strong_count(&called)), (2, 2));
    drop(changes);
    drop(listening);
    assert_eq!((Arc::strong_count(&kept), Arc::strong_count(&called)), (1, 1));
}

#[test]
fn it_may_be_dropped_in_a_transaction() {
    let db = observed();
    let other = subscribe(&db, Filter::all());
    let mut changes = Some(subscribe(&db, Filter::all()));
    crate::commit(&db, |tx| {
        crate::set(tx, "notes", "a", "1");
        changes = None;
    });
    assert!(other.try_recv().is_some());
}

#[test]
fn it_ends_when_the_backend_is_gone() {
    let db = observed();
    let mut changes = subscribe(&db, Filter::all());
    put(&db, "notes", "a", "1");
    let (send, received) = mpsc::channel();
    let waiting = thread::spawn(move || {
        for event in &mut changes {
            send.send(line(&event)).unwrap();
        }
        changes
    });
    assert_eq!(received.recv().unwrap(), "notes/a: - -> 1");
    drop(db);
    let changes = waiting.join().unwrap();
    assert_eq!(changes.recv_timeout(Duration::from_secs(60)), None);
    assert_eq!(changes.resync(|| Ok(7)).unwrap(), 7);
}

#[test]
fn what_waits_when_the_backend_goes_can_still_be_taken() {
    let db = observed();
    let changes = subscribe(&db, Filter::all());
    put(&db, "notes", "a", "1");
    drop(db);
    assert_eq!(changes.map(|event| line(&event)).collect::<Vec<_>>(), ["notes/a: - -> 1"]);
}

#[test]
fn waiting_ends_with_the_event_or_with_the_time() {
    let db = observed();
    let changes = subscribe(&db, Filter::all());
    assert_eq!(changes.recv_timeout(Duration::from_millis(1)), None);
    thread::scope(|scope| {
        let waiting = scope.spawn(|| changes.recv());
        put(&db, "notes", "a", "1");
        assert_eq!(line(&waiting.join().unwrap().unwrap()), "notes/a: - -> 1");
        let waiting = scope.spawn(|| changes.recv_timeout(Duration::from_secs(60)));
        put(&db, "notes", "b", "1");
        assert_eq!(line(&waiting.join().unwrap().unwrap()), "notes/b: - -> 1");
    });
}

#[test]
fn a_backend_that_is_not_observed_says_so() {
    let error = Feed::of(&MemoryBackend::new()).unwrap_err();
    assert!(matches!(error, Error::NotObserved) && error.code() == "NotObserved");
}
