//! [`Transaction`]: writes that are committed together or not at all.

use super::{KeyRange, Partition, Read};
use crate::error::Result;

/// The writes of one transaction. Its reads see them.
pub trait Transaction: Read {
    /// Sets the value of `key`, whether it is there or not. Begins with [`check_entry`](super::check_entry).
    ///
    /// # Errors
    ///
    /// [`Error::InvalidPartition`](crate::Error::InvalidPartition), [`Error::KeyTooLong`](crate::Error::KeyTooLong),
    /// [`Error::ValueTooLong`](crate::Error::ValueTooLong), and what the engine reports.
    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()>;

    /// Removes `key`; whether it was there.
    ///
    /// # Errors
    ///
    /// What the engine reports.
    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool>;

    /// Removes the entries of `range`; how many they were. With [`KeyRange::ALL`] the partition is gone.
    ///
    /// # Errors
    ///
    /// What the engine reports.
    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64>;
}

impl<T: Transaction + ?Sized> Transaction for &mut T {
    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        (**self).put(partition, key, value)
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        (**self).delete(partition, key)
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        (**self).delete_range(partition, range)
    }
}
