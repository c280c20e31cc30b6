//! [`ObjectSnapshot`]: the database at one commit.

use std::sync::Arc;

use keyloft::backend::{BackendId, CatalogStamp, ReadTime};
use keyloft::{Clock, Read, Snapshot, delegate_reads};

use crate::merged::{Hiding, Merged};
use crate::shared::Shared;

/// The database at one commit: the committed entries, under the values that later commits have replaced.
pub(crate) struct ObjectSnapshot {
    shared: Arc<Shared>,
    commit: u64,
    catalog_stamp: Option<CatalogStamp>,
    time: ReadTime,
}

impl ObjectSnapshot {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        let mut state = shared.state();
        let commit = state.history.open();
        // A commit that changes a catalog clears the stamp before it takes the lock, and renews it after.
        let catalog_stamp = shared.stamp.get();
        drop(state);
        Self { shared, commit, catalog_stamp, time: ReadTime::new() }
    }

    fn merged(&self) -> Merged<'_> {
        Merged { shared: &self.shared, hiding: Hiding::Since(self.commit) }
    }
}

impl Read for ObjectSnapshot {
    delegate_reads!(self => self.merged(); get, scan, partitions, get_many, contains, count);

    fn catalog_stamp(&self) -> Option<CatalogStamp> {
        self.catalog_stamp
    }

    fn backend_id(&self) -> Option<BackendId> {
        Some(self.shared.writer.id())
    }

    fn read_time(&self, clock: &dyn Clock) -> i64 {
        self.time.get(clock)
    }
}

impl Snapshot for ObjectSnapshot {}

impl Drop for ObjectSnapshot {
    fn drop(&mut self) {
        self.shared.state().history.close(self.commit);
    }
}
