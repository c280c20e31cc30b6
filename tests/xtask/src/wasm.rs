//! The cross-target tests as WebAssembly, in Node.

use std::path::Path;

use crate::cargo_test::{count, on};
use crate::steps::Steps;
use crate::tree::Tree;
use crate::{node, toolchain, wasm_tools};

/// The profile whose tests run several times faster as WebAssembly.
const PROFILE: &str = "--profile wasm-test";

/// Runs these tests.
pub(crate) fn check(tree: &Tree, steps: &mut Steps) {
    steps.run("Node", node::require);
    let mut runner = Err("the step before this one did not build the test runner".to_owned());
    steps.run("wasm-bindgen's tools", || {
        runner = Ok(wasm_tools::test_runner(tree)?);
        Ok(String::new())
    });
    steps.run("wasm32-unknown-unknown in Node", || in_node(tree, &runner?));
    steps.run("wasm32-wasip1 in Node", || in_wasi(tree));
}

fn in_node(tree: &Tree, runner: &Path) -> Result<String, String> {
    node::require()?;
    toolchain::require(toolchain::WASM)?;
    count(on(tree, toolchain::WASM, &[&runner.to_string_lossy()]).words(PROFILE))
}

fn in_wasi(tree: &Tree) -> Result<String, String> {
    node::require()?;
    toolchain::require(toolchain::WASI)?;
    let script = tree.path("tests/xtask/wasi-runner.mjs");
    // Without the flag Node warns once per test binary that its WASI is experimental. A panic ends the whole module, and
    // takes its message with it if output is captured.
    let runner = ["node", "--no-warnings", &script.to_string_lossy()];
    count(on(tree, toolchain::WASI, &runner).words(PROFILE).words("-- --nocapture"))
}
