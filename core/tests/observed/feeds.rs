//! Feeds: a store is watched with the feed of its own backend and scope, and no other feed is accepted.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread;

use keyloft::backend::{Direction, KeyRange, Read, Snapshot, TransactionBody, Visit};
use keyloft::delegate_reads;
use keyloft::layers::{Feed, Observed, ReadOnly, Scoped};
use keyloft::prelude::*;
use keyloft::store::Event;
use keyloft_memory::MemoryBackend;

use crate::observed;

type Jobs = Table<JobId, u32>;

fn jobs(backend: impl StorageBackend + 'static) -> Jobs {
    Jobs::new(Arc::new(backend), "jobs")
}

/// Asserts that the feed reports a write of the store.
#[track_caller]
fn accepted(store: &Jobs, writer: &Jobs, feed: &Feed) {
    let watch = store.watch(feed, ..).unwrap();
    let changes = store.changes(feed, ..).unwrap();
    writer.put(&"a".into(), &7).unwrap();
    for event in [watch.changes.try_recv(), changes.try_recv()] {
        assert!(matches!(event, Some(Ok(Event::Inserted { new: 7, .. }))), "{event:?}");
    }
    writer.delete(&"a".into()).unwrap();
}

#[track_caller]
fn refused(store: &Jobs, feed: &Feed) {
    assert!(matches!(store.watch(feed, ..), Err(error) if error.code() == "NotObserved"));
    assert!(matches!(store.changes(feed, ..), Err(error) if error.code() == "NotObserved"));
}

#[test]
fn a_store_over_the_observed_backend_is_accepted() {
    let db = observed();
    let store = jobs(db.clone());
    accepted(&store, &store, &db.feed());
    let store = jobs(Arc::new(db.clone()));
    accepted(&store, &store, &db.feed());
    accepted(&jobs(ReadOnly::new(db.clone())), &store, &db.feed());
}

#[test]
fn a_store_over_the_backend_below_is_refused() {
    let memory = MemoryBackend::new();
    let feed = Observed::new(memory.clone()).feed();
    refused(&jobs(memory.clone()), &feed);
    let db = Observed::new(memory.clone());
    refused(&jobs(memory), &db.feed());
}

#[test]
fn a_store_over_another_observed_backend_is_refused() {
    let (db, other) = (observed(), observed());
    refused(&jobs(other.clone()), &db.feed());
    refused(&jobs(other), &Observed::new(db.clone()).feed());
    let over = Arc::new(Observed::new(db.clone()));
    refused(&jobs(db.clone()), &over.feed());
    let store = jobs(over.clone());
    accepted(&store, &store, &over.feed());
    // Each of the two reports what is written through both.
    accepted(&store, &store, &db.feed());
}

#[test]
fn a_feed_of_another_scope_is_refused() {
    let db = observed();
    let (plain, acme) = (jobs(db.clone()), jobs(Scoped::new(db.clone(), "acme")));
    let inner = jobs(Scoped::new(Scoped::new(db.clone(), "acme"), "a/b:c%"));
    let feed = db.feed();
    accepted(&acme, &acme, &feed.scoped("acme"));
    accepted(&inner, &inner, &feed.scoped("acme").scoped("a/b:c%"));
    refused(&acme, &feed);
    refused(&acme, &feed.scoped("zenith"));
    refused(&plain, &feed.scoped("acme"));
    refused(&inner, &feed.scoped("acme"));
    refused(&inner, &feed.scoped("a/b:c%").scoped("acme"));

    let scoped_below = Arc::new(Observed::new(Scoped::new(MemoryBackend::new(), "acme")));
    let store = jobs(scoped_below.clone());
    accepted(&store, &store, &scoped_below.feed());
    refused(&store, &scoped_below.feed().scoped("acme"));
}

#[test]
fn a_feed_of_a_dropped_backend_is_refused() {
    let feed = observed().feed();
    // Some of these are likely to have the memory, and so the address, of the one that was dropped.
    for _ in 0..64 {
        refused(&jobs(observed()), &feed);
    }
}

#[test]
fn the_capacity_of_a_watch_is_that_of_the_feed() {
    let db = observed();
    let store = jobs(db.clone());
    let watch = store.watch(&db.feed().with_capacity(1), ..).unwrap();
    store.put_many(&[("a".into(), 1), ("b".into(), 2)]).unwrap();
    assert_eq!(watch.changes.try_recv().unwrap().unwrap(), Event::Lagged { missed: 2 });
}

#[test]
fn watching_inside_a_transaction_is_refused() {
    let db = observed();
    let store = jobs(db.clone());
    crate::commit(&db, |_| {
        assert!(matches!(store.watch(&db.feed(), ..), Err(error) if error.code() == "NestedTransaction"));
        assert!(matches!(store.changes(&db.feed(), ..), Err(error) if error.code() == "NestedTransaction"));
    });
    accepted(&store, &store, &db.feed());
}

/// A layer of somebody else's. It passes scans on as the contract says, and forwards no other read with a default.
struct Minimal<B>(B);

impl<B: StorageBackend> Read for Minimal<B> {
    delegate_reads!(self => self.0; get, scan, partitions);
}

impl<B: StorageBackend> StorageBackend for Minimal<B> {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.0.snapshot()
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        self.0.transact(body)
    }
}

#[test]
fn a_store_over_any_layer_that_passes_scans_on_is_accepted() {
    let db = observed();
    let store = jobs(Minimal(db.clone()));
    accepted(&store, &store, &db.feed());
    let store = jobs(Observed::new(Minimal(Scoped::new(Minimal(db.clone()), "acme"))));
    accepted(&store, &store, &db.feed().scoped("acme"));
}

/// A scan of an empty range by the application is an ordinary scan, whatever happens on other threads.
#[test]
fn scans_of_empty_ranges_find_nothing_and_answer_no_other_threads_watch() {
    let (db, below) = (observed(), MemoryBackend::new());
    let store = jobs(below);
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..1_000 {
                let range =
                    KeyRange::new::<[u8]>(std::ops::Bound::Excluded(b""), std::ops::Bound::Excluded(b""));
                let visit: &mut Visit<'_> = &mut |_, _| panic!("the range is empty");
                db.scan(&"jobs".into(), range, Direction::Forward, visit).unwrap();
            }
        });
        for _ in 0..1_000 {
            refused(&store, &db.feed());
        }
    });
    let visit: &mut Visit<'_> = &mut |_, _| ControlFlow::Continue(());
    db.scan(&"jobs".into(), KeyRange::ALL, Direction::Forward, visit).unwrap();
}
