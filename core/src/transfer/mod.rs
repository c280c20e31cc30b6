//! A whole database as one portable stream of bytes, from any backend into any other.
//!
//! [`export`] writes what a backend holds, [`import`] fills an empty backend with it, [`import_replacing`] one that is
//! not empty. All keys and values are in the stream, those of the indexes included: an import needs no schemas. A
//! [`digest`] tells whether two backends hold the same.
//!
//! ```
//! use std::sync::Arc;
//! use keyloft::{EntityStore, JobId, SystemTableStore, transfer};
//! use keyloft_memory::MemoryBackend;
//!
//! let (old, new) = (MemoryBackend::new(), MemoryBackend::new());
//! SystemTableStore::<JobId, u32>::new(Arc::new(old.clone()), "jobs").put(&"1".into(), &7)?;
//!
//! let mut stream = Vec::new();
//! let exported = transfer::export(&old, &mut stream)?;
//! let imported = transfer::import(&new, || Ok(stream.as_slice()))?;
//!
//! assert_eq!((imported.partitions, imported.entries), (1, 1));
//! assert_eq!(imported, exported);
//! assert_eq!(transfer::digest(&new)?, exported.digest);
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! To move a part of a database, wrap it in [`Scoped`](crate::layers::Scoped).
//!
//! # The stream
//!
//! Numbers are little-endian.
//!
//! | part | bytes | what |
//! | --- | --- | --- |
//! | header | 8 | `89 4B 4C 4F 46 54 0D 0A` |
//! | | 4 | the version of the format, 1 |
//! | block | 4 | the length of its content: 65,536, in the last block 1 to 65,536 |
//! | | 65,536 at most | content |
//! | | 16 | the digest of the content of all blocks up to here |
//! | end | 4 | 0 |
//! | | 3 × 8 | the number of partitions, of entries, and of the bytes of their keys and values |
//!
//! The content is a sequence of records, which take no notice of where blocks end. A partition comes before its entries.
//! Partitions are in the order of their names, entries in that of their keys. So the same entries are the same stream,
//! whatever backend they are exported from.
//!
//! | record | bytes | what |
//! | --- | --- | --- |
//! | partition | 1 | 1 |
//! | | 2 | the length of its name |
//! | | | its name, as it is stored |
//! | entry | 1 | 2 |
//! | | 2 + 4 | the lengths of key and value |
//! | | | the key, the value |
//!
//! # What an import refuses
//!
//! A stream that is cut off, damaged, in another order or followed by anything is [`InvalidStream`], and the target is
//! as it was. The stream is read a block at a time, and a block is looked at when its digest is right; of the lengths
//! in it none is trusted. Neither side holds more than a block and an entry, apart from what the target's engine
//! holds of a transaction.
//!
//! The digest finds accidents. It does not find forgery: take streams from those whom you would let write to the
//! target. What they can forge is data, never more: entities and index entries that contradict each other are found by
//! [`verify`](crate::EntityStore::verify), and [`reindex`](crate::EntityStore::reindex) mends them.
//!
//! [`InvalidStream`]: crate::Error::InvalidStream

mod block;
mod digest;
mod export;
mod import;
mod record;
mod sink;
mod source;
mod summary;
#[cfg(test)]
mod tests;

pub use digest::{Digest, digest};
pub use export::export;
pub use import::{import, import_replacing};
pub use sink::Sink;
pub use source::Source;
pub use summary::Summary;
