//! The scenario in memory, called from JavaScript.

use keyloft_memory::MemoryBackend;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{Report, run};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;

    #[wasm_bindgen(js_namespace = ["globalThis", "demo"])]
    fn progress(done: usize, of: usize);

    #[wasm_bindgen(js_namespace = ["globalThis", "demo"])]
    fn step(name: &str, result: &str, took: f64);
}

/// The functions of `globalThis.demo`.
struct Page;

impl Report for Page {
    fn now(&self) -> f64 {
        now()
    }

    fn progress(&self, done: usize, of: usize) {
        progress(done, of);
    }

    fn step(&self, name: &str, result: &str, took: f64) {
        step(name, result, took);
    }
}

/// Runs the scenario and returns the digest.
///
/// # Errors
///
/// The text of the error.
#[wasm_bindgen(js_name = runDemo)]
#[allow(unreachable_pub)] // wasm-bindgen exports public functions only
pub fn run_demo() -> Result<String, String> {
    run(MemoryBackend::new(), &Page).map_err(|error| error.to_string())
}
