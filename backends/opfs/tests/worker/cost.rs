//! The cost of commits, which `cargo xtask browser` prints.

use keyloft::{Partition, StorageBackendExt};
use keyloft_opfs::create_new;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

use crate::notes;

#[wasm_bindgen_test]
async fn of_many_inserts_and_of_many_commits() {
    let database = create_new("cost").await.unwrap();
    let start = js_sys::Date::now();
    notes::write(&database, 10_000);
    let inserts = js_sys::Date::now() - start;

    let counters = Partition::from("counters");
    let start = js_sys::Date::now();
    for number in 0..100_u32 {
        database.transaction(|tx| tx.put(&counters, b"last", &number.to_be_bytes())).unwrap();
    }
    let commits = js_sys::Date::now() - start;
    console_log!("10,000 inserts in one transaction: {inserts} ms; 100 durable commits: {commits} ms");
    assert_eq!(notes::count(&database), 10_000);
}
