//! [`Transaction`]: writes that are committed together or not at all.

use alloc::sync::Arc;

use super::{KeyRange, Notify, Partition, Read};
use crate::delegate_writes;
use crate::error::Result;

/// The writes of one transaction. Its reads see them at once; other readers see them after the commit.
///
/// [`StorageBackend::transact`](super::StorageBackend::transact) passes it to a body, and commits it when the body has
/// returned.
pub trait Transaction: Read {
    /// Stores `value` under `key`, and replaces an existing value.
    ///
    /// An implementation must call [`check_entry`](super::check_entry) first, so that every backend accepts the same
    /// entries. A refused put changes nothing, and the transaction stays usable.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidPartition`](crate::Error::InvalidPartition), [`Error::KeyTooLong`](crate::Error::KeyTooLong) or
    /// [`Error::ValueTooLong`](crate::Error::ValueTooLong), and the errors of the engine.
    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()>;

    /// Deletes `key`. Returns `true` if it existed.
    ///
    /// # Errors
    ///
    /// The errors of the engine.
    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool>;

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
