//! The change feed over a database: group commit goes on, and followers end with the file.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use keyloft::layers::{Filter, Observed, RawEvent, ReadOnly, Scoped};
use keyloft::prelude::*;
use keyloft_redb::RedbBackend;

use crate::helpers::{get, notes, put};
use crate::test_disk::{Operation, TestDisk};

/// The time after which a test fails that waits for ever.
const AT_MOST: Duration = Duration::from_secs(30);

#[test]
fn the_transactions_of_several_threads_share_syncs_while_somebody_watches() {
    const THREADS: u8 = 8;
    const PUTS: u8 = 25;
    let syncs = Arc::new(AtomicUsize::new(0));
    let counter = syncs.clone();
    let disk = TestDisk::new(move |_, operation, work| {
        if operation == Operation::Sync {
            counter.fetch_add(1, Ordering::Relaxed);
            thread::sleep(Duration::from_millis(2));
        }
        work()
    });
    let db = Observed::new(RedbBackend::with_storage(disk).unwrap());
    for watched in ["unrelated", "notes"] {
        let changes = db.feed().subscribe(Filter::partition(watched)).unwrap();
        syncs.store(0, Ordering::Relaxed);
        thread::scope(|scope| {
            for thread in 0..THREADS {
                let db = &db;
                scope.spawn(move || {
                    (0..PUTS).for_each(|key| put(db, &[thread, key], watched.as_bytes()).unwrap());
                });
            }
        });
        let all = usize::from(THREADS) * usize::from(PUTS);
        let syncs = syncs.load(Ordering::Relaxed);
        // A transaction that commits alone costs a sync or more.
        assert!(syncs < all / 2, "{syncs} syncs for {all} transactions, with a subscriber to `{watched}`");
        let received = std::iter::from_fn(|| changes.try_recv()).count();
        assert_eq!(received, if watched == "notes" { all } else { 0 });
    }
}

#[test]
fn closing_the_database_ends_the_followers() {
    let backend = RedbBackend::in_memory().unwrap();
    let db = Arc::new(Observed::new(backend.clone()));
    let jobs = Table::<JobId, u32>::new(db.clone(), "jobs");
    let changes = jobs.changes(&db.feed(), ..).unwrap();
    let callback = db.feed().subscribe_with(Filter::all(), |_| ()).unwrap();
    let (send, ended) = mpsc::channel();
    let follower = thread::spawn(move || {
        let count = std::iter::from_fn(|| changes.recv()).count();
        send.send((count, changes.has_ended())).unwrap();
    });
    jobs.put(&"1".into(), &7).unwrap();
    backend.close().unwrap();
    assert_eq!(ended.recv_timeout(AT_MOST), Ok((1, true)), "the follower still waits");
    follower.join().unwrap();
    drop(callback);
    let late = db.feed().subscribe(Filter::all()).unwrap();
    assert!(late.has_ended());
}

#[test]
fn closing_the_database_in_a_resync_ends_the_followers_after_it() {
    let backend = RedbBackend::in_memory().unwrap();
    let db = Observed::new(backend.clone());
    let changes = db.feed().subscribe(Filter::all()).unwrap();
    changes.resync(|| backend.close()).unwrap();
    assert_eq!(changes.recv(), None);
}

#[test]
fn a_follower_that_owns_itself_in_its_wake_does_not_keep_the_file_locked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let db = Arc::new(Observed::new(RedbBackend::create(&path).unwrap()));
    let jobs = Table::<JobId, u32>::new(db.clone(), "jobs");
    let changes = Arc::new(jobs.changes(&db.feed(), ..).unwrap());
    let own = changes.clone();
    changes.wake_with(move || while own.try_recv().is_some() {});
    jobs.put(&"1".into(), &7).unwrap();
    drop((db, jobs, changes));
    let again = Table::<JobId, u32>::new(Arc::new(RedbBackend::open(&path).unwrap()), "jobs");
    assert_eq!(again.get(&"1".into()).unwrap(), Some(7));
}

/// A storage that does the next write of a header, and says that it did not.
fn lying_once() -> (TestDisk, Arc<AtomicBool>) {
    let lies = Arc::new(AtomicBool::new(false));
    let next = lies.clone();
    let disk = TestDisk::new(move |_, operation, work| {
        work()?;
        match operation {
            Operation::Write(0, _) if next.swap(false, Ordering::Relaxed) => {
                Err(io::Error::other("the cable is out"))
            }
            _ => Ok(()),
        }
    });
    (disk, lies)
}

#[test]
fn a_reopening_after_a_commit_of_unknown_outcome_is_a_gap_for_every_follower() {
    let (disk, lies) = lying_once();
    let backend = RedbBackend::with_storage(disk).unwrap();
    let db = Observed::new(backend.clone());
    let changes = db.feed().subscribe(Filter::partition("notes")).unwrap();
    let others = db.feed().subscribe(Filter::partition("others")).unwrap();
    let woken = Arc::new(AtomicUsize::new(0));
    let counter = woken.clone();
    others.wake_with(move || {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    lies.store(true, Ordering::Relaxed);
    assert_eq!(put(&db, b"1", b"milk").unwrap_err().code(), "CommitUnknown");
    assert_eq!((changes.try_recv(), get(&db, b"1")), (None, None), "nobody knows the outcome yet");

    assert!(backend.reopen().unwrap());
    assert_eq!(get(&db, b"1").unwrap(), b"milk", "it is stored");
    assert_eq!(changes.try_recv(), Some(RawEvent::Lagged { missed: 0 }));
    assert_eq!(others.try_recv(), Some(RawEvent::Lagged { missed: 0 }));
    assert_eq!(woken.load(Ordering::Relaxed), 1);

    assert!(!backend.reopen().unwrap(), "nothing has failed since");
    put(&db, b"2", b"tea").unwrap();
    let event = changes.try_recv();
    assert!(matches!(&event, Some(RawEvent::Change(change)) if *change.key == *b"2"), "{event:?}");
    assert_eq!((changes.try_recv(), others.try_recv()), (None, None));
}

#[test]
fn a_reopening_and_a_closing_reach_the_followers_above_every_layer() {
    type Wrap = fn(RedbBackend) -> Arc<dyn StorageBackend>;
    let layers: [(&str, Wrap); 4] = [
        ("none", |backend| Arc::new(backend)),
        ("Observed", |backend| Arc::new(Observed::new(backend))),
        ("Scoped", |backend| Arc::new(Scoped::new(backend, "tenant"))),
        ("ReadOnly", |backend| Arc::new(ReadOnly::new(backend))),
    ];
    for (layer, wrap) in layers {
        let (disk, lies) = lying_once();
        let backend = RedbBackend::with_storage(disk).unwrap();
        let db = Observed::new(wrap(backend.clone()));
        let changes = db.feed().subscribe(Filter::all()).unwrap();
        lies.store(true, Ordering::Relaxed);
        assert_eq!(put(&backend, b"1", b"milk").unwrap_err().code(), "CommitUnknown");
        assert!(backend.reopen().unwrap());
        assert_eq!(changes.try_recv(), Some(RawEvent::Lagged { missed: 0 }), "{layer}");
        backend.close().unwrap();
        assert!(changes.has_ended(), "{layer}");
    }
}

#[test]
fn a_list_is_read_again_after_a_reopening() {
    let (disk, lies) = lying_once();
    let backend = RedbBackend::with_storage(disk).unwrap();
    let db = Arc::new(Observed::new(backend.clone()));
    let jobs = Table::<JobId, u32>::new(db.clone(), "jobs");
    jobs.put(&"1".into(), &1).unwrap();
    let watch = jobs.watch(&db.feed(), Query::all().limit(2)).unwrap();
    lies.store(true, Ordering::Relaxed);
    assert_eq!(jobs.put(&"0".into(), &0).unwrap_err().code(), "CommitUnknown");
    watch.changes.resync().map(|list| assert_eq!(list.len(), 1)).unwrap();
    // A reopening in a resync is told when the resync has ended.
    let inside = db.feed().subscribe(Filter::partition(notes())).unwrap();
    assert!(inside.resync(|| backend.reopen()).unwrap());
    assert_eq!(inside.try_recv(), Some(RawEvent::Lagged { missed: 0 }));
    assert_eq!(watch.changes.try_recv().unwrap().unwrap(), Event::Lagged { missed: 0 });
    assert_eq!(watch.changes.resync().unwrap().len(), 2);
}
