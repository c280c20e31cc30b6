//! [`Progress`]: the progress of an export or import.

use alloc::boxed::Box;
use core::ops::ControlFlow;

use crate::backend::Partition;
use crate::error::{ErrorKind, Result};

/// The number of entries between two reports.
const INTERVAL: u64 = 1024;

/// The progress of an export or import.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The partition of the last entry.
    pub partition: Partition,
    /// The number of entries so far.
    pub entries: u64,
    /// The number of bytes in their keys and values.
    pub bytes: u64,
}

/// Gets the progress, and breaks to end the work.
type Report<'a> = dyn FnMut(&Progress) -> ControlFlow<()> + 'a;

/// Counts entries, and reports them.
#[derive(Default)]
pub(super) struct Reporter<'a> {
    entries: u64,
    bytes: u64,
    report: Option<Box<Report<'a>>>,
}

impl<'a> Reporter<'a> {
    pub(super) fn new(report: impl FnMut(&Progress) -> ControlFlow<()> + 'a) -> Self {
        Self { report: Some(Box::new(report)), ..Self::default() }
    }

    /// Begins to count again, for a transaction that runs again.
    pub(super) fn restart(&mut self) {
        (self.entries, self.bytes) = (0, 0);
    }

    /// Counts an entry.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Cancelled`] if the report breaks.
    pub(super) fn count(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        self.entries += 1;
        self.bytes += u64::try_from(key.len() + value.len()).unwrap_or(u64::MAX);
        let Some(report) = self.report.as_mut().filter(|_| self.entries.is_multiple_of(INTERVAL)) else {
            return Ok(());
        };
        let Self { entries, bytes, .. } = *self;
        match report(&Progress { partition: partition.clone(), entries, bytes }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(ErrorKind::Cancelled.into()),
        }
    }
}
