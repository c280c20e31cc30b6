//! On a page's main thread, where a browser gives no synchronous files.

#![cfg(all(target_family = "wasm", target_os = "unknown"))]
// They are what fails a test.
#![allow(clippy::unwrap_used)]

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn everything_says_where_to_use_it() {
    let refused = [
        keyloft_opfs::open("app").await.map(drop),
        keyloft_opfs::create("app").await.map(drop),
        keyloft_opfs::create_new("app").await.map(drop),
        keyloft_opfs::list().await.map(drop),
        keyloft_opfs::exists("app").await.map(drop),
        keyloft_opfs::delete("app").await.map(drop),
        keyloft_opfs::download("app").await.map(drop),
        keyloft_opfs::upload("app", [1]).await,
    ];
    for refused in refused {
        let error = refused.unwrap_err();
        assert_eq!(error.code(), "StorageUnavailable");
        assert!(error.to_string().contains("dedicated worker"), "{error}");
    }
}
