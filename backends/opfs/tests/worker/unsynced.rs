//! Failed syncs, after which nobody opens the file again.

use js_sys::{Function, Reflect};
use keyloft::{ErrorKind, StorageBackend};
use keyloft_opfs::{create, create_new, delete, download, open, upload};
use keyloft_redb::RedbBackend;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::notes;

/// The prototype of all locked files, with a `flush` that fails until it is dropped.
struct FailingFlush {
    prototype: JsValue,
    flush: JsValue,
}

impl FailingFlush {
    fn new() -> Self {
        let class = Reflect::get(&js_sys::global(), &"FileSystemSyncAccessHandle".into()).unwrap();
        let prototype = Reflect::get(&class, &"prototype".into()).unwrap();
        let flush = Reflect::get(&prototype, &"flush".into()).unwrap();
        let fail = Function::new_no_args("throw new DOMException('flush failed', 'InvalidStateError')");
        Reflect::set(&prototype, &"flush".into(), &fail).unwrap();
        Self { prototype, flush }
    }
}

impl Drop for FailingFlush {
    fn drop(&mut self) {
        Reflect::set(&self.prototype, &"flush".into(), &self.flush).unwrap();
    }
}

/// Creates a database with ten notes, and fails the sync of a commit.
async fn unsynced(name: &str) -> RedbBackend {
    let database = create_new(name).await.unwrap();
    notes::write(&database, 10);
    let failing = FailingFlush::new();
    let failed = database.transact(&mut |tx| notes::write_in(tx, 20));
    assert_eq!(failed.unwrap_err().code(), "CommitUnknown");
    drop(failing);
    database
}

#[wasm_bindgen_test]
async fn a_file_with_a_failed_sync_is_not_opened_again() {
    let database = unsynced("unsynced").await;
    assert_eq!(database.reopen().unwrap_err().code(), "SyncFailed");
    assert_eq!(open("unsynced").await.unwrap_err().code(), "DatabaseLocked");
    // The close syncs, which succeeds now. Nobody knows what the disk has.
    let _closed = database.close();
    refusal("unsynced").await;
    for refused in [open("unsynced").await, create("unsynced").await, create_new("unsynced").await] {
        let error = refused.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::SyncFailed { place } if place.path() == Some("keyloft/unsynced.redb")),
            "{error}"
        );
    }
    assert!(is_held("keyloft.unsynced:unsynced").await, "the npm package looks for this lock");
    drop(create_new("another").await.unwrap());
}

#[wasm_bindgen_test]
async fn a_file_with_a_failed_sync_can_be_saved_replaced_and_deleted() {
    let _closed = unsynced("unsynced saved").await.close();
    refusal("unsynced saved").await;
    let file = download("unsynced saved").await.unwrap();
    upload("unsynced saved", file).await.unwrap();
    assert!(matches!(notes::count(&open("unsynced saved").await.unwrap()), 10 | 20));
    let _closed = unsynced("unsynced dropped").await.close();
    refusal("unsynced dropped").await;
    assert!(delete("unsynced dropped").await.unwrap());
    create_new("unsynced dropped").await.unwrap();
}

/// Waits until the file is unlocked, which is after everybody can find the failure.
async fn refusal(name: &str) {
    loop {
        match open(name).await.unwrap_err().code() {
            "DatabaseLocked" => {}
            code => return assert_eq!(code, "SyncFailed"),
        }
    }
}

/// Returns `true` if a lock of the browser is held.
async fn is_held(lock: &str) -> bool {
    let query = Function::new_no_args(
        "return navigator.locks.query().then(({ held }) => held.map(({ name }) => name).join('\\n'))",
    );
    let names: js_sys::Promise = query.call0(&JsValue::UNDEFINED).unwrap().unchecked_into();
    names.await.unwrap().as_string().unwrap().lines().any(|name| name == lock)
}
