//! [`ChangeSet`]: the net changes of a transaction.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;

use super::partition_map::PartitionMap;
use crate::backend::Partition;

pub(super) type Bytes = Arc<[u8]>;

/// The written keys of one partition.
pub(super) type Entries = BTreeMap<Bytes, NetChange>;

/// The value of a key before the transaction, and its latest value. Values in between are not kept.
pub(super) struct NetChange {
    pub(super) old: Option<Bytes>,
    pub(super) new: Option<Bytes>,
}

impl NetChange {
    /// Returns `false` if the key has its old value again.
    pub(super) fn is_change(&self) -> bool {
        self.old != self.new
    }
}

/// The watched keys that one run of a transaction's body has written.
#[derive(Default)]
pub(super) struct ChangeSet {
    partitions: PartitionMap<Entries>,
}

impl ChangeSet {
    pub(super) fn contains(&self, partition: &Partition, key: &[u8]) -> bool {
        self.partitions.get(partition).is_some_and(|entries| entries.contains_key(key))
    }

    /// Records the new value of a key. `old`, the value before the transaction, is used at the first write of the key
    /// only.
    pub(super) fn record(
        &mut self,
        partition: &Partition,
        key: &[u8],
        old: Option<Bytes>,
        new: Option<Bytes>,
    ) {
        self.partitions.update(partition, |entries| match entries.get_mut(key) {
            Some(change) => change.new = new,
            None => {
                entries.insert(key.into(), NetChange { old, new });
            }
        });
    }

    /// Returns `true` if every key has its old value.
    pub(super) fn is_empty(&self) -> bool {
        !self.partitions.iter().any(|(_, entries)| entries.values().any(NetChange::is_change))
    }

    pub(super) fn partitions(&self) -> impl Iterator<Item = &(Partition, Entries)> {
        self.partitions.iter()
    }
}
