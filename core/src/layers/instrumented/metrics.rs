//! [`Metrics`]: the numbers of an instrumented backend.

use core::time::Duration;

/// The numbers of an [`Instrumented`](super::Instrumented) backend since it was made.
///
/// The numbers are read one after the other, so those of a transaction that ends meanwhile may be there in part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metrics {
    /// The number of transactions that were committed.
    pub commits: u64,
    /// The number of transactions that returned an error.
    pub failures: u64,
    /// The number of runs of bodies besides the first one of each transaction: after conflicts, and for group commits.
    pub reruns: u64,
    /// The number of entries that committed transactions put or deleted.
    pub written: u64,
    /// The number of bytes in the keys and values that committed transactions put.
    pub written_bytes: u64,
    /// The time for which transactions waited until their bodies ran.
    pub wait: Duration,
    /// The time that bodies took, in all their runs.
    pub body: Duration,
    /// The time from the end of the last run of the body to the end of the transaction.
    pub commit: Duration,
    /// The number of threads that wait for their bodies to run, now.
    pub waiting: u64,
    /// The number of keys that were looked up.
    pub lookups: u64,
    /// The number of scans and counts.
    pub scans: u64,
    /// The number of entries that scans have visited.
    pub scanned: u64,
    /// The number of snapshots that are held, now.
    pub snapshots: u64,
    /// The age of the oldest snapshot that is held, or `None` if none is held.
    pub oldest_snapshot: Option<Duration>,
}
