//! [`Instrumented`]: a backend that measures its use.

mod gauges;
mod metrics;
mod reads;
mod snapshot;
mod spans;
mod transaction;

use alloc::sync::{Arc, Weak};
use core::time::Duration;

use self::gauges::Gauges;
pub use self::metrics::Metrics;
use self::reads::counted_reads;
use self::snapshot::InstrumentedSnapshot;
use self::spans::Ended;
use self::transaction::{InstrumentedTransaction, Written};
use crate::backend::{Notify, Read, Snapshot, StorageBackend, TransactionBody};
use crate::delegate_reads;
use crate::error::Result;
use crate::maybe_send::{MaybeSend, MaybeSync};

/// A layer that counts and times what passes through it: transactions and their phases, reads, writes, held snapshots and waiting
/// threads. [`metrics`](Self::metrics) returns the numbers so far.
///
/// It works over every engine. A transaction has three phases: the *wait* until its body runs, which is the wait for other
/// writers; the *body*; and the *commit*, with its sync and, with group commit, the bodies of those that share it.
///
/// With the feature `tracing`, it also reports to [tracing](https://docs.rs/tracing), under the target `keyloft`:
///
/// | name | kind | fields |
/// | --- | --- | --- |
/// | `transaction` | a span of level `DEBUG` around the body and the commit | `runs`, `wait_us`, `body_us`, `commit_us`, `entries`, `bytes`, and `error` with the code of a failure |
/// | `long scan` | an event of level `WARN` | `partition`, `rows`, `us` |
///
/// A backend without the layer pays nothing. A call through it costs a few atomic additions, a scan one call of the clock besides, and
/// a transaction four.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Instant;
/// use keyloft::layers::Instrumented;
/// use keyloft::prelude::*;
/// use keyloft_memory::MemoryBackend;
///
/// let start = Instant::now();
/// let backend = Arc::new(Instrumented::new(MemoryBackend::new(), move || start.elapsed()));
/// let notes = Table::<u32, String>::new(backend.clone(), "notes");
/// notes.put(&1, &"milk".into())?;
/// notes.put(&2, &"bread".into())?;
/// let held = backend.snapshot()?;
///
/// let metrics = backend.metrics();
/// assert_eq!((metrics.commits, metrics.failures, metrics.waiting), (2, 0, 0));
/// // The first put also stores the definition of the table.
/// assert_eq!(metrics.written, 3);
/// assert_eq!(metrics.snapshots, 1);
/// println!("{metrics:#?}");
/// # Ok::<(), keyloft::Error>(())
/// ```
pub struct Instrumented<B> {
    inner: B,
    gauges: Arc<Gauges>,
}

/// The time since any fixed moment.
pub(crate) trait Now: Fn() -> Duration + MaybeSend + MaybeSync {}
impl<F: Fn() -> Duration + MaybeSend + MaybeSync> Now for F {}

impl<B: StorageBackend> Instrumented<B> {
    /// Wraps `inner`. The clock returns the time since any fixed moment, and must not go back.
    pub fn new(inner: B, now: impl Fn() -> Duration + MaybeSend + MaybeSync + 'static) -> Self {
        Self { inner, gauges: Arc::new(Gauges::new(Arc::new(now))) }
    }

    /// Sets the number of rows from which on a scan is a long one. It is 10,000 at first.
    #[must_use]
    pub fn long_scan(self, rows: u64) -> Self {
        self.gauges.set_long_scan(rows);
        self
    }

    /// Returns the numbers so far.
    pub fn metrics(&self) -> Metrics {
        self.gauges.metrics()
    }
}

impl<B: StorageBackend> Read for Instrumented<B> {
    counted_reads!(self => self.inner, self.gauges);
    delegate_reads!(self => self.inner; partitions, catalog_stamp, backend_id, read_time);
}

impl<B: StorageBackend> StorageBackend for Instrumented<B> {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        let inner = self.inner.snapshot()?;
        Ok(Arc::new(InstrumentedSnapshot::new(inner, Arc::clone(&self.gauges))))
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        let gauges = &*self.gauges;
        spans::in_transaction(|| {
            let entered = gauges.now();
            let mut waiting = Some(gauges.wait());
            let mut ended = Ended::default();
            let mut written = Written::default();
            let mut last = entered;
            let result = self.inner.transact(&mut |tx| {
                let began = gauges.now();
                if waiting.take().is_some() {
                    ended.wait = began.saturating_sub(entered);
                }
                ended.runs += 1;
                // What an earlier run wrote is undone.
                written = Written::default();
                let result = body(&mut InstrumentedTransaction { inner: tx, gauges, written: &mut written });
                last = gauges.now();
                ended.body += last.saturating_sub(began);
                result
            });
            let rest = gauges.now().saturating_sub(last);
            // A body that never ran was waited for until the end.
            if waiting.is_some() {
                ended.wait = rest;
            } else {
                ended.commit = rest;
            }
            ended.written = written;
            ended.error = result.as_ref().err().map(crate::Error::code);
            gauges.end(&ended);
            (result, ended)
        })
    }

    fn commits_in_order(&self) -> bool {
        self.inner.commits_in_order()
    }

    fn on_close(&self, listener: Weak<dyn Notify>) {
        self.inner.on_close(listener);
    }

    fn on_reopen(&self, listener: Weak<dyn Notify>) {
        self.inner.on_reopen(listener);
    }

    fn on_foreign_commit(&self, listener: Weak<dyn Notify>) {
        self.inner.on_foreign_commit(listener);
    }
}
