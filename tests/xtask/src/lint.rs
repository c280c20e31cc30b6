//! `cargo xtask lint`: formatting, clippy, the documentation and the rules of style, without running a test.

use std::process::ExitCode;

use crate::sh::Sh;
use crate::steps::Steps;
use crate::tidy;
use crate::tree::Tree;

/// Excludes the crate for browsers from a command on this machine: the browser's steps lint and test it.
pub(crate) const NOT_NATIVE: &str = "--exclude keyloft-opfs";

/// Runs the checks alone.
pub(crate) fn run(tree: &Tree) -> ExitCode {
    let mut steps = Steps::default();
    check(tree, &mut steps);
    steps.finish()
}

/// Runs the checks as the first steps of the gate.
pub(crate) fn check(tree: &Tree, steps: &mut Steps) {
    steps.run("formatting", || {
        quietly(tree.cargo("fmt --all --check"))?;
        for apart in
            ["tests/fuzz/Cargo.toml", "tests/interleavings/Cargo.toml", "tests/wasm-runner/Cargo.toml"]
        {
            quietly(tree.cargo("fmt --check --manifest-path").arg(tree.path(apart)))?;
        }
        Ok(String::new())
    });
    steps.run("style", || tidy::run(tree));
    steps.run("clippy", || {
        let clippy = tree.cargo("clippy --workspace --all-targets --locked").words(NOT_NATIVE);
        quietly(clippy.words("-- -D warnings"))
    });
    steps.run("documentation", || {
        let doc = tree.cargo("doc --workspace --no-deps --locked").words(NOT_NATIVE);
        quietly(doc.env("RUSTDOCFLAGS", "-Dwarnings"))
    });
}

fn quietly(sh: Sh) -> Result<String, String> {
    sh.run().map(|()| String::new())
}
