//! The traits of an engine: bytes, partitions, snapshots and transactions.
//!
//! They are for those who write an engine or a layer, and they are object-safe: everything works over
//! `Arc<dyn StorageBackend>`. Applications use the [stores](crate::store), which are written once over these traits.

mod delegate;
mod key_range;
mod key_span;
mod limits;
mod partition;
mod place;
mod read;
mod storage_backend;
mod transaction;
#[cfg(feature = "std")]
mod writer_lock;

/// The `Vec` of the code that [`delegate_reads!`](crate::delegate_reads) expands to, in a crate that may have no `std`.
#[doc(hidden)]
pub use alloc::vec::Vec as __Vec;

pub use key_range::{Direction, KeyRange};
pub use key_span::KeySpan;
pub(crate) use key_span::after_prefix;
pub use limits::{MAX_INDEX_KEY_LEN, MAX_KEY_LEN, MAX_PARTITION_LEN, MAX_VALUE_LEN, check_entry};
pub use partition::Partition;
#[cfg(test)]
pub(crate) use partition::SYSTEM_TABLES;
pub(crate) use partition::Scope;
pub use read::{Read, Visit};
pub use storage_backend::{Snapshot, StorageBackend, StorageBackendExt, TransactionBody};
pub use transaction::Transaction;
#[cfg(feature = "std")]
pub use writer_lock::{WriterGuard, WriterLock};
