//! What runs on every target: natively, in a JavaScript engine, and under WASI.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // it is all tests

mod media;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
mod on_files;
mod over_redb;

use keyloft::layers::Scoped;
use keyloft_conformance::suite;
use keyloft_memory::MemoryBackend;
use keyloft_redb::RedbBackend;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
use std::prelude::v1::test as every_target;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as every_target;

use crate::over_redb::Redb;

suite!(memory, MemoryBackend::new, test = every_target);
suite!(redb, Redb, test = every_target);
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
suite!(redb_on_files, on_files::RedbOnFiles::default());

suite!(scoped_memory, || Scoped::new(MemoryBackend::new(), "tenant"), test = every_target);
suite!(scoped_redb, || Scoped::new(RedbBackend::in_memory().unwrap(), "a/b"), test = every_target);
