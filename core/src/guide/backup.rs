//! Backup and restore: a database as a stream, and as a copy of its file.
//!
//! ```
//! use std::fs::File;
//! use std::io::{BufReader, BufWriter};
//! use std::sync::Arc;
//!
//! use keyloft::prelude::*;
//! use keyloft::transfer;
//! use keyloft_memory::MemoryBackend;
//!
//! # let path = std::env::temp_dir().join(format!("keyloft-guide-{}.keyloft", std::process::id()));
//! let backend = MemoryBackend::new();
//! let jobs = Table::<JobId, u32>::new(Arc::new(backend.clone()), "jobs");
//! jobs.put(&"1".into(), &7)?;
//!
//! // Backup, while the program goes on: the stream is one snapshot.
//! let mut file = BufWriter::new(File::create(&path)?);
//! let saved = transfer::export(&backend, &mut file)?;
//! file.get_ref().sync_all()?;
//!
//! // Restore, into an empty backend of any kind.
//! let restored = MemoryBackend::new();
//! let read = transfer::import(&restored, || Ok(BufReader::new(File::open(&path)?)))?;
//! assert_eq!(read.digest, saved.digest);
//! assert_eq!(transfer::digest(&restored)?, saved.digest);
//! # std::fs::remove_file(&path)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Export
//!
//! An export contains every partition and every entry, those of the indexes too, so it needs no schemas and no types. It
//! is the same on every backend and every target: a file of redb, an in-memory database and a browser's database with the
//! same entries have the same stream, and the same [`digest`](crate::transfer::digest()). It holds one block and one entry
//! in memory, however large the database is.
//!
//! Writers go on meanwhile. The engine keeps the pages that the snapshot shows, so its file grows if much is written
//! during a long export.
//!
//! To export a part, wrap the backend in [`Scoped`](crate::layers::Scoped).
//!
//! # Import
//!
//! [`import`](crate::transfer::import) fills a backend that is empty, and
//! [`import_replacing`](crate::transfer::import_replacing) one that isn't. Both are one transaction: an error leaves the
//! backend as it was. The stream is opened by a closure because an engine may run the transaction again.
//!
//! A stream that is cut off, damaged, out of order or followed by more bytes is refused as
//! [`InvalidStream`](crate::Error::InvalidStream), with the position. Its checksum finds accidents, not forgery: import
//! only from those who may write to the target. [`verify`](crate::EntityReader::verify) finds index entries that
//! contradict their entities.
//!
//! # Copies of a file
//!
//! A file of redb that is closed is copied as any file. While it is open, a copy of the bytes may be of two commits.
//! `RedbBackend::checkpoint` prepares the file so that a copy which is taken *before the next commit* opens without a
//! recovery; keep writers out until the copy is done. An export needs no such pause.
//!
//! A file that was written in a browser opens natively and the other way round: `keyloft_opfs::download` and `upload` move
//! it, and so do the same calls of the npm package.
//!
//! # Check a backup
//!
//! An export that nobody has read back is a hope. Restore it into memory from time to time and compare the digests, as
//! above. `RedbBackend::check_integrity` reads a whole file and verifies every checksum, and `Options::check_on_open` does
//! that when a file is opened, for files that others may have changed.
//!
//! # After damage
//!
//! [`Corrupted`](crate::Error::Corrupted) says that the engine found damage. Restore a copy. If there is none, read what
//! can still be read: [`verify`](crate::EntityReader::verify) lists the entities that can't be decoded,
//! [`discard`](crate::EntityRepair::discard) removes one by the bytes of its key, and
//! [`reindex`](crate::EntityRepair::reindex) builds the indexes anew.
