//! The build of the engines that is smaller than stable Rust can make them: the only one that needs unstable features.
//!
//! Reason: the engine is what an application's users download before they see the first row, so every percent of gzip
//! counts, and these percents can't be had otherwise. `cargo xtask npm --stable` leaves this folder out: it compiles with
//! stable flags and the installed standard library, and passes the same tests. Both builds, as Rust 1.95 makes them, in KB of
//! 1,024 bytes:
//!
//! | engine | build | plain | gzip | brotli |
//! | --- | --- | ---: | ---: | ---: |
//! | memory | stable | 318.2 | 136.8 | 117.2 |
//! | memory | smallest | 306.4 | 127.1 | 108.7 |
//! | persistent | stable | 951.7 | 343.3 | 276.1 |
//! | persistent | smallest | 849.5 | 290.5 | 238.0 |
//! | object | smallest | 345.8 | 144.6 | 123.0 |
//!
//! The figures of the stable build are older: batches and checks of the keys' order came later, and added 7 to 9 KB of gzip to each
//! engine of the smallest build. Before them, that build took 12 % off the gzip of the memory engine and 18 % off that of the persistent one.
//!
//! The build has two parts.
//!
//! - [`compile`] compiles the standard library with the engine, under flags that are unstable. A stable compiler takes them
//!   only with `RUSTC_BOOTSTRAP=1`. A later compiler may rename them: the build then fails, and `--stable` is the way out.
//! - [`reorder`] puts functions that are alike beside each other, where gzip and brotli find the repetition. It changes
//!   nothing but the order: `order.mjs` finds it, `module.mjs` reads and names functions, `reorder.mjs` is the command.

use std::path::Path;

use crate::sh::Sh;
use crate::tree::Tree;

/// The flags of the compiler.
///
/// A panic is a trap without a message, which takes 4 to 8 % off the gzip. A move of what doesn't fit into a register is one
/// instruction, not several: 4 %. Small functions are inlined before any other optimization: 1 to 2 %. A loop computes its
/// addresses from one counter, and keeps no pointer for each: 1 %.
const FLAGS: [&str; 5] = [
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    "-Zlocation-detail=none",
    "-Zinline-mir=yes",
    "-Cllvm-args=-max-store-memcpy=1 -disable-lsr",
];

/// The folder of the scripts.
const SCRIPTS: &str = "tests/xtask/src/npm/smallest";

/// Adds the flags to Cargo's command line that builds an engine.
pub(super) fn compile(cargo: Sh) -> Sh {
    cargo
        .words("-Zbuild-std=std -Zbuild-std-features=optimize_for_size")
        .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"))
        .env("RUSTC_BOOTSTRAP", "1")
}

/// Reorders the functions of `module`, and the lines of `symbols`, which name them by number.
pub(super) fn reorder(tree: &Tree, wasm_opt: &Path, module: &Path, symbols: &Path) -> Result<(), String> {
    let script = tree.path(SCRIPTS).join("reorder.mjs");
    Sh::new("node").arg(script).arg(wasm_opt).arg(module).arg(symbols).run()
}
