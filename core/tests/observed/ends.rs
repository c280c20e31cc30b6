//! The end of subscriptions.

use std::ops::Bound::{Excluded, Unbounded};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use keyloft::backend::{Direction, KeyRange, Visit};
use keyloft::layers::{Filter, Observed};
use keyloft::{
    Partition, Read, Result, StorageBackend, StorageBackendExt, Transaction, delegate_reads, delegate_writes,
};

use crate::engine::Engine;
use crate::{line, observed, put, subscribe};

/// A transaction that counts its reads. A transaction that records reads the old values.
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

    delegate_reads!(self => *self.tx; partitions, catalog_stamp);
}

impl Transaction for Counted<'_> {
    delegate_writes!(self => *self.tx);
}

#[test]
fn a_dropped_subscription_costs_nothing() {
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
fn a_dropped_subscription_frees_its_events_and_its_callback() {
    let db = observed();
    let changes = subscribe(&db, Filter::all());
    put(&db, "notes", "a", "1");
    let kept = Arc::new(());
    let moved = kept.clone();
    changes.wake_with(move || drop(moved.clone()));
    let called = Arc::new(());
    let moved = called.clone();
    let subscription = db.feed().subscribe_with(Filter::all(), move |_| drop(moved.clone())).unwrap();
    assert_eq!((Arc::strong_count(&kept), Arc::strong_count(&called)), (2, 2));
    drop(changes);
    drop(subscription);
    assert_eq!((Arc::strong_count(&kept), Arc::strong_count(&called)), (1, 1));
}

#[test]
fn a_subscription_may_be_dropped_in_a_transaction() {
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
fn a_subscription_ends_with_the_backend() {
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
fn the_waiting_events_of_a_dropped_backend_can_be_taken() {
    let db = observed();
    let changes = subscribe(&db, Filter::all());
    put(&db, "notes", "a", "1");
    drop(db);
    assert_eq!(changes.map(|event| line(&event)).collect::<Vec<_>>(), ["notes/a: - -> 1"]);
}

#[test]
fn waiting_ends_with_an_event_or_after_the_timeout() {
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
