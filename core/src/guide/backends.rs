//! Backends: which one fits, what layers add, and how to write one.
//!
//! ```
//! use std::sync::Arc;
//!
//! use keyloft::prelude::*;
//! use keyloft_memory::MemoryBackend;
//!
//! /// Code over tables takes any backend, as a value.
//! fn first_visit(backend: Arc<dyn StorageBackend>, user: &UserId) -> Result<bool> {
//!     let visits = Table::<UserId, u64>::new(backend, "visits");
//!     match visits.insert(user, &1) {
//!         Err(error) if matches!(error.kind(), ErrorKind::AlreadyExists { .. }) => Ok(false),
//!         inserted => inserted.map(|()| true),
//!     }
//! }
//!
//! // In a test. In a program: `Arc::new(keyloft_redb::RedbBackend::create("visits.redb")?)`.
//! let backend = Arc::new(MemoryBackend::new());
//! assert!(first_visit(backend.clone(), &"ada".into())?);
//! assert!(!first_visit(backend, &"ada".into())?);
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! # Which one
//!
//! | backend | keeps the data | choose it for |
//! | --- | --- | --- |
//! | `keyloft_memory::MemoryBackend` | in the process | tests, data that can be computed again, workers at the edge |
//! | `keyloft_redb::RedbBackend::create` | in one file | a program or a service on one machine |
//! | `RedbBackend::in_memory`, `with_storage` | in memory, or in any storage that redb runs on | tests of redb, or a storage that you implement |
//! | `keyloft_opfs::create` | in a browser's private files | Rust in a [browser](super::browser) |
//!
//! - *One process.* A redb file is open in one process, through one `RedbBackend` and its clones. A second opener gets
//!   [`DatabaseLocked`](crate::ErrorKind::DatabaseLocked). If several processes need the data, one of them serves it.
//! - *One writer.* Both engines run one transaction at a time; readers never wait for it. `keyloft-redb` shares one sync
//!   between waiting threads: see [group commit](super::async_services#group-commit).
//! - *Durability.* With redb, a commit is on the disk when the call returns. `Durability::OnFlush` defers that until a
//!   flush, for imports and for data that can be computed again.
//! - *Memory.* redb has a page cache of 1 GiB at most, 64 MiB in WebAssembly; `Options::cache_bytes` changes it.
//!
//! Data moves from one backend to another as a stream: see [backup](super::backup).
//!
//! # Layers
//!
//! A layer wraps a backend and is a backend. [`Observed`](crate::layers::Observed) adds a [change
//! feed](super::change_feed),
//! [`Scoped`](crate::layers::Scoped) makes one database look like several, for example one for each tenant, and
//! [`ReadOnly`](crate::layers::ReadOnly) refuses writes.
//!
//! ```
//! use std::sync::Arc;
//!
//! use keyloft::layers::{ReadOnly, Scoped};
//! use keyloft::prelude::*;
//! use keyloft_memory::MemoryBackend;
//!
//! let all: Arc<dyn StorageBackend> = Arc::new(MemoryBackend::new());
//! let acme: Arc<dyn StorageBackend> = Arc::new(Scoped::new(all.clone(), "acme"));
//! let jobs = Table::<JobId, u32>::new(acme.clone(), "jobs");
//! jobs.put(&"1".into(), &7)?;
//! assert_eq!(Table::<JobId, u32>::new(all, "jobs").count()?, 0);
//!
//! let report = Table::<JobId, u32>::new(Arc::new(ReadOnly::new(acme)), "jobs");
//! assert_eq!(report.count()?, 1);
//! assert_eq!(report.put(&"2".into(), &8).unwrap_err().code(), "ReadOnly");
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! A scope separates names, not trust: code that holds the wrapped backend can read everything. [Views](crate::access)
//! enforce rights.
//!
//! # Write a backend
//!
//! An engine implements three methods of [`Read`](crate::backend::Read), three of [`Transaction`](crate::Transaction), and
//! `snapshot` and `transact` of [`StorageBackend`](crate::StorageBackend). The documentation of these methods is the
//! contract. It must:
//!
//! - visit entries in byte order, in both directions, between bounds of every kind; reversed bounds select nothing;
//! - begin each `put` with [`check_entry`](crate::backend::check_entry), so that every backend refuses the same entries;
//! - run a body that sees its own writes, and commit all of it or nothing, also after a panic;
//! - refuse a transaction inside another one of the same thread, as [`WriterLock`](crate::backend::WriterLock) does;
//! - give its states a [stamp](crate::backend::CatalogStamp), or let each read and write look into the
//!   [catalog](crate::catalog);
//! - map its own errors to [`Error`](struct@crate::Error), with the original as the source, and never panic.
//!
//! `keyloft-conformance` tests all of that with one macro call:
//!
//! ```ignore
//! keyloft_conformance::suite!(MyBackend::new);
//! ```
//!
//! The example `own_backend` of that crate is a complete backend of about 150 lines that passes the suite.
