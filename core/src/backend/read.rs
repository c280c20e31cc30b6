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
/// implement all ten: [`delegate_reads!`](crate::delegate_reads) does.
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
    /// [`ErrorKind::Corrupted`](crate::ErrorKind::Corrupted).
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

    /// Passes the value of each present key to `visit`, in any order, with the key's position in `keys`, which may be of
    /// several partitions.
    ///
    /// Tables read in this way before a change: the rows that it replaces, and the holders of unique values. The default
    /// calls [`get_many`](Self::get_many) for each run of keys of the same partition. Override it if one request can
    /// answer for several partitions.
    ///
    /// ```
    /// use keyloft::{Partition, Read, StorageBackendExt, Transaction};
    /// use keyloft_memory::MemoryBackend;
    ///
    /// let backend = MemoryBackend::new();
    /// let (notes, tags) = (Partition::from("notes"), Partition::from("tags"));
    /// backend.transaction(|tx| tx.put(&tags, b"1", b"food"))?;
    /// let mut found = Vec::new();
    /// backend.get_batch(&[(&notes, b"1"), (&tags, b"1")], &mut |position, value| {
    ///     found.push((position, value.to_vec()));
    /// })?;
    /// assert_eq!(found, [(1, b"food".to_vec())]);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of the engine.
    fn get_batch(&self, keys: &[(&Partition, &[u8])], visit: &mut dyn FnMut(usize, &[u8])) -> Result<()> {
        let mut first = 0;
        for run in keys.chunk_by(|(one, _), (other, _)| one == other) {
            match run {
                [(partition, key)] => drop(self.get(partition, key, &mut |value| visit(first, value))?),
                [(partition, _), ..] => {
                    let keys: Vec<&[u8]> = run.iter().map(|(_, key)| *key).collect();
                    self.get_many(partition, &keys, &mut |position, value| visit(first + position, value))?;
                }
                [] => {}
            }
            first += run.len();
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
    ///
    /// Each read of a table asks for it, so it must not cost a request. A snapshot or a transaction of an engine behind a
    /// network gets its stamp when it begins. The backend itself may return the newest stamp that came with an answer, if each
    /// answer carries the stamp of its state and the stamps of later states are newer.
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
