//! One scenario over Keyloft's stores, the same source for every target: what `cargo xtask demo` runs on redb
//! natively and in memory as WebAssembly, comparing the digests.

mod cities;
mod report;
mod scenario;
mod system;
#[cfg(target_family = "wasm")]
mod wasm;

pub use report::Report;
pub use scenario::run;

/// The README's example, which has to compile.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
