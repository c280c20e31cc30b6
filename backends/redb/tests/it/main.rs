//! What is redb's own: files and their errors, durability, crashes, compaction, and views that are let go in time.
//! What every backend does is in `keyloft-conformance`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails so")]
#![allow(clippy::indexing_slicing, clippy::as_conversions, reason = "a test fails so")]

mod crash;
mod creation;
mod durability;
mod helpers;
mod load;
mod maintenance;
mod opening;
mod snapshots;
mod storage;
mod threads;
mod transactions;
