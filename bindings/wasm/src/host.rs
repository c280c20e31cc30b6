//! The functions of JavaScript that the engine calls.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(raw_module = "keyloft-host")]
extern "C" {
    /// Returns the time, in milliseconds since the Unix epoch.
    pub(crate) fn now() -> i64;

    /// Tells that events wait for the watch of this number. It calls nothing of the engine.
    pub(crate) fn wake(watch: u32);

    /// Runs the body of the transaction that JavaScript has begun. Returns whether the body returned. `call` is
    /// [`Engine::call`](crate::Engine::call) inside the transaction; it works until this returns.
    pub(crate) fn run(call: &mut dyn FnMut(u8, u32, usize) -> usize) -> bool;
}
