//! wasm-bindgen's tools, built from the crate in `tests/wasm-runner` with its own lock file.

use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;

use crate::tree::Tree;

/// The path of the test runner, built unless it is fresh.
pub(crate) fn test_runner(tree: &Tree) -> Result<PathBuf, String> {
    tool(tree, "wasm-bindgen-test-runner")
}

/// The path of `wasm-bindgen`, built unless it is fresh.
pub(crate) fn wasm_bindgen(tree: &Tree) -> Result<PathBuf, String> {
    tool(tree, "wasm-bindgen")
}

fn tool(tree: &Tree, name: &str) -> Result<PathBuf, String> {
    let target = tree.target().join("tools");
    println!("building wasm-bindgen's tools unless they are fresh: about 2 minutes the first time");
    tree.cargo("build --release --locked")
        .arg("--manifest-path")
        .arg(tree.path("tests/wasm-runner/Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        // What it warns of is in a dependency of the tools, about which nobody here can do anything.
        .arg("--config")
        .arg("future-incompat-report.frequency='never'")
        .run()?;
    let path = target.join("release").join(format!("{name}{EXE_SUFFIX}"));
    if path.is_file() { Ok(path) } else { Err(format!("the build left no {}", path.display())) }
}
