//! `cargo xtask lint`: formatting, clippy and the documentation, without running a test.

use std::process::ExitCode;

use crate::sh::Sh;
use crate::steps::Steps;
use crate::tree::Tree;

/// Runs the checks alone.
pub(crate) fn run(tree: &Tree) -> ExitCode {
    let mut steps = Steps::default();
    check(tree, &mut steps);
    steps.finish()
}

/// Runs the checks as the first steps of more.
pub(crate) fn check(tree: &Tree, steps: &mut Steps) {
    steps.run("formatting", || {
        quietly(tree.cargo("fmt --all --check"))?;
        let runner = tree.cargo("fmt --check --manifest-path").arg(tree.path("tests/wasm-runner/Cargo.toml"));
        quietly(runner)
    });
    steps.run("clippy", || quietly(tree.cargo("clippy --all-targets --locked -- -D warnings")));
    steps.run("documentation", || {
        quietly(tree.cargo("doc --no-deps --locked").env("RUSTDOCFLAGS", "-Dwarnings"))
    });
}

fn quietly(sh: Sh) -> Result<String, String> {
    sh.run().map(|()| String::new())
}
