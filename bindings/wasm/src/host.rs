//! What JavaScript does for the engine.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(raw_module = "keyloft-host")]
extern "C" {
    /// The time, in milliseconds since the Unix epoch.
    pub(crate) fn now() -> i64;

    /// There is something to take for the watch of this number. It calls nothing of the engine's.
    pub(crate) fn wake(watch: u32);

    /// Runs the body of the transaction that JavaScript has begun; whether it returned. `call` is
    /// [`Engine::call`](crate::Engine::call) inside the transaction, and works as long as this runs.
    pub(crate) fn run(call: &mut dyn FnMut(u8, u32, usize) -> usize) -> bool;
}
