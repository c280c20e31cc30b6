#![doc = include_str!("../README.md")]

#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
compile_error!(
    "keyloft-opfs keeps databases in a browser's private files, so it needs the target `wasm32-unknown-unknown`: build \
     with `--target wasm32-unknown-unknown`, or use the crate `keyloft-redb` on other targets"
);

#[cfg(all(target_family = "wasm", target_os = "unknown"))]
mod browser;

#[cfg(all(target_family = "wasm", target_os = "unknown"))]
pub use browser::*;
