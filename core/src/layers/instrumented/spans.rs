//! The spans and events of an instrumented backend, with the feature `tracing`.

use core::time::Duration;

use super::transaction::Written;
use crate::backend::Partition;

/// A transaction that has ended.
#[derive(Default)]
pub(super) struct Ended {
    pub(super) runs: u32,
    pub(super) wait: Duration,
    pub(super) body: Duration,
    pub(super) commit: Duration,
    pub(super) written: Written,
    /// The code of its error.
    pub(super) error: Option<&'static str>,
}

/// Runs the transaction in a span.
#[cfg(feature = "tracing")]
pub(super) fn in_transaction<T>(run: impl FnOnce() -> (T, Ended)) -> T {
    use tracing::field::Empty;

    let span = tracing::debug_span!(
        target: "keyloft",
        "transaction",
        runs = Empty,
        wait_us = Empty,
        body_us = Empty,
        commit_us = Empty,
        entries = Empty,
        bytes = Empty,
        error = Empty
    );
    let (result, ended) = span.in_scope(run);
    let Ended { runs, wait, body, commit, written, error } = ended;
    span.record("runs", runs);
    span.record("wait_us", micros(wait));
    span.record("body_us", micros(body));
    span.record("commit_us", micros(commit));
    span.record("entries", written.entries);
    span.record("bytes", written.bytes);
    if let Some(code) = error {
        span.record("error", code);
    }
    result
}

#[cfg(not(feature = "tracing"))]
pub(super) fn in_transaction<T>(run: impl FnOnce() -> (T, Ended)) -> T {
    run().0
}

/// Reports a long scan.
#[cfg(feature = "tracing")]
pub(super) fn long_scan(partition: &Partition, rows: u64, time: Duration) {
    tracing::warn!(target: "keyloft", partition = partition.as_str(), rows, us = micros(time), "long scan");
}

#[cfg(not(feature = "tracing"))]
pub(super) fn long_scan(_: &Partition, _: u64, _: Duration) {}

#[cfg(feature = "tracing")]
fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
