//! The allocator of the module.

/// The allocator of the module, which grows the module's memory when it needs more, and keeps what is freed.
#[cfg(all(target_family = "wasm", not(target_feature = "atomics")))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
