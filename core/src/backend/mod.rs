//! The traits of a backend: partitions of bytes, snapshots and transactions.
//!
//! An *engine* keeps the bytes, and a [*layer*](crate::layers) wraps an engine or another layer. Both are *backends*:
//! they implement [`StorageBackend`]. The traits are object-safe, and all code above them works over
//! `Arc<dyn StorageBackend>`.
//!
//! Only the author of an engine or a layer needs these traits. Applications use [tables](crate::store).

mod backend_id;
mod catalog_stamp;
mod delegate;
#[cfg(feature = "std")]
mod entered;
mod in_order;
mod key_range;
mod key_span;
mod limits;
mod listeners;
mod mapped;
mod partition;
mod place;
mod read;
mod read_ext;
mod read_time;
mod storage_backend;
mod transaction;
mod write;
#[cfg(feature = "std")]
mod writer_lock;

/// The types of the code that [`delegate_reads!`](crate::delegate_reads) and
/// [`delegate_writes!`](crate::delegate_writes) expand to, in a crate that may have no `std`.
#[doc(hidden)]
pub use alloc::{sync::Arc as __Arc, vec::Vec as __Vec};
#[doc(hidden)]
pub use mapped::{get_batch as __get_batch, write_batch as __write_batch};

pub use backend_id::BackendId;
pub(crate) use catalog_stamp::unique_number;
pub use catalog_stamp::{CatalogStamp, SharedStamp};
#[cfg(feature = "std")]
pub use entered::Entered;
pub(crate) use in_order::{EACH_KEY, SOME_KEYS, out_of_order, scan_in_order, scan_on};
pub use key_range::{Direction, KeyRange};
pub use key_span::KeySpan;
pub(crate) use key_span::after_prefix;
pub use limits::{MAX_INDEX_KEY_LEN, MAX_KEY_LEN, MAX_PARTITION_LEN, MAX_VALUE_LEN, check_entry};
#[cfg(feature = "std")]
pub use listeners::Listeners;
pub use listeners::Notify;
pub use partition::Partition;
#[cfg(test)]
pub(crate) use partition::SYSTEM_TABLES;
pub(crate) use partition::{CATALOG, Scope};
pub use read::{Read, Visit};
pub use read_ext::{Entries, ReadExt};
pub use read_time::ReadTime;
pub use storage_backend::{Snapshot, StorageBackend, StorageBackendExt, TransactionBody};
pub use transaction::Transaction;
pub use write::Write;
#[cfg(feature = "std")]
pub use writer_lock::{WriterGuard, WriterLock};
