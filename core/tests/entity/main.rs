//! Tables that `#[derive(Entity)]` describes.

#![cfg(feature = "derive")]
#![allow(clippy::unwrap_used, clippy::panic)] // the helpers of tests are tests
#![allow(clippy::trivially_copy_pass_by_ref)] // serde calls such functions with references

mod checked;
mod expiring_lists;
mod expiry;
mod indexes;
mod keys;
mod moved_wrongly;
mod redefined;
mod serde_attributes;
mod shapes;
mod tables;
mod upgrades;

use std::sync::Arc;

use keyloft::StorageBackend;
use keyloft_memory::MemoryBackend;

fn backend() -> Arc<dyn StorageBackend> {
    Arc::new(MemoryBackend::new())
}
