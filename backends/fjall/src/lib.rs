#![doc = include_str!("../README.md")]
//!
//! # Inside
//!
//! One keyspace of fjall holds all partitions, each under its number. A transaction keeps its writes in memory, and becomes one
//! batch of fjall when its body has succeeded. Readers share a snapshot of the newest commit that was synced. Durable
//! transactions of several threads share their syncs by group commit.

mod backend;
mod engine;
mod error;
mod failed_sync;
#[cfg(test)]
mod failed_sync_tests;
mod folder;
mod group_commit;
mod health;
mod maintenance;
mod numbers;
mod opened;
mod options;
mod partition_key;
mod reader;
mod torn_journal;
mod transaction;
mod view;
mod writes;

pub use backend::FjallBackend;
pub use options::{Durability, Options};
