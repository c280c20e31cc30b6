//! What an engine has to do: bytes, partitions, snapshots and transactions.
//!
//! The traits are for those who bring an engine and are object-safe: `Arc<dyn StorageBackend>` carries everything.
//! Those who store things use the [stores](crate::store), which are written once over these traits.

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
