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
//! // Backup, while the program runs: the stream is one snapshot.
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
//! An export contains all entries of all partitions, with those of the indexes and of the [catalog](crate::catalog), so it
//! needs no schemas and no types. A table that is restored has the definition that it had then, also in the middle of a
//! [migration](super::migrations), which the next run resumes. The stream is the same on every backend and every target: a redb file, an in-memory database and a browser's database with
//! the same entries have the same stream and the same [`digest`](crate::transfer::digest()). An export needs memory for
//! one block and one entry, however large the database is.
//!
//! Writers continue during an export. The engine keeps the pages that the snapshot shows, so its file grows if much is
//! written during a long export.
//!
//! A second process can export a redb file of a running server, if the server [shares](super::backends) it: it opens the file with
//! `RedbBackend::open_read_only`.
//!
//! To export only one scope, export the [`Scoped`](crate::layers::Scoped) layer.
//!
//! # Import
//!
//! [`import`](crate::transfer::import) fills a backend that is empty, and
//! [`import_replacing`](crate::transfer::import_replacing) one that isn't. Both are one transaction: an error leaves the
//! backend unchanged. The stream is opened by a closure because an engine may run the transaction again.
//!
//! A stream that is cut off, damaged, out of order or followed by more bytes is refused as
//! [`InvalidStream`](crate::ErrorKind::InvalidStream), with the position. Its checksum detects accidents, not forgery:
//! import only streams whose authors may write to the target. [`verify`](crate::EntityReader::verify) finds index entries
//! that contradict their entities.
//!
//! # Copies of a file
//!
//! A closed redb file can be copied like any other file. While it is open, a copy may mix the bytes of two commits. To copy
//! an open file, stop all writers, call `RedbBackend::checkpoint`, and copy the file before the next commit. The copy opens
//! without a recovery, which also means without a look at its checksums: open it with `Options::check_on_open` once, to know
//! that it is sound. An export needs no such pause.
//!
//! A file that was written in a browser opens natively, and a native file opens in a browser. `keyloft_opfs::download` and
//! `upload` move it, and so do the methods of these names in the npm package.
//!
//! # Check a backup
//!
//! A backup that was never restored may not work. Restore it into memory from time to time and compare the digests, as
//! above. `RedbBackend::check_integrity` reads a whole file and verifies every checksum, and `Options::check_on_open` does
//! that at every opening, for files that other programs may have changed.
//!
//! # Find damage early
//!
//! A file can be damaged where no program reads it for months, until the backups have the damage too. A
//! [`Scrub`](crate::scrub::Scrub) reads everything in small steps while the program runs, at a limited speed, and lists the damaged
//! entries. A scrub of the tables that it is given checks them by their types, and compares them with their indexes.
//!
//! Reads of a damaged file can also go wrong silently: if pages are swapped, the engine visits keys out of order. Reads that go on
//! from key to key, such as [`iter`](crate::EntityReader::iter) and pages, notice that and return `Corrupted`. `scan`, `visit`
//! and `count` make one visit and leave it to the engine, because the comparison would cost as much as the visit.
//!
//! # After damage
//!
//! [`Corrupted`](crate::ErrorKind::Corrupted) says that the engine found damage, or that the checksum of an entity does not fit its
//! key and its bytes. Restore a backup. If there is none, repair the tables. [`verify`](crate::EntityReader::verify) lists the
//! entities that can't be read,
//! [`discard`](crate::EntityRepair::discard) removes one by the bytes of its key, and
//! [`reindex`](crate::EntityRepair::reindex) rebuilds the indexes.
