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
//! | `keyloft_redb::RedbBackend::create` | in one file | a program or a service on one machine, if nothing speaks against it |
//! | `keyloft_fjall::FjallBackend::create` | in a folder | the same, if durable writes matter more than reads |
//! | `RedbBackend::in_memory`, `with_storage` | in memory, or in any storage that redb runs on | tests of redb, or a storage that you implement |
//! | `keyloft_opfs::create` | in a browser's private files | Rust in a [browser](super::browser) |
//! | the npm package in Node, Deno or Bun | in one file, that of `keyloft_redb` | JavaScript on a machine |
//! | `keyloft_postgres::PostgresBackend` | on a PostgreSQL server | data that several machines share |
//! | `keyloft_durable_object::DurableObjectBackend`, or the npm package | in the SQLite storage of a Durable Object | the edge, with an object for each tenant |
//!
//! - *One process, or several.* A redb file or a fjall folder is open in one process, through one handle and its clones. A second
//!   opener gets [`DatabaseLocked`](crate::ErrorKind::DatabaseLocked). A redb file can also be
//!   [shared](#several-processes-on-one-file), and PostgreSQL serves several machines.
//! - *One writer.* Every engine but PostgreSQL runs one transaction at a time; readers never wait for it. `keyloft-redb` and `keyloft-fjall`
//!   share one sync between waiting threads: see [group commit](super::async_services#group-commit).
//! - *Durability.* With redb and fjall, a commit is on the disk when the call returns. `Durability::OnFlush` defers that until
//!   a flush, for imports and for data that can be computed again.
//! - *Memory.* redb has a page cache of 1 GiB at most, 64 MiB in WebAssembly, and fjall a cache of 256 MiB;
//!   `Options::cache_bytes` changes it. fjall also keeps the newest writes in memory, usually up to 64 MiB.
//!
//! ## redb or fjall
//!
//! redb changes pages of a tree, so a small commit writes several pages. fjall appends to a journal, and its threads merge sorted
//! files later, so a commit is one append, and a read looks into memory and several files. The time of a table on fjall
//! relative to the same table on redb, in one run over 100,000 users on two shared cores; less is better for fjall:
//!
//! | work | fjall / redb |
//! | --- | ---: |
//! | one durable put | 0.5, and 1.0 where the disk takes 4 ms for each sync |
//! | put, batches of 1,000 | 0.25 |
//! | put, batches of 1,000, with a unique index | 0.4 |
//! | `load` | 1.1 |
//! | prefix of 100 | 1.5 |
//! | full scan | 1.8 |
//! | get, find by a unique index | 2.2, 2.5 |
//!
//! So fjall is for logs, events, counters and queues, whose rows are written one by one and read seldom. redb is the better
//! choice for everything that is read more than it is written. Besides:
//!
//! - redb knows the number of a table's rows and deletes a table at once. fjall reads all keys for both.
//! - redb runs on any storage, in memory, in browsers and under WASI. fjall needs files, threads and file locks.
//! - A snapshot that is held makes a redb file grow with each commit. fjall keeps the replaced rows and files, which is less.
//! - A redb file is one file to copy. A fjall folder has many: stop the program, or export.
//!
//! Data moves from one backend to another as a stream: see [backup](super::backup).
//!
//! ## Several processes on one file
//!
//! A redb file can be open in several processes of one machine, if all of them ask for it:
//!
//! | opened with | who writes | beside it |
//! | --- | --- | --- |
//! | `RedbBackend::create` | this process | nobody |
//! | `options().sharing(Sharing::SingleWriter)` | this process | readers |
//! | `options().sharing(Sharing::MultiWriter)` | this process and others, in turns | readers |
//! | `RedbBackend::open_read_only` | nobody, or one of the two above | readers |
//!
//! Choose `SingleWriter` for a service with reports, backups or tools beside it, and `MultiWriter` for several processes that each
//! write little, such as the workers of a web server. A second sync makes each commit slower, and each reader looks at the file for
//! the newest commit: the README of `keyloft-redb` has the costs. One process that serves the others is faster if they write much,
//! because its threads share their syncs. For several machines choose PostgreSQL: a file of a network can't be shared.
//!
//! A watch over all processes needs a [change log](super::change_log).
//!
//! # Layers
//!
//! A layer wraps a backend and is a backend. [`Observed`](crate::layers::Observed) adds a [change
//! feed](super::change_feed),
//! [`Scoped`](crate::layers::Scoped) makes one database look like several, for example one for each tenant,
//! [`ReadOnly`](crate::layers::ReadOnly) refuses writes, and [`Instrumented`](crate::layers::Instrumented) counts and times what
//! passes through it, for a status page or, with the feature `tracing`, for a log.
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
