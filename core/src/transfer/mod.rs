//! Export and import of a whole database, as one stream of bytes that every backend can write and read.
//!
//! [`export`] writes a backend's entries into a stream. [`import`] fills an empty backend from a stream, and
//! [`import_replacing`] one that is not empty. [`check`] reads a stream and stores nothing. The stream contains the entries of the indexes too, so an import needs no
//! schemas. Two backends with the same [`digest`] hold the same entries.
//!
//! ```
//! use std::sync::Arc;
//! use keyloft::prelude::*;
//! use keyloft::transfer;
//! use keyloft_memory::MemoryBackend;
//!
//! let (old, new) = (MemoryBackend::new(), MemoryBackend::new());
//! Table::<JobId, u32>::new(Arc::new(old.clone()), "jobs").put(&"1".into(), &7)?;
//!
//! let mut stream = Vec::new();
//! let exported = transfer::export(&old, &mut stream)?;
//! let imported = transfer::import(&new, || Ok(stream.as_slice()))?;
//!
//! // The second entry is the definition of the table, in the catalog.
//! assert_eq!((imported.partitions, imported.entries), (2, 2));
//! assert_eq!(imported, exported);
//! assert_eq!(transfer::digest(&new)?, exported.digest);
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! [`Export`] and [`Import`] have more choices: some tables, a snapshot that is held, an open transaction, progress and
//! cancellation. To move a whole scope, wrap the backend in [`Scoped`](crate::layers::Scoped).
//!
//! # The stream
//!
//! Numbers are little-endian.
//!
//! | part | bytes | content |
//! | --- | --- | --- |
//! | header | 8 | `89 4B 4C 4F 46 54 0D 0A` |
//! | | 4 | the version of the format, 2 |
//! | block | 4 | the length of the records: 65,536, or 1 to 65,536 in the last block |
//! | | 1 to 65,536 | records |
//! | | 16 | the digest, XXH3-128, of the records of all blocks up to here |
//! | end | 4 | 0 |
//! | | 3 × 8 | the number of partitions, of entries, and of the bytes of their keys and values |
//!
//! A record may begin in one block and end in another. A partition comes before its entries. Partitions are in the order
//! of their names, entries in the order of their keys. So the same entries give the same stream on every backend.
//!
//! | record | bytes | content |
//! | --- | --- | --- |
//! | partition | 1 | 1 |
//! | | 2 | the length of its name |
//! | | | its name |
//! | entry | 1 | 2 |
//! | | 2 + 4 | the lengths of the key and the value |
//! | | | the key and the value |
//!
//! # What an import refuses
//!
//! An import returns [`InvalidStream`] for a stream that is cut off, damaged, out of order or followed by more bytes.
//! The target is then unchanged. An import reads one block at a time, checks its digest before its records, and trusts
//! no length in it. Export and import each keep one block and one entry in memory, besides the transaction of the
//! target's engine.
//!
//! The digest detects accidents, not forgery. Import a stream only from somebody who may write to the target. A forged
//! stream can contain false data, but it can't break a limit of the backend. [`verify`](crate::EntityReader::verify)
//! finds index entries that contradict their entities, and [`reindex`](crate::EntityRepair::reindex) repairs them.
//!
//! [`InvalidStream`]: crate::ErrorKind::InvalidStream

mod batch;
mod block;
mod digest;
mod export;
mod import;
mod progress;
mod record;
mod sink;
mod source;
mod summary;
#[cfg(test)]
mod tests;

pub use digest::{Digest, digest};
pub use export::{Export, export};
pub use import::{Import, check, import, import_replacing};
pub use progress::Progress;
pub use sink::Sink;
pub use source::Source;
pub use summary::Summary;
