//! The redb backend of [Keyloft](keyloft): one file on a disk, or memory, or any other storage that
//! [redb](https://docs.rs/redb) runs on, on every target with `std`.
//!
//! ```
//! use std::sync::Arc;
//! use keyloft::{EntityStore, JobId, SystemTableStore};
//! use keyloft_redb::RedbBackend;
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join("jobs.redb");
//! let jobs = SystemTableStore::<JobId, u32>::new(Arc::new(RedbBackend::create(&path)?), "jobs");
//! jobs.put(&"1".into(), &7)?;
//! drop(jobs);
//!
//! let jobs = SystemTableStore::<JobId, u32>::new(Arc::new(RedbBackend::open(&path)?), "jobs");
//! assert_eq!(jobs.get(&"1".into())?, Some(7));
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! A partition is a redb table of bytes. Reads share one view of the newest commit, with its tables open, which is let
//! go before the next commit is acknowledged: a caller always reads its own commits, and no old pages stay pinned.
//!
//! Durable transactions of several threads share their syncs: those that wait while one runs follow it in one redb
//! transaction, each all or nothing, and all of them return when that is on the disk. A thread by itself waits for no one.
//!
//! A process that ends while it creates a database leaves a file that is not one yet. It counts as missing: `open` says
//! so, and `create` begins anew. A file with anything else in it is never overwritten.
//!
//! # What it is not
//!
//! Not a database that processes share: one process has the file open, through one [`RedbBackend`] and its clones.
//! The system enforces that where it locks files. On WASI nothing does, and only a second open in the same process is
//! refused: run one instance per file there.

mod backend;
mod bytes;
mod checked;
mod claim;
mod engine;
mod error;
mod group;
mod maintenance;
mod options;
mod remains;
mod tables;
mod transaction;
mod turn;
mod undo;
mod view;

pub use backend::RedbBackend;
pub use bytes::Bytes;
pub use maintenance::Stats;
pub use options::{Durability, Options};
/// What bytes are kept in, as redb sees it: implement it to run redb on something else than a file.
pub use redb::StorageBackend as Storage;
