//! [`PerPartition`]: a thing of each partition.

use alloc::vec::Vec;

use crate::backend::Partition;

/// A thing of each of some partitions, in the order of their names. They are few: a search in a list of them is quick,
/// and takes less code than a tree.
pub(super) struct PerPartition<T>(Vec<(Partition, T)>);

impl<T> PerPartition<T> {
    pub(super) fn get(&self, partition: &Partition) -> Option<&T> {
        let place = self.place(partition).ok()?;
        self.0.get(place).map(|(_, thing)| thing)
    }

    pub(super) fn iter(&self) -> core::slice::Iter<'_, (Partition, T)> {
        self.0.iter()
    }

    /// Keeps the things that `keep` says so of.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&mut T) -> bool) {
        self.0.retain_mut(|(_, thing)| keep(thing));
    }

    fn place(&self, partition: &Partition) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.cmp(partition))
    }
}

impl<T: Default> PerPartition<T> {
    /// Changes the partition's thing, which is there from now on.
    pub(super) fn change(&mut self, partition: &Partition, change: impl FnOnce(&mut T)) {
        let place = match self.place(partition) {
            Ok(place) => place,
            Err(place) => {
                self.0.insert(place, (partition.clone(), T::default()));
                place
            }
        };
        if let Some((_, thing)) = self.0.get_mut(place) {
            change(thing);
        }
    }
}

impl<T> Default for PerPartition<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}
