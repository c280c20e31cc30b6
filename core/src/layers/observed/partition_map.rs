//! [`PartitionMap`]: a map whose keys are partitions.

use alloc::vec::Vec;

use crate::backend::Partition;

/// A map whose keys are partitions, in the order of their names.
///
/// It is a sorted list, because partitions are few. A search is fast, and the code is smaller than a tree's.
pub(super) struct PartitionMap<T>(Vec<(Partition, T)>);

impl<T> PartitionMap<T> {
    pub(super) fn get(&self, partition: &Partition) -> Option<&T> {
        let index = self.search(partition).ok()?;
        self.0.get(index).map(|(_, value)| value)
    }

    pub(super) fn iter(&self) -> core::slice::Iter<'_, (Partition, T)> {
        self.0.iter()
    }

    /// Keeps the values for which `keep` returns `true`.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&mut T) -> bool) {
        self.0.retain_mut(|(_, value)| keep(value));
    }

    fn search(&self, partition: &Partition) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.cmp(partition))
    }
}

impl<T: Default> PartitionMap<T> {
    /// Changes the value of the partition, after inserting the default if there is none.
    pub(super) fn update(&mut self, partition: &Partition, update: impl FnOnce(&mut T)) {
        let index = match self.search(partition) {
            Ok(index) => index,
            Err(index) => {
                self.0.insert(index, (partition.clone(), T::default()));
                index
            }
        };
        if let Some((_, value)) = self.0.get_mut(index) {
            update(value);
        }
    }
}

impl<T> Default for PartitionMap<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}
