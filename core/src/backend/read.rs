//! [`Read`]: the reads of bytes that backends, snapshots and transactions have in common.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::{BackendId, CatalogStamp, Direction, KeyRange, Partition};
use crate::clock::Clock;
use crate::delegate_reads;
use crate::error::Result;

/// The visitor of a scan. It takes the key and the value of an entry and continues or breaks the scan.
pub type Visit<'a> = dyn FnMut(&[u8], &[u8]) -> ControlFlow<()> + 'a;

/// Reads of bytes: from the newest committed state of a backend, from a snapshot, or from within a transaction.
///
/// Keys and values are passed to a visitor, which borrows them during the call. Nothing is copied.
///
/// A partition that was never written reads as empty. A key that is too long to be stored is absent, and reading it is
/// not an error.
///
/// An engine must implement the first three methods. It should override the others where it can be faster. A layer must
/// implement all nine: [`delegate_reads!`](crate::delegate_reads) does.
pub trait Read {
    /// Passes the value of `key` to `visit` once, and returns `true`. Returns `false` if the key is absent.
    ///
    /// # Errors
    ///
    /// The errors of the engine.
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool>;

    /// Passes the entries of `range` to `visit`, in the direction's key order, until `visit` breaks.
    ///
    /// A range whose bounds are reversed is empty. The scan of an empty range visits nothing and succeeds.
    ///
    /// A layer must pass on the scan of an empty range unchanged. A [`Feed`](crate::layers::Feed) sends one through the
    /// layers of a store to find out whether it observes the store's backend.
    ///
    /// # Errors
    ///
    /// The errors of the engine, even after some entries were visited. A scan that returns `Ok` has visited every entry
    /// up to the break. An engine that finds keys out of order must return
    /// [`Error::Corrupted`](crate::Error::Corrupted).
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

    /// Passes the value of each present key to `visit`, in any order, with the key's position in `keys`.
    ///
    /// The default calls [`get`](Self::get) for each key. Override it if a batch costs less.
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
    /// The default calls [`get`](Self::get). Override it if the engine need not read the value.
    ///
    /// # Errors
    ///
    /// The errors of the engine.
    fn contains(&self, partition: &Partition, key: &[u8]) -> Result<bool> {
        self.get(partition, key, &mut |_| ())
    }

    /// Returns the number of entries in `range`.
    ///
    /// The default scans the range. Override it if the engine counts without a scan.
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

    /// Returns the stamp of the catalogs in this state.
    ///
    /// The default returns `None`. Each read and write of a table then looks into the [catalog](crate::catalog), which
    /// costs a lookup. Override it with a [`SharedStamp`](super::SharedStamp). A transaction that has written to a
    /// [catalog](Partition::is_catalog) must return `None`.
    fn catalog_stamp(&self) -> Option<CatalogStamp> {
        None
    }

    /// Returns the identity of the backend that is read. A snapshot and a transaction have that of their backend.
    ///
    /// The default returns `None`. A store then can't refuse a transaction or a snapshot of another backend. Override it
    /// with the [`WriterLock::id`](super::WriterLock::id) of the engine, or with a [`BackendId::unique`] that the engine
    /// keeps.
    fn backend_id(&self) -> Option<BackendId> {
        None
    }

    /// Returns the time by which reads hide expired entities.
    ///
    /// The default asks the clock, as a backend itself must: each of its reads has the present time. Override it in snapshots
    /// and transactions with a [`ReadTime`](super::ReadTime). Otherwise two reads of the same one can show different entities,
    /// because some have expired in between.
    fn read_time(&self, clock: &dyn Clock) -> i64 {
        clock.now()
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
