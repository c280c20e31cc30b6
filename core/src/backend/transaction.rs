//! [`Transaction`]: writes that are committed together or not at all.

use alloc::sync::Arc;

use super::{KeyRange, Notify, Partition, Read, Write};
use crate::delegate_writes;
use crate::error::Result;

/// The writes of one transaction. Its reads see them at once; other readers see them after the commit.
///
/// [`StorageBackend::transact`](super::StorageBackend::transact) passes it to a body, and commits it when the body has
/// returned.
///
/// [`put`](Self::put) and [`write_batch`](Self::write_batch) tell nothing of the state. So an engine behind a network may keep
/// such writes until the body reads or the transaction commits, and send them together. An error of the engine may then
/// come with a later call.
pub trait Transaction: Read {
    /// Stores `value` under `key`, and replaces an existing value.
    ///
    /// An implementation must call [`check_entry`](super::check_entry) first, so that every backend accepts the same
    /// entries. A refused put changes nothing, and the transaction stays usable.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPartition`](crate::ErrorKind::InvalidPartition), [`ErrorKind::KeyTooLong`](crate::ErrorKind::KeyTooLong) or
    /// [`ErrorKind::ValueTooLong`](crate::ErrorKind::ValueTooLong), and the errors of the engine.
    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()>;

    /// Deletes `key`. Returns `true` if it existed.
    ///
    /// # Errors
    ///
    /// The errors of the engine.
    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool>;

    /// Deletes `keys`, which may have duplicates. Returns the number of those that existed.
    ///
    /// The default calls [`delete`](Self::delete) for each key. Override it if a batch costs less.
    ///
    /// # Errors
    ///
    /// The errors of the engine. After an error some keys may be deleted.
    fn delete_many(&mut self, partition: &Partition, keys: &[&[u8]]) -> Result<u64> {
        let mut deleted = 0;
        for key in keys {
            deleted += u64::from(self.delete(partition, key)?);
        }
        Ok(deleted)
    }

    /// Makes these writes, in their order where they are of the same key. The partitions and the keys may repeat.
    ///
    /// The default makes one after the other. Override it if a batch costs less.
    ///
    /// ```
    /// use keyloft::backend::Write;
    /// use keyloft::{Partition, Read, StorageBackendExt, Transaction};
    /// use keyloft_memory::MemoryBackend;
    ///
    /// let backend = MemoryBackend::new();
    /// let (notes, tags) = (Partition::from("notes"), Partition::from("tags"));
    /// backend.transaction(|tx| {
    ///     tx.write_batch(&[Write::put(&notes, b"1", b"milk"), Write::put(&tags, b"1", b"food")])?;
    ///     tx.write_batch(&[Write::delete(&tags, b"1")])
    /// })?;
    /// assert!(backend.contains(&notes, b"1")? && !backend.contains(&tags, b"1")?);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`put`](Self::put). After an error some of the writes may be made.
    fn write_batch(&mut self, writes: &[Write<'_>]) -> Result<()> {
        for &Write { partition, key, value } in writes {
            match value {
                Some(value) => self.put(partition, key, value)?,
                None => drop(self.delete(partition, key)?),
            }
        }
        Ok(())
    }

    /// Deletes the entries of `range`. Returns their number. [`KeyRange::ALL`] deletes the partition.
    ///
    /// # Errors
    ///
    /// The errors of the engine.
    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64>;

    /// Notifies `listener` when this transaction has been committed.
    ///
    /// An engine does so once, in the order of the commits, and before `transact` returns for this or a later transaction. It
    /// does not do so if the transaction fails, or for an earlier run of the body. The listener must not use the backend.
    ///
    /// The default does nothing. An engine that [commits in order](super::StorageBackend::commits_in_order), and may acknowledge
    /// a later transaction first, should override it. Otherwise an [`Observed`](crate::layers::Observed) layer waits until the
    /// earlier one is acknowledged.
    fn on_commit(&mut self, listener: Arc<dyn Notify>) {
        drop(listener);
    }
}

impl<T: Transaction + ?Sized> Transaction for &mut T {
    delegate_writes!(self => **self);
}
