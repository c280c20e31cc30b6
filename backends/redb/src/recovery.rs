//! [`RecoveryReport`]: the progress of a recovery.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use redb::{Builder, RepairSession};

/// The closure that gets the progress of a recovery.
#[derive(Clone)]
pub(crate) struct RecoveryReport(Arc<dyn Fn(f64) -> ControlFlow<()> + Send + Sync>);

impl RecoveryReport {
    pub(crate) fn new(report: impl Fn(f64) -> ControlFlow<()> + Send + Sync + 'static) -> Self {
        Self(Arc::new(report))
    }

    /// Makes redb report the recoveries of the database that it builds.
    pub(crate) fn install(&self, builder: &mut Builder) {
        let Self(report) = self.clone();
        builder.set_repair_callback(move |session: &mut RepairSession| {
            if report(session.progress()).is_break() {
                session.abort();
            }
        });
    }
}

impl fmt::Debug for RecoveryReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecoveryReport").finish_non_exhaustive()
    }
}
