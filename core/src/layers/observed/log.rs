//! [`Log`]: what a transaction has made of the keys that someone watches.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;

use crate::backend::Partition;

pub(super) type Bytes = Arc<[u8]>;

/// The keys of one partition, and what became of them.
pub(super) type Entries = BTreeMap<Bytes, Net>;

/// What a transaction made of one key, whatever it did in between.
pub(super) struct Net {
    pub(super) old: Option<Bytes>,
    pub(super) new: Option<Bytes>,
}

/// What one run of a transaction's body has changed.
#[derive(Default)]
pub(super) struct Log {
    partitions: BTreeMap<Partition, Entries>,
}

impl Log {
    pub(super) fn contains(&self, partition: &Partition, key: &[u8]) -> bool {
        self.partitions.get(partition).is_some_and(|entries| entries.contains_key(key))
    }

    /// Notes that a key has this value now. `old` counts the first time only: what the key was before the transaction.
    pub(super) fn note(&mut self, partition: &Partition, key: &[u8], old: Option<Bytes>, new: Option<Bytes>) {
        if !self.partitions.contains_key(partition) {
            self.partitions.insert(partition.clone(), Entries::new());
        }
        let Some(entries) = self.partitions.get_mut(partition) else { return };
        match entries.get_mut(key) {
            Some(net) => net.new = new,
            None => {
                entries.insert(key.into(), Net { old, new });
            }
        }
    }

    /// Without the keys that are what they were.
    pub(super) fn into_net(mut self) -> BTreeMap<Partition, Entries> {
        self.partitions.retain(|_, entries| {
            entries.retain(|_, net| net.old != net.new);
            !entries.is_empty()
        });
        self.partitions
    }
}
