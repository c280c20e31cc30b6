//! Concurrent writers: the commit order, and subscribers that join while they write.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use keyloft::layers::{Filter, Observed, RawEvent};
use keyloft::prelude::*;
use keyloft::store::{Event, Watch};

use crate::engine::Engine;
use crate::{change, commit, notes, observed, set, subscribe};

const WRITERS: usize = 4;

#[test]
fn events_come_in_commit_order() {
    const COMMITS: usize = 300;
    let db = observed();
    let changes = subscribe(&db, Filter::all().capacity(usize::MAX));
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let db = &db;
            scope.spawn(move || {
                for _ in 0..COMMITS {
                    // All writers raise one counter, so that each commit contains its position.
                    let raised = db.transaction(|tx| {
                        let mut count = 0;
                        tx.get(&notes(), b"count", &mut |bytes| {
                            count = u64::from_be_bytes(bytes.try_into().unwrap());
                        })?;
                        tx.put(&notes(), b"count", &(count + 1).to_be_bytes())?;
                        tx.put(&notes(), format!("of {writer}").as_bytes(), &(count + 1).to_be_bytes())
                    });
                    raised.unwrap();
                }
            });
        }
    });
    let events: Vec<_> = std::iter::from_fn(|| changes.try_recv()).map(|event| change(Some(event))).collect();
    assert_eq!(events.len(), 2 * WRITERS * COMMITS);
    for (place, pair) in (1_u64..).zip(events.chunks(2)) {
        assert_eq!((pair[0].commit, pair[1].commit), (place, place));
        assert_eq!(*pair[0].key, *b"count");
        assert_eq!(pair[0].new.as_deref(), Some(&place.to_be_bytes()[..]));
        assert_eq!(pair[1].new, pair[0].new);
    }
}

#[test]
fn one_commit_wakes_as_many_waiting_threads_as_it_has_events() {
    const WAITING: usize = 4;
    let db = observed();
    let changes = subscribe(&db, Filter::all());
    thread::scope(|scope| {
        let waiting: Vec<_> = (0..WAITING)
            .map(|_| scope.spawn(|| changes.recv_timeout(Duration::from_secs(60)).is_some()))
            .collect();
        // Time for most of them to begin to wait. Those that don't wait by then still receive their event.
        thread::sleep(Duration::from_millis(50));
        let began = Instant::now();
        commit(&db, |tx| (0..WAITING).for_each(|number| set(tx, "notes", &number.to_string(), "1")));
        assert!(waiting.into_iter().all(|thread| thread.join().unwrap()));
        assert!(began.elapsed() < Duration::from_secs(30), "a thread waited although an event was there");
    });
}

/// Writers run while watches begin, with and without other watches. The events of each watch, applied to its initial
/// result, give the final state.
#[test]
fn a_watch_has_neither_a_gap_nor_an_overlap() {
    const ROUNDS: usize = 90;
    let db = observed();
    let jobs = Table::<JobId, u64>::new(db.clone(), "jobs");
    let stop = AtomicBool::new(false);
    let version = AtomicU64::new(0);
    let feed = db.feed().with_capacity(usize::MAX);
    let mut watches = Vec::new();
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (jobs, stop, version) = (&jobs, &stop, &version);
            scope.spawn(move || {
                let mut random = writer;
                while !stop.load(Ordering::Relaxed) {
                    random = (random * 31 + 7) % 1009;
                    let key = JobId::from((random % 16).to_string().as_str());
                    if random % 3 == 0 {
                        jobs.delete(&key).unwrap();
                    } else {
                        jobs.put(&key, &version.fetch_add(1, Ordering::Relaxed)).unwrap();
                    }
                }
            });
        }
        for round in 0..ROUNDS {
            let watch = jobs.watch(&feed, ..).unwrap();
            thread::yield_now();
            if round % 3 == 0 {
                watches.push(watch);
            } else {
                // Then some watches begin while there are no others.
                watches.clear();
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
    watches.push(jobs.watch(&feed, ..).unwrap());
    let last: BTreeMap<JobId, u64> = jobs.scan_all().unwrap().into_iter().collect();
    for Watch { current, changes } in watches {
        let mut state: BTreeMap<JobId, u64> = current.into_iter().collect();
        while let Some(event) = changes.try_recv() {
            match event.unwrap() {
                Event::Inserted { key, new, .. } => assert_eq!(state.insert(key, new), None),
                Event::Updated { key, old, new, .. } => assert_eq!(state.insert(key, new), Some(old)),
                Event::Deleted { key, old, .. } => assert_eq!(state.remove(&key), Some(old)),
                other => panic!("there is room for every change: {other:?}"),
            }
        }
        assert_eq!(state, last);
    }
}

/// The time that a test waits for something that must not happen.
const WHILE: Duration = Duration::from_millis(100);

#[test]
fn a_watch_waits_for_a_transaction_that_is_not_recorded() {
    let db = observed();
    let jobs = Table::<JobId, u64>::new(db.clone(), "jobs");
    let (running, runs) = mpsc::channel();
    let (started, starts) = mpsc::channel();
    thread::scope(|scope| {
        let (jobs, other) = (&jobs, jobs.clone());
        scope.spawn(move || {
            jobs.backend().transaction(|tx| {
                running.send(()).unwrap();
                // Long enough for a watch that doesn't wait to begin.
                assert!(starts.recv_timeout(WHILE).is_err(), "the watch began inside the transaction");
                other.within(tx).put(&"a".into(), &1)
            })
        });
        runs.recv().unwrap();
        let watch = jobs.watch(&db.feed(), ..).unwrap();
        let _gone = started.send(());
        assert_eq!(watch.current, [("a".into(), 1)]);
        assert!(watch.changes.try_recv().is_none());
    });
}

#[test]
fn a_resync_waits_until_the_commit_is_queued() {
    let (committed, commits) = mpsc::channel();
    let (read, reads) = mpsc::channel();
    let reads = Mutex::new(reads);
    let db = Observed::new(Engine::new(move |memory, body| {
        memory.transact(body)?;
        committed.send(()).unwrap();
        // Long enough for a resync that doesn't wait to read.
        assert!(
            reads.lock().unwrap().recv_timeout(WHILE).is_err(),
            "the resync read between the commit and its events"
        );
        Ok(())
    }));
    let feed = db.feed();
    let jobs = Table::<JobId, u64>::new(Arc::new(db), "jobs");
    let changes = jobs.changes(&feed, ..).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| jobs.put(&"a".into(), &1).unwrap());
        commits.recv().unwrap();
        let current = changes.resync().unwrap();
        let _gone = read.send(());
        assert_eq!(current, [("a".into(), 1)]);
        assert!(changes.try_recv().is_none(), "the commit is in the result already");
    });
}

#[test]
fn a_slow_follower_that_resyncs_when_it_lags_reaches_the_final_state() {
    const WRITES: u64 = 2_000;
    let db = observed();
    let jobs = Table::<JobId, u64>::new(db.clone(), "jobs");
    let Watch { current, changes } = jobs.watch(&db.feed().with_capacity(8), ..).unwrap();
    let mut state: BTreeMap<JobId, u64> = current.into_iter().collect();
    let mut resyncs = 0;
    let mut follow = |event| match event {
        Event::Inserted { key, new, .. } | Event::Updated { key, new, .. } => {
            state.insert(key, new);
        }
        Event::Deleted { key, .. } => {
            state.remove(&key);
        }
        Event::Lagged { .. } => {
            resyncs += 1;
            state = changes.resync().unwrap().into_iter().collect();
        }
        other => panic!("{other:?}"),
    };
    thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let jobs = &jobs;
                scope.spawn(move || {
                    for write in 0..WRITES {
                        jobs.put(&format!("{writer}-{}", write % 5).as_str().into(), &write).unwrap();
                    }
                })
            })
            .collect();
        while writers.iter().any(|writer| !writer.is_finished()) {
            if let Some(event) = changes.try_recv() {
                follow(event.unwrap());
                thread::yield_now();
            }
        }
    });
    while let Some(event) = changes.try_recv() {
        follow(event.unwrap());
    }
    assert!(resyncs > 0, "the follower never lagged");
    assert_eq!(state, jobs.scan_all().unwrap().into_iter().collect());
}

#[test]
fn subscribing_while_others_write_does_not_block() {
    let db = observed();
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    crate::put(&db, "notes", "a", "1");
                    crate::put(&db, "notes", "a", "2");
                }
            });
        }
        for _ in 0..100 {
            let mut changes = subscribe(&db, Filter::all());
            assert!(matches!(changes.next(), Some(RawEvent::Change(_))));
        }
        stop.store(true, Ordering::Relaxed);
    });
}
