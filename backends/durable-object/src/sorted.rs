//! [`Sorted`]: a small map.

use keyloft::Partition;

/// Values by partition, sorted by the names. A B-tree would take more code in the npm package, and there are few partitions.
pub(crate) struct Sorted<T>(Vec<(Partition, T)>);

impl<T> Default for Sorted<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Sorted<T> {
    pub(crate) fn get(&self, partition: &Partition) -> Option<&T> {
        let index = self.find(partition).ok()?;
        self.0.get(index).map(|(_, value)| value)
    }

    /// Returns the value of a partition, which gets the default if it has none. It is never `None`.
    pub(crate) fn or_default(&mut self, partition: &Partition) -> Option<&mut T>
    where
        T: Default,
    {
        let index = self.find(partition).unwrap_or_else(|index| {
            self.0.insert(index, (partition.clone(), T::default()));
            index
        });
        self.0.get_mut(index).map(|(_, value)| value)
    }

    /// Sets the value of a partition.
    pub(crate) fn set(&mut self, partition: Partition, value: T) {
        match self.find(&partition) {
            Ok(index) => drop(self.0.get_mut(index).map(|(_, old)| *old = value)),
            Err(index) => self.0.insert(index, (partition, value)),
        }
    }

    /// Keeps the values of which `keep` returns `true`.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&mut T) -> bool) {
        self.0.retain_mut(|(_, value)| keep(value));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(Partition, T)> {
        self.0.iter()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn find(&self, partition: &Partition) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.cmp(partition))
    }
}
