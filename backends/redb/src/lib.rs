#![doc = include_str!("../README.md")]
//!
//! # Inside
//!
//! A partition is a redb table of bytes. Reads share one snapshot of the newest commit with its tables open, which the
//! next commit drops before it is acknowledged: a caller reads its own commits, and no old pages stay in use. Durable
//! transactions of several threads share their syncs by group commit.

mod backend;
mod engine;
mod error;
mod group_commit;
mod inspected_storage;
mod interrupted_creation;
mod maintenance;
mod memory_file;
mod options;
mod path_lock;
mod snapshot;
mod table;
mod table_cache;
mod transaction;
mod undo_log;

pub use backend::RedbBackend;
pub use maintenance::Stats;
pub use memory_file::MemoryFile;
pub use options::{Durability, Options};
/// The bytes under a database, as redb uses them. Implement it to run redb on something else than a file.
pub use redb::StorageBackend as Storage;
