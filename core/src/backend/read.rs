//! [`Read`]: what can be read, from the newest state, a snapshot or a transaction alike.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::{Direction, KeyRange, Partition};
use crate::error::Result;

/// Takes an entry of a scan, key and value, and says whether it goes on.
pub type Visit<'a> = dyn FnMut(&[u8], &[u8]) -> ControlFlow<()> + 'a;

/// Reads of bytes. The bytes are lent to a visitor while the call lasts: nothing is copied that the caller does not
/// copy.
///
/// A partition that was never written reads as empty. A key that is too long to be stored is not there.
pub trait Read {
    /// Lends the value of `key` to `visit`; whether there is one.
    ///
    /// # Errors
    ///
    /// What the engine reports.
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool>;

    /// Lends the entries of `range` to `visit` in key order, from the lower bound up or from the upper bound down,
    /// until it breaks. An empty range, its bounds the wrong way round included, has no entries.
    ///
    /// # Errors
    ///
    /// What the engine reports, also in the middle: a scan that returns `Ok` has visited everything it was to visit.
    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()>;

    /// The partitions that hold a key, in the order of their names.
    ///
    /// # Errors
    ///
    /// What the engine reports.
    fn partitions(&self) -> Result<Vec<Partition>>;

    /// Lends the values of those of `keys` that are there to `visit`, with their places in `keys`, in any order.
    ///
    /// Override it where many at once cost less than one by one.
    ///
    /// # Errors
    ///
    /// What the engine reports.
    fn get_many(
        &self,
        partition: &Partition,
        keys: &[&[u8]],
        visit: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<()> {
        for (place, key) in keys.iter().enumerate() {
            self.get(partition, key, &mut |value| visit(place, value))?;
        }
        Ok(())
    }

    /// Whether `key` is there. Override it where that costs less than its value.
    ///
    /// # Errors
    ///
    /// What the engine reports.
    fn contains(&self, partition: &Partition, key: &[u8]) -> Result<bool> {
        self.get(partition, key, &mut |_| ())
    }

    /// The number of entries in `range`. Override it where that costs less than a scan.
    ///
    /// # Errors
    ///
    /// What the engine reports.
    fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        let mut count = 0;
        self.scan(partition, range, Direction::Forward, &mut |_, _| {
            count += 1;
            ControlFlow::Continue(())
        })?;
        Ok(count)
    }
}

macro_rules! forward_read {
    ($($pointer:ty),+) => {$(
        impl<T: Read + ?Sized> Read for $pointer {
            fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
                (**self).get(partition, key, visit)
            }

            fn scan(
                &self,
                partition: &Partition,
                range: KeyRange<'_>,
                direction: Direction,
                visit: &mut Visit<'_>,
            ) -> Result<()> {
                (**self).scan(partition, range, direction, visit)
            }

            fn partitions(&self) -> Result<Vec<Partition>> {
                (**self).partitions()
            }

            fn get_many(
                &self,
                partition: &Partition,
                keys: &[&[u8]],
                visit: &mut dyn FnMut(usize, &[u8]),
            ) -> Result<()> {
                (**self).get_many(partition, keys, visit)
            }

            fn contains(&self, partition: &Partition, key: &[u8]) -> Result<bool> {
                (**self).contains(partition, key)
            }

            fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
                (**self).count(partition, range)
            }
        }
    )+};
}

forward_read!(&T, &mut T, Arc<T>);
