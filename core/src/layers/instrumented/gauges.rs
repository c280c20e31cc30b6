//! [`Gauges`]: the counters behind the metrics.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::sync::PoisonError;

use super::spans::Ended;
use super::{Metrics, Now};
use crate::backend::Partition;
use crate::sync::Mutex;

/// The number of rows from which on a scan is a long one.
const LONG_SCAN: u64 = 10_000;

/// The counters behind the metrics.
pub(super) struct Gauges {
    now: Arc<dyn Now>,
    long_scan: AtomicU64,
    commits: AtomicU64,
    failures: AtomicU64,
    reruns: AtomicU64,
    written: AtomicU64,
    written_bytes: AtomicU64,
    wait: AtomicU64,
    body: AtomicU64,
    commit: AtomicU64,
    waiting: AtomicU64,
    lookups: AtomicU64,
    scans: AtomicU64,
    scanned: AtomicU64,
    snapshots: Mutex<Held>,
}

/// The snapshots that are held, by their numbers, with the times at which they were made.
#[derive(Default)]
struct Held {
    made: u64,
    since: BTreeMap<u64, Duration>,
}

/// The mark of a thread that waits, which ends when it is dropped.
pub(super) struct Waiting<'a>(&'a AtomicU64);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Gauges {
    pub(super) fn new(now: Arc<dyn Now>) -> Self {
        Self {
            now,
            long_scan: LONG_SCAN.into(),
            commits: AtomicU64::default(),
            failures: AtomicU64::default(),
            reruns: AtomicU64::default(),
            written: AtomicU64::default(),
            written_bytes: AtomicU64::default(),
            wait: AtomicU64::default(),
            body: AtomicU64::default(),
            commit: AtomicU64::default(),
            waiting: AtomicU64::default(),
            lookups: AtomicU64::default(),
            scans: AtomicU64::default(),
            scanned: AtomicU64::default(),
            snapshots: Mutex::default(),
        }
    }

    pub(super) fn now(&self) -> Duration {
        (self.now)()
    }

    pub(super) fn set_long_scan(&self, rows: u64) {
        self.long_scan.store(rows, Ordering::Relaxed);
    }

    pub(super) fn wait(&self) -> Waiting<'_> {
        add(&self.waiting, 1);
        Waiting(&self.waiting)
    }

    /// Counts a transaction that has ended.
    pub(super) fn end(&self, ended: &Ended) {
        let Ended { runs, wait, body, commit, written, error } = ended;
        if error.is_none() {
            add(&self.commits, 1);
            add(&self.written, written.entries);
            add(&self.written_bytes, written.bytes);
        } else {
            add(&self.failures, 1);
        }
        add(&self.reruns, u64::from(runs.saturating_sub(1)));
        add(&self.wait, nanos(*wait));
        add(&self.body, nanos(*body));
        add(&self.commit, nanos(*commit));
    }

    pub(super) fn look_up(&self, keys: usize) {
        add(&self.lookups, u64::try_from(keys).unwrap_or(u64::MAX));
    }

    pub(super) fn count_scan(&self) {
        add(&self.scans, 1);
    }

    /// Counts a scan of so many rows that began at this time.
    pub(super) fn scan(&self, partition: &Partition, rows: u64, began: Duration) {
        self.count_scan();
        add(&self.scanned, rows);
        if rows >= self.long_scan.load(Ordering::Relaxed) {
            super::spans::long_scan(partition, rows, self.now().saturating_sub(began));
        }
    }

    /// Counts a snapshot that is held, and returns its number.
    pub(super) fn hold(&self) -> u64 {
        let mut held = self.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
        held.made += 1;
        let number = held.made;
        // With the lock, so that the times have the order of the numbers.
        held.since.insert(number, self.now());
        number
    }

    pub(super) fn release(&self, number: u64) {
        self.snapshots.lock().unwrap_or_else(PoisonError::into_inner).since.remove(&number);
    }

    pub(super) fn metrics(&self) -> Metrics {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let time = |counter: &AtomicU64| Duration::from_nanos(read(counter));
        let held = self.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
        Metrics {
            commits: read(&self.commits),
            failures: read(&self.failures),
            reruns: read(&self.reruns),
            written: read(&self.written),
            written_bytes: read(&self.written_bytes),
            wait: time(&self.wait),
            body: time(&self.body),
            commit: time(&self.commit),
            waiting: read(&self.waiting),
            lookups: read(&self.lookups),
            scans: read(&self.scans),
            scanned: read(&self.scanned),
            snapshots: u64::try_from(held.since.len()).unwrap_or(u64::MAX),
            // The numbers are in the order of the times.
            oldest_snapshot: held.since.values().next().map(|since| self.now().saturating_sub(*since)),
        }
    }
}

fn add(counter: &AtomicU64, number: u64) {
    counter.fetch_add(number, Ordering::Relaxed);
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
