//! The feed that is read from the log, with commits of other processes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::thread;
use std::time::{Duration, Instant};

use keyloft::backend::{KeyRange, Notify, TransactionBody, Write};
use keyloft::layers::{Filter, Followed, Logged, Retention, Subscription};
use keyloft::{Read, Result, Snapshot, StorageBackend, delegate_reads};
use keyloft_memory::MemoryBackend;

use crate::{commit, lines, notes, put, set};

type Layer = Followed<Arc<MemoryBackend>>;

/// A time that no test waits for.
const NEVER: Duration = Duration::from_secs(3_600);

/// Opens two layers over a database, as two processes do, and subscribes in the first one.
fn two() -> (Layer, Layer, Subscription) {
    let database = Arc::new(MemoryBackend::new());
    let (here, there) = (open(&database), open(&database));
    let changes = here.feed().subscribe(Filter::all()).unwrap();
    (here, there, changes)
}

fn open(database: &Arc<MemoryBackend>) -> Layer {
    Followed::new(Arc::clone(database), Arc::new(|| 0))
}

#[test]
fn commits_of_both_are_in_one_order() {
    let (here, there, changes) = two();
    put(&there, "notes", "a", "1");
    assert_eq!(lines(&changes), [""; 0]);
    put(&here, "notes", "a", "2");
    put(&there, "notes", "a", "3");
    here.poll().unwrap();
    assert_eq!(lines(&changes), ["notes/a: - -> 1", "notes/a: 1 -> 2", "notes/a: 2 -> 3"]);
    here.poll().unwrap();
    assert_eq!(lines(&changes), [""; 0]);
}

#[test]
fn a_subscriber_gets_no_earlier_commit() {
    let (here, there, early) = two();
    put(&there, "notes", "a", "1");
    let late = here.feed().subscribe(Filter::all()).unwrap();
    // Those who were there know what the new one does not get.
    assert_eq!(lines(&early), ["notes/a: - -> 1"]);
    put(&there, "notes", "a", "2");
    here.poll().unwrap();
    assert_eq!(lines(&late), ["notes/a: 1 -> 2"]);
    assert_eq!(lines(&early), ["notes/a: 1 -> 2"]);

    drop((early, late));
    put(&there, "notes", "a", "3");
    put(&here, "notes", "a", "4");
    let again = here.feed().subscribe(Filter::all()).unwrap();
    here.poll().unwrap();
    assert_eq!(lines(&again), [""; 0]);
}

#[test]
fn a_resync_ends_at_its_snapshot() {
    let (here, there, changes) = two();
    let other = here.feed().subscribe(Filter::all()).unwrap();
    put(&there, "notes", "a", "1");
    let snapshot = changes.resync(|| {
        put(&there, "notes", "a", "2");
        let snapshot = here.snapshot();
        put(&there, "notes", "a", "3");
        put(&there, "notes", "b", "4");
        snapshot
    });
    let mut seen = Vec::new();
    snapshot.unwrap().get(&notes(), b"a", &mut |value| seen.extend_from_slice(value)).unwrap();
    assert_eq!(seen, b"2");
    assert_eq!(lines(&changes), [""; 0]);
    here.poll().unwrap();
    assert_eq!(lines(&changes), ["notes/a: 2 -> 3", "notes/b: - -> 4"]);
    let all = ["notes/a: - -> 1", "notes/a: 1 -> 2", "notes/a: 2 -> 3", "notes/b: - -> 4"];
    assert_eq!(lines(&other), all);
}

#[test]
fn a_snapshot_in_a_transaction_is_no_resync() {
    let (here, there, changes) = two();
    put(&there, "notes", "a", "1");
    commit(&here, |_| drop(here.snapshot().unwrap()));
    put(&there, "notes", "a", "2");
    let late = here.feed().subscribe(Filter::all()).unwrap();
    put(&there, "notes", "a", "3");
    here.poll().unwrap();
    assert_eq!(lines(&late), ["notes/a: 2 -> 3"]);
    assert_eq!(lines(&changes), ["notes/a: - -> 1", "notes/a: 1 -> 2", "notes/a: 2 -> 3"]);
}

#[test]
fn a_failed_read_loses_no_event() {
    let (_here, there, changes) = two();
    put(&there, "notes", "a", "1");
    let failed = changes.resync(|| Err::<(), _>(keyloft::ErrorKind::Aborted.into()));
    assert_eq!(failed.unwrap_err().code(), "Aborted");
    assert_eq!(lines(&changes), ["notes/a: - -> 1"]);
}

#[test]
fn every_kind_of_write_has_its_old_value() {
    let (here, there, changes) = two();
    commit(&there, |tx| ["a", "b", "c", "d", "e"].iter().for_each(|key| set(tx, "notes", key, "1")));
    here.poll().unwrap();
    assert_eq!(lines(&changes).len(), 5);
    let notes = notes();
    commit(&there, |tx| {
        tx.write_batch(&[Write::put(&notes, b"a", b"2"), Write::put(&notes, b"f", b"2")]).unwrap();
        tx.write_batch(&[Write::put(&notes, b"a", b"3"), Write::delete(&notes, b"g")]).unwrap();
        assert_eq!(tx.delete_many(&notes, &[b"b", b"x"]).unwrap(), 1);
        assert!(tx.delete(&notes, b"c").unwrap());
        let range = KeyRange::new::<[u8]>(std::ops::Bound::Included(b"d"), std::ops::Bound::Excluded(b"e"));
        assert_eq!(tx.delete_range(&notes, range).unwrap(), 1);
        tx.put(&notes, b"e", b"1").unwrap();
    });
    here.poll().unwrap();
    let expected =
        ["notes/a: 1 -> 3", "notes/b: 1 -> -", "notes/c: 1 -> -", "notes/d: 1 -> -", "notes/f: - -> 2"];
    assert_eq!(lines(&changes), expected);
}

#[test]
fn many_and_large_commits_are_whole() {
    let (here, there, changes) = two();
    let large = |from: u32| {
        commit(&there, |tx| (from..from + 400).for_each(|key| set(tx, "notes", &key.to_string(), "1")));
    };
    (0..300).for_each(|key| put(&there, "notes", &key.to_string(), "0"));
    here.poll().unwrap();
    assert_eq!(lines(&changes).len(), 300);
    large(0);
    large(1_000);
    here.poll().unwrap();
    assert_eq!(lines(&changes).len(), 800);
}

#[test]
fn what_the_log_lacks_is_a_gap() {
    let database = Arc::new(MemoryBackend::new());
    let here = open(&database);
    let changes = here.feed().subscribe(Filter::all()).unwrap();
    // Without its values.
    put(&Logged::new(Arc::clone(&database), Arc::new(|| 0)), "notes", "a", "1");
    put(&open(&database), "notes", "a", "2");
    here.poll().unwrap();
    assert_eq!(lines(&changes), ["lagged 0", "notes/a: 1 -> 2"]);

    let there = open(&database);
    put(&there, "notes", "a", "3");
    put(&there, "notes", "a", "4");
    there.log().trim(Retention::Before(i64::MAX)).unwrap();
    put(&there, "notes", "a", "5");
    here.poll().unwrap();
    // The one after the gap may be among the missing ones.
    assert_eq!(lines(&changes), ["lagged 0"]);
    put(&here, "notes", "a", "6");
    assert_eq!(lines(&changes), ["notes/a: 5 -> 6"]);
}

#[test]
fn a_body_can_not_poll() {
    let (here, _, _changes) = two();
    commit(&here, |_| assert_eq!(here.poll().unwrap_err().code(), "NestedTransaction"));
}

#[test]
fn a_callback_may_write() {
    let (here, there, _changes) = two();
    let (weak, runs) = (Arc::new(here.clone()), Arc::new(AtomicUsize::new(0)));
    let (writes, counted) = (Arc::downgrade(&weak), Arc::clone(&runs));
    let answered = here.feed().subscribe_with(Filter::partition("questions"), move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        put(&*writes.upgrade().unwrap(), "answers", "a", "1");
    });
    put(&there, "questions", "a", "1");
    here.poll().unwrap();
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    assert!(there.contains(&"answers".into(), b"a").unwrap());
    drop(answered);
}

#[test]
fn a_follower_reports_by_itself() {
    let (here, there, changes) = two();
    let follower = here.follow(Duration::from_millis(5)).unwrap();
    put(&there, "notes", "a", "1");
    assert!(changes.recv_timeout(NEVER).is_some());
    drop(follower);
}

#[test]
fn a_follower_does_not_keep_the_backend_open() {
    let (here, _, changes) = two();
    let _follower = here.follow(NEVER).unwrap();
    drop(here);
    assert!(changes.recv_timeout(NEVER).is_none() && changes.has_ended());
}

/// A database of which the handles tell each other of commits, as those of an engine behind a network can.
#[derive(Default)]
struct Telling {
    memory: MemoryBackend,
    listeners: Mutex<Vec<Weak<dyn Notify>>>,
}

impl Read for Telling {
    delegate_reads!(self => self.memory);
}

impl StorageBackend for Telling {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.memory.snapshot()
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        self.memory.transact(body)?;
        let listeners = self.listeners.lock().unwrap().clone();
        listeners.iter().filter_map(Weak::upgrade).for_each(|listener| listener.notify());
        Ok(())
    }

    fn on_foreign_commit(&self, listener: Weak<dyn Notify>) {
        self.listeners.lock().unwrap().push(listener);
    }
}

#[test]
fn an_engine_that_tells_wakes_followers_and_consumers() {
    let database = Arc::new(Telling::default());
    let open = || Followed::new(Arc::clone(&database), Arc::new(|| 0));
    let (here, there) = (open(), open());
    let changes = here.feed().subscribe(Filter::all()).unwrap();
    let _follower = here.follow(NEVER).unwrap();
    let log = here.log();
    let position = log.newest().unwrap();
    let waits = thread::spawn(move || {
        let since = Instant::now();
        assert!(log.wait(position, NEVER));
        since.elapsed() < NEVER
    });
    put(&there, "notes", "a", "1");
    assert!(changes.recv_timeout(NEVER).is_some());
    assert!(waits.join().unwrap());
}

#[test]
fn a_hint_before_the_wait_is_not_missed() {
    let database = Arc::new(Telling::default());
    let open = || Logged::new(Arc::clone(&database), Arc::new(|| 0));
    let (here, there) = (open(), open());
    let log = here.log();
    let batch = log.read(&[], 0, 1).unwrap();
    put(&there, "notes", "a", "1");
    assert!(log.wait(batch.position, NEVER));
    log.read(&[], 0, 1).unwrap();
    assert!(!log.wait(1, Duration::from_millis(1)));
}
