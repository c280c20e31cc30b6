//! [`NetChanges`]: the net changes of a transaction.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::RawChange;
use crate::backend::Partition;

pub(super) type Bytes = Arc<[u8]>;

/// The number of writes after which repeated writes of a key are merged for the first time.
const MERGE_AT: usize = 1024;

/// The watched writes of one run of a transaction's body.
///
/// It is a list and not a map: most transactions write each key once, and the code is smaller.
#[derive(Default)]
pub(super) struct NetChanges {
    /// The writes in their order. The commits have no numbers yet.
    writes: Vec<RawChange>,
    /// The number of distinct keys at the last merge.
    merged: usize,
}

impl NetChanges {
    /// Records a write. `old` is the value before this write.
    pub(super) fn record(
        &mut self,
        partition: &Partition,
        key: Bytes,
        old: Option<Bytes>,
        new: Option<Bytes>,
    ) {
        // A body that writes few keys many times must not fill the memory.
        if self.writes.len() >= MERGE_AT.max(2 * self.merged) {
            self.merge();
        }
        self.writes.push(RawChange { commit: 0, partition: partition.clone(), key, old, new });
    }

    /// Returns the changes in the order of their partitions and keys, without those that left a key as it was.
    pub(super) fn into_changes(mut self) -> Vec<RawChange> {
        // Nearly all transactions change one watched key or none.
        if self.writes.len() > 1 {
            self.merge();
        } else {
            self.writes.retain(is_change);
        }
        self.writes
    }

    /// Merges the writes of each key into one.
    fn merge(&mut self) {
        // The sort is stable, so the writes of a key stay in their order.
        self.writes.sort_by(|a, b| (&a.partition, &a.key).cmp(&(&b.partition, &b.key)));
        self.writes.dedup_by(|later, first| {
            let is_same = later.key == first.key && later.partition == first.partition;
            if is_same {
                first.new = later.new.take();
            }
            is_same
        });
        self.writes.retain(is_change);
        self.merged = self.writes.len();
    }
}

/// Returns `false` if the key has its old value again.
fn is_change(change: &RawChange) -> bool {
    change.old != change.new
}
