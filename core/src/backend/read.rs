//! [`Read`]: the reads of bytes that backends, snapshots and transactions have in common.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::{Direction, KeyRange, Partition};
use crate::delegate_reads;
use crate::error::Result;

/// The visitor of a scan. It takes the key and the value of an entry and continues or breaks the scan.
pub type Visit<'a> = dyn FnMut(&[u8], &[u8]) -> ControlFlow<()> + 'a;

/// Reads of bytes: from the newest committed state of a backend, from a snapshot, or from within a transaction.
///
/// Keys and values are lent to a visitor for the length of the call; nothing is copied unless the caller copies it.
///
/// A partition that was never written reads as empty. A key that is too long to be stored is absent; reading it is not
/// an error.
///
/// An engine implements the first three methods, and overrides the others where it has a faster way. A layer passes
/// all six on: [`delegate_reads!`](crate::delegate_reads) writes them.
pub trait Read {
    /// Lends the value of `key` to `visit`, once, and returns `true`; returns `false` if the key is absent.
    ///
    /// # Errors
    ///
    /// The errors of the engine.
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool>;

    /// Lends the entries of `range` to `visit` in key order, ascending or descending, until it breaks.
    ///
    /// A range whose bounds are reversed is empty. The scan of an empty range visits nothing and succeeds. A layer
    /// passes it on all the same, unchanged: a [`Feed`](crate::layers::Feed) finds out by such a scan whether a store is
    /// over its backend.
    ///
    /// # Errors
    ///
    /// The errors of the engine, also in the middle of the scan. A scan that returns `Ok` has visited every entry up to
    /// the break; an engine that meets keys out of order returns [`Error::Corrupted`](crate::Error::Corrupted).
    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()>;

    /// Returns the partitions that hold at least one key, in the order of their names.
    ///
    /// # Errors
    ///
    /// The errors of the engine.
    fn partitions(&self) -> Result<Vec<Partition>>;

    /// Lends the values of those `keys` that are present to `visit`, each with its position in `keys`, in any order.
    ///
    /// The default calls [`get`](Self::get) for each key. Override it where a batch costs less.
    ///
    /// # Errors
    ///
    /// The errors of the engine.
    fn get_many(
        &self,
        partition: &Partition,
        keys: &[&[u8]],
        visit: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<()> {
        for (position, key) in keys.iter().enumerate() {
            self.get(partition, key, &mut |value| visit(position, value))?;
        }
        Ok(())
    }

    /// Returns `true` if `key` is present.
    ///
    /// The default calls [`get`](Self::get). Override it where the value need not be read.
    ///
    /// # Errors
    ///
    /// The errors of the engine.
    fn contains(&self, partition: &Partition, key: &[u8]) -> Result<bool> {
        self.get(partition, key, &mut |_| ())
    }

    /// Returns the number of entries in `range`.
    ///
    /// The default scans the range. Override it where counting costs less.
    ///
    /// # Errors
    ///
    /// The errors of the engine.
    fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        let mut count = 0;
        self.scan(partition, range, Direction::Forward, &mut |_, _| {
            count += 1;
            ControlFlow::Continue(())
        })?;
        Ok(count)
    }
}

impl<T: Read + ?Sized> Read for &T {
    delegate_reads!(self => **self);
}

impl<T: Read + ?Sized> Read for &mut T {
    delegate_reads!(self => **self);
}

impl<T: Read + ?Sized> Read for Arc<T> {
    delegate_reads!(self => **self);
}
