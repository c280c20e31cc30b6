//! One scenario over Keyloft's stores, from one source for every target.
//!
//! `cargo xtask demo` runs it on redb natively and in memory as WebAssembly, and compares the digests.

mod cities;
mod report;
mod scenario;
mod system;
mod visits;
#[cfg(target_family = "wasm")]
mod wasm;

pub use report::Report;
pub use scenario::run;

/// The README's example, which must compile and run.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

/// The example of the derives' README, whose crate can't depend on `keyloft`.
#[cfg(doctest)]
#[doc = include_str!("../../../core/derive/README.md")]
struct DeriveReadme;
