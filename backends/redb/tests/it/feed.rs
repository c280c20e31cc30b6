//! The change feed over a database: group commit goes on, and followers end with the file.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use keyloft::layers::{Filter, Observed};
use keyloft::prelude::*;
use keyloft_redb::{MemoryFile, RedbBackend, Storage};

use crate::helpers::put;

/// The time after which a test fails that waits for ever.
const AT_MOST: Duration = Duration::from_secs(30);

/// A storage in memory whose syncs take a while, and are counted.
#[derive(Clone, Debug)]
struct SlowDisk {
    bytes: MemoryFile,
    syncs: Arc<AtomicUsize>,
}

impl Storage for SlowDisk {
    fn len(&self) -> io::Result<u64> {
        self.bytes.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.bytes.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.bytes.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.syncs.fetch_add(1, Ordering::Relaxed);
        thread::sleep(Duration::from_millis(2));
        self.bytes.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.bytes.write(offset, data)
    }
}

#[test]
fn the_transactions_of_several_threads_share_syncs_while_somebody_watches() {
    const THREADS: u8 = 8;
    const PUTS: u8 = 25;
    let syncs = Arc::new(AtomicUsize::new(0));
    let disk = SlowDisk { bytes: MemoryFile::from(Vec::new()), syncs: syncs.clone() };
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
