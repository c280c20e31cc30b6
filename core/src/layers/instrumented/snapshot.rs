//! [`InstrumentedSnapshot`]: a snapshot that is counted while it is held.

use alloc::sync::Arc;

use super::gauges::Gauges;
use super::reads::counted_reads;
use crate::backend::{Read, Snapshot};
use crate::delegate_reads;

/// A snapshot that is counted while it is held.
pub(super) struct InstrumentedSnapshot {
    inner: Arc<dyn Snapshot>,
    gauges: Arc<Gauges>,
    number: u64,
}

impl InstrumentedSnapshot {
    pub(super) fn new(inner: Arc<dyn Snapshot>, gauges: Arc<Gauges>) -> Self {
        let number = gauges.hold();
        Self { inner, gauges, number }
    }
}

impl Read for InstrumentedSnapshot {
    counted_reads!(self => self.inner, self.gauges);
    delegate_reads!(self => self.inner; partitions, catalog_stamp, backend_id, read_time);
}

impl Snapshot for InstrumentedSnapshot {}

impl Drop for InstrumentedSnapshot {
    fn drop(&mut self) {
        self.gauges.release(self.number);
    }
}
