//! Tests of behaviour that only this backend has: files and their errors, durability, crashes, compaction, group commit and
//! cached snapshots. The behaviour of all backends is tested by `keyloft-conformance`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails so")]
#![allow(clippy::indexing_slicing, clippy::as_conversions, reason = "a test fails so")]

mod crash;
mod creation;
mod durability;
mod failures;
mod feed;
mod files;
#[cfg(target_os = "linux")]
mod fork;
mod helpers;
mod load;
mod maintenance;
mod migration;
mod opening;
#[cfg(any(target_os = "linux", target_vendor = "apple", windows))]
mod processes;
#[cfg(target_os = "linux")]
mod real_disk;
mod recovery;
#[cfg(any(target_os = "linux", target_vendor = "apple", windows))]
mod sharing;
#[cfg(any(target_os = "linux", target_vendor = "apple", windows))]
mod sharing_failures;
mod snapshots;
mod storage;
#[path = "../../src/test_disk.rs"]
mod test_disk;
mod threads;
mod transactions;
