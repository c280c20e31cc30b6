//! Tests in Node, which has no private files.

#![cfg(all(target_family = "wasm", target_os = "unknown"))]
// A panic fails the test.
#![allow(clippy::unwrap_used)]

use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn opening_fails_with_storage_unavailable() {
    for refused in [keyloft_opfs::open("app").await, keyloft_opfs::create("app").await] {
        assert_eq!(refused.unwrap_err().code(), "StorageUnavailable");
    }
}
