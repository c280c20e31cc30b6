//! In Node, where there is no browser at all.

#![cfg(all(target_family = "wasm", target_os = "unknown"))]
// They are what fails a test.
#![allow(clippy::unwrap_used)]

use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn it_says_that_there_are_no_such_files() {
    for refused in [keyloft_opfs::open("app").await, keyloft_opfs::create("app").await] {
        assert_eq!(refused.unwrap_err().code(), "StorageUnavailable");
    }
}
