//! Tests in a dedicated worker of a browser, on real files.

#![cfg(all(target_family = "wasm", target_os = "unknown"))]
// A panic fails the test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod conformance;
mod cost;
mod damage;
mod files;
mod fixture;
mod locking;
mod notes;
mod unsynced;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
