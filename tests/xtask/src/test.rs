//! `cargo xtask test`: every test, on every target.

use std::path::Path;
use std::process::ExitCode;

use crate::sh::Sh;
use crate::steps::Steps;
use crate::tree::Tree;
use crate::{browser, demo, lint, node, package, toolchain, wasm_tools};

/// The package whose tests run on every target.
const CROSS_TARGET: &str = "test --package keyloft-cross-target --tests --locked --no-fail-fast";

/// Runs all steps, prints the table, and fails if any step did.
pub(crate) fn run(tree: &Tree) -> ExitCode {
    let mut steps = Steps::default();
    lint::check(tree, &mut steps);
    steps.run("native tests", || count(tree.cargo("test --locked --no-fail-fast")));
    steps.run("toolchain", toolchain::install);
    steps.run("core without an operating system", || bare(tree));
    steps.run("Node", node::require);
    let mut runner = Err("the step before this one did not build the test runner".to_owned());
    steps.run("wasm-bindgen's tools", || {
        runner = Ok(wasm_tools::test_runner(tree)?);
        Ok(String::new())
    });
    steps.run("wasm32-unknown-unknown in Node", || in_node(tree, &runner?));
    steps.run("wasm32-wasip1 in Node", || in_wasi(tree));
    package::check(tree, &mut steps);
    browser::check(tree, &mut steps);
    package::check_in_chromium(tree, &mut steps);
    package::check_in_firefox(tree, &mut steps);
    demo::check(tree, &mut steps);
    steps.finish()
}

/// Builds core, with the derive and with no feature at all, where there is no standard library.
fn bare(tree: &Tree) -> Result<String, String> {
    for target in toolchain::BARE {
        toolchain::require(target)?;
        for features in ["--features derive", ""] {
            tree.cargo("build --package keyloft --locked --no-default-features")
                .words(features)
                .words("--target")
                .arg(target)
                .run()?;
        }
    }
    Ok(toolchain::BARE.join(", "))
}

fn in_node(tree: &Tree, runner: &Path) -> Result<String, String> {
    node::require()?;
    toolchain::require(toolchain::WASM)?;
    count(on(tree, toolchain::WASM, &[&runner.to_string_lossy()]))
}

fn in_wasi(tree: &Tree) -> Result<String, String> {
    node::require()?;
    toolchain::require(toolchain::WASI)?;
    let script = tree.path("tests/xtask/wasi-runner.mjs");
    // Node warns that its WASI is experimental, once for every test binary. A panic ends the whole module, and
    // its message with it unless nothing is captured.
    let runner = ["node", "--no-warnings", &script.to_string_lossy()];
    count(on(tree, toolchain::WASI, &runner).words("-- --nocapture"))
}

/// The cross-target tests for a target, each binary started by the words of `runner`.
fn on(tree: &Tree, target: &str, runner: &[&str]) -> Sh {
    let runner: Vec<String> = runner.iter().map(|word| format!("'{word}'")).collect();
    tree.cargo(CROSS_TARGET)
        .words("--target")
        .arg(target)
        .arg("--config")
        .arg(format!("target.{target}.runner=[{}]", runner.join(", ")))
}

/// Runs tests and says how many passed.
pub(crate) fn count(tests: Sh) -> Result<String, String> {
    match passed(tests)? {
        1 => Ok("1 test".to_owned()),
        passed => Ok(format!("{passed} tests")),
    }
}

/// Runs tests and counts those that passed: none at all is a failure, for a runner may call that a success.
pub(crate) fn passed(tests: Sh) -> Result<u64, String> {
    let mut passed = 0;
    tests.watch(|line| passed += passed_in(line).unwrap_or(0))?;
    if passed == 0 { Err("not a single test was run".to_owned()) } else { Ok(passed) }
}

/// `12` of `test result: ok. 12 passed; 0 failed; …`, of `12 passed, 0 failed` and of `# pass  12`: Cargo's tests, ours in
/// JavaScript, and the Test Anything Protocol.
pub(crate) fn passed_in(line: &str) -> Option<u64> {
    let line = line.trim();
    if let Some(counts) = line.strip_prefix("test result: ok. ") {
        return counts.split_once(" passed")?.0.parse().ok();
    }
    let count = line.strip_suffix(" passed, 0 failed").or_else(|| line.strip_prefix("# pass "))?;
    count.trim().parse().ok()
}
