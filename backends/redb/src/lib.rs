#![doc = include_str!("../README.md")]
//!
//! # Inside
//!
//! A partition is a redb table of bytes. All reads share a cached snapshot of the newest commit, with its tables open.
//! The next commit drops the snapshot before it is acknowledged, so a caller reads its own commits, and old pages
//! become free. Durable transactions of several threads share their syncs by group commit.

mod backend;
mod engine;
mod error;
mod file_medium;
mod group_commit;
mod health;
mod held_snapshots;
mod interrupted_creation;
#[cfg(test)]
mod lost_sync_tests;
mod maintenance;
mod medium;
mod memory_file;
mod opening;
mod options;
mod path_lock;
mod snapshot;
mod sync;
mod table;
mod table_cache;
#[cfg(test)]
mod test_disk;
mod transaction;
mod undo_log;

pub use backend::RedbBackend;
pub use maintenance::Stats;
pub use memory_file::MemoryFile;
pub use options::{Durability, Options};
/// The storage of a database: the bytes that redb reads and writes. Implement it to run redb on something other than a
/// file.
pub use redb::StorageBackend as Storage;
