//! The functions of JavaScript that the engine calls.

#[cfg(target_family = "wasm")]
use wasm_bindgen::prelude::wasm_bindgen;

#[cfg(not(target_family = "wasm"))]
pub(crate) use self::native::{now, run, wake};

#[cfg(target_family = "wasm")]
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

/// Substitutes on other targets, where tests send requests to the engine without JavaScript.
#[cfg(not(target_family = "wasm"))]
mod native {
    pub(crate) fn now() -> i64 {
        0
    }

    pub(crate) fn wake(_: u32) {}

    pub(crate) fn run(_: &mut dyn FnMut(u8, u32, usize) -> usize) -> bool {
        false
    }
}
