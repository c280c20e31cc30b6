//! [`Log`]: what a transaction has made of the keys that someone watches.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;

use crate::backend::Partition;
use crate::layers::per_partition::PerPartition;

pub(super) type Bytes = Arc<[u8]>;

/// The keys of one partition, and what became of them.
pub(super) type Entries = BTreeMap<Bytes, Net>;

/// What a transaction made of one key, whatever it did in between.
pub(super) struct Net {
    pub(super) old: Option<Bytes>,
    pub(super) new: Option<Bytes>,
}

impl Net {
    /// Whether the key is not what it was.
    pub(super) fn is_change(&self) -> bool {
        self.old != self.new
    }
}

/// What one run of a transaction's body has changed.
#[derive(Default)]
pub(super) struct Log {
    partitions: PerPartition<Entries>,
}

impl Log {
    pub(super) fn contains(&self, partition: &Partition, key: &[u8]) -> bool {
        self.partitions.get(partition).is_some_and(|entries| entries.contains_key(key))
    }

    /// Notes that a key has this value now. `old` counts the first time only: what the key was before the transaction.
    pub(super) fn note(&mut self, partition: &Partition, key: &[u8], old: Option<Bytes>, new: Option<Bytes>) {
        self.partitions.change(partition, |entries| match entries.get_mut(key) {
            Some(net) => net.new = new,
            None => {
                entries.insert(key.into(), Net { old, new });
            }
        });
    }

    /// Whether no key is other than it was.
    pub(super) fn is_empty(&self) -> bool {
        !self.partitions.iter().any(|(_, entries)| entries.values().any(Net::is_change))
    }

    pub(super) fn partitions(&self) -> impl Iterator<Item = &(Partition, Entries)> {
        self.partitions.iter()
    }
}
