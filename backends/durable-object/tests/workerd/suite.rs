//! The conformance suite as a module for a Durable Object, which runs its cases by their names.

#![cfg(all(target_family = "wasm", target_os = "unknown"))]
// A panic fails the test.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

use std::panic;
use std::sync::Arc;

use keyloft::{Partition, StorageBackend};
use keyloft_conformance::{Faulty, Fixture, Place};
use keyloft_durable_object::{DurableObjectBackend, JsStorage};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// The source of the storages: one with tables of its own for each call.
    pub type Storages;

    #[wasm_bindgen(method)]
    fn fresh(this: &Storages) -> JsValue;

    /// Makes every call of a storage fail, or none.
    #[wasm_bindgen(method)]
    fn fail(this: &Storages, storage: &JsValue, now: bool);

    /// Keeps the message of a panic.
    #[wasm_bindgen(method)]
    fn panicked(this: &Storages, message: &str);
}

thread_local! {
    static STORAGES: std::cell::RefCell<Option<Storages>> = const { std::cell::RefCell::new(None) };
}

fn with<T>(work: impl FnOnce(&Storages) -> T) -> T {
    STORAGES.with_borrow(|storages| work(storages.as_ref().unwrap()))
}

struct Objects;

fn opened(storage: &JsValue) -> Arc<dyn StorageBackend> {
    Arc::new(DurableObjectBackend::open(JsStorage::new(storage)).unwrap())
}

impl Fixture for Objects {
    fn open(&self) -> Arc<dyn StorageBackend> {
        opened(&with(Storages::fresh))
    }

    fn place(&self) -> Option<Place> {
        let storage = with(Storages::fresh);
        Some(Box::new(move || opened(&storage)))
    }

    fn faulty(&self) -> Option<Faulty> {
        let storage = with(Storages::fresh);
        let backend = opened(&storage);
        Some(Faulty { backend, fail: Box::new(move |now| with(|storages| storages.fail(&storage, now))) })
    }
}

/// Sets the source of the storages.
#[wasm_bindgen]
pub fn begin(storages: Storages) {
    STORAGES.set(Some(storages));
    panic::set_hook(Box::new(|info| with(|storages| storages.panicked(&info.to_string()))));
}

/// Returns the names of the cases.
#[wasm_bindgen]
pub fn cases() -> Vec<String> {
    keyloft_conformance::cases().map(|case| case.name.to_owned()).collect()
}

/// Runs a case.
#[wasm_bindgen]
pub fn run(case: &str) {
    keyloft_conformance::run(case, &Objects);
}

/// Commits a value, for [`kept`] in a later run of the object.
#[wasm_bindgen]
pub fn keep(storage: &JsValue) {
    let kept = Partition::from("kept");
    opened(storage).transact(&mut |tx| tx.put(&kept, b"key", b"kept")).unwrap();
}

/// Returns the value that an earlier run of the object has committed.
#[wasm_bindgen]
pub fn kept(storage: &JsValue) -> String {
    let mut value = String::new();
    let read = &mut |bytes: &[u8]| value = String::from_utf8_lossy(bytes).into_owned();
    opened(storage).get(&Partition::from("kept"), b"key", read).unwrap();
    value
}
