//! `cargo xtask browser`: the tests that need a real browser, in headless Chromium.

use std::env;
use std::process::ExitCode;
use std::time::Duration;

use crate::cargo_test::count;
use crate::sh::Sh;
use crate::steps::Steps;
use crate::tree::Tree;
use crate::{apt, node, toolchain, wasm_tools};

const PACKAGE: &str = "--package keyloft-opfs --target wasm32-unknown-unknown --locked";

/// The crates whose code is for WebAssembly, in which the lints of the other targets see nothing of it.
const LINTED: &str =
    "--package keyloft-opfs --package keyloft-durable-object --target wasm32-unknown-unknown --locked";

const HOW: &str = "install Chromium and its driver (Debian: `apt-get install chromium chromium-driver`), and put \
                   `chromedriver` on the PATH or its path in CHROMEDRIVER";

/// The limit of the test that kills workers.
const KILLING: Duration = Duration::from_secs(300);

/// The longest time that the example may take.
const EXAMPLE: Duration = Duration::from_secs(60);

/// The limit of all tests in the browser together, in seconds.
const TESTING: &str = "300";

/// Runs the browser's steps alone.
pub(crate) fn run(tree: &Tree) -> ExitCode {
    let mut steps = Steps::default();
    steps.run("toolchain", || toolchain::install(toolchain::TESTED));
    steps.run("Node", node::require);
    check(tree, &mut steps);
    steps.finish()
}

/// Runs the browser's steps in the gate.
pub(crate) fn check(tree: &Tree, steps: &mut Steps) {
    steps.run("clippy and documentation for WebAssembly", || lint(tree));
    steps.run("Chromium", require);
    steps.run("private files in Chromium", || in_worker(tree));
    steps.run("workers killed in Chromium", || {
        driven(tree, "kill", "backends/opfs/tests/kill/drive.mjs", KILLING)
    });
    steps.run("the example notes in Chromium", || {
        driven(tree, "notes", "backends/opfs/examples/notes/drive.mjs", EXAMPLE)
    });
}

fn lint(tree: &Tree) -> Result<String, String> {
    tree.cargo("clippy --no-deps --all-targets").words(LINTED).words("-- -D warnings").run()?;
    tree.cargo("doc --no-deps").words(LINTED).env("RUSTDOCFLAGS", "-Dwarnings").run()?;
    Ok(String::new())
}

/// Makes sure that Chromium and its driver are installed, and returns the driver's version.
pub(crate) fn require() -> Result<String, String> {
    apt::require(version, "chromium chromium-driver", HOW)
}

fn version() -> Result<String, String> {
    let version = Sh::new(&driver()).arg("--version").read()?;
    Ok(version.trim().to_owned())
}

fn driver() -> String {
    env::var("CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".to_owned())
}

/// Runs the tests in a dedicated worker.
fn in_worker(tree: &Tree) -> Result<String, String> {
    let runner = wasm_tools::test_runner(tree)?;
    let tests = tree
        .cargo("test --no-fail-fast")
        .words(PACKAGE)
        .arg("--config")
        .arg(format!("target.{}.runner=['{}']", toolchain::WASM, runner.display()))
        // The tests print measurements.
        .words("-- --nocapture")
        .env("CHROMEDRIVER", driver_path()?)
        .env("WASM_BINDGEN_TEST_TIMEOUT", TESTING);
    count(tests)
}

/// Runs a script that drives a page, with the module of an example.
fn driven(tree: &Tree, example: &str, script: &str, limit: Duration) -> Result<String, String> {
    node::require()?;
    let tool = wasm_tools::wasm_bindgen(tree)?;
    tree.cargo("build --example").arg(example).words(PACKAGE).run()?;
    let built = tree.target().join(format!("opfs-{example}"));
    let module = tree.target().join(toolchain::WASM).join(format!("debug/examples/{example}.wasm"));
    Sh::new(&tool.to_string_lossy())
        .words("--target web --no-typescript --out-dir")
        .arg(&built)
        .arg(&module)
        .run()?;
    let script = tree.path(script);
    Sh::new("node").arg(&script).arg(&built).env("CHROMEDRIVER", driver()).run_within(limit)?;
    Ok(String::new())
}

/// Returns the driver's path: the test runner searches no PATH.
fn driver_path() -> Result<String, String> {
    let driver = driver();
    if driver.contains(std::path::MAIN_SEPARATOR) {
        return Ok(driver);
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).map(|folder| folder.join(&driver)).find(|file| file.is_file());
    found
        .map(|file| file.display().to_string())
        .ok_or_else(|| format!("`{driver}` is not on the PATH; {HOW}"))
}
