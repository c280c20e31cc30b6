//! [`Numbers`]: the numbers of the partitions.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use keyloft::Partition;

/// The number of each partition that was ever written.
///
/// The names are stored in the partition [`NAMES`](crate::partition_key::NAMES), each with its number as the value. The first
/// write to a partition stores its name, in the same transaction. A number is never used for another name, so the numbers
/// that are known here are right for every snapshot: an older one has no entries under a newer number.
#[derive(Debug, Default)]
pub(crate) struct Numbers(RwLock<HashMap<Partition, u32>>);

impl Numbers {
    pub(crate) fn get(&self, partition: &Partition) -> Option<u32> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(partition).copied()
    }

    /// Returns the number for the next partition that is written first, or `None` if there is none left. Only the one writer
    /// calls it, so nobody else gets the same one.
    pub(crate) fn next(&self) -> Option<u32> {
        let numbers = self.0.read().unwrap_or_else(PoisonError::into_inner);
        // 0 is the names'. The bound after a partition is the next number.
        u32::try_from(numbers.len()).ok()?.checked_add(1).filter(|number| *number < u32::MAX)
    }

    pub(crate) fn add(&self, numbers: impl IntoIterator<Item = (Partition, u32)>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).extend(numbers);
    }

    /// Returns the partitions in the order of their names.
    pub(crate) fn all(&self) -> Vec<(Partition, u32)> {
        let numbers = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> =
            numbers.iter().map(|(partition, number)| (partition.clone(), *number)).collect();
        all.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        all
    }
}
