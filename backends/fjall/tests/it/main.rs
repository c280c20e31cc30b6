//! Tests of behaviour that only this backend has: folders and their errors, durability, crashes and group commit, and the suite
//! that every backend passes, in both durabilities.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails so")]
#![allow(clippy::indexing_slicing, clippy::as_conversions, reason = "a test fails so")]

mod crash;
mod damage;
mod durability;
mod fixture;
#[cfg(target_os = "linux")]
mod fork;
mod helpers;
#[cfg(target_os = "linux")]
mod limits;
mod many_partitions;
mod migration;
mod opening;
mod threads;

use keyloft_conformance::suite;
use keyloft_fjall::Durability;

use crate::fixture::Folders;

suite!(immediate, Folders::of(Durability::Immediate));
suite!(on_flush, Folders::of(Durability::OnFlush));
