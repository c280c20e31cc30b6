#![doc = include_str!("../README.md")]
//!
//! # Inside
//!
//! A partition is a redb table of bytes. All reads share a cached snapshot of the newest commit, with its tables open.
//! The next commit drops the snapshot before it is acknowledged, so a caller reads its own commits, and old pages
//! become free. Durable transactions of several threads share their syncs by group commit.

mod backend;
mod catalog_count;
mod engine;
mod error;
mod file_medium;
mod group_commit;
mod handle;
mod health;
mod held_snapshots;
mod interrupted_creation;
mod latest;
#[cfg(test)]
mod lost_sync_tests;
mod maintenance;
mod medium;
mod memory_file;
#[cfg(target_os = "linux")]
mod network;
mod opening;
mod options;
mod path_lock;
mod published;
#[cfg(not(target_family = "wasm"))]
mod recovery;
#[cfg(test)]
mod shared_cache_tests;
mod sharing;
mod snapshot;
mod sync;
mod table;
mod table_cache;
#[cfg(test)]
mod test_disk;
mod transaction;
#[cfg(not(target_family = "wasm"))]
mod turn;
mod undo_log;
#[cfg(not(target_family = "wasm"))]
mod watcher;

pub use backend::RedbBackend;
pub use maintenance::Stats;
pub use memory_file::MemoryFile;
pub use options::{Durability, Options};
/// The storage of a database: the bytes that redb reads and writes. Implement it to run redb on something other than a
/// file.
pub use redb::StorageBackend as Storage;
pub use sharing::Sharing;
