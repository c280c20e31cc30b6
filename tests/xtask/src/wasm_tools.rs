//! wasm-bindgen's tools, built from the crate in `tests/wasm-runner` with its own lock file.
//!
//! wasm-bindgen's command reads only the output of its own version of the library. The manifests take a range of versions,
//! and the lock file pins one. The tools' crate must have the pinned number, which is checked before each build.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::PathBuf;

use crate::tree::Tree;

/// The tools' manifest.
const MANIFEST: &str = "tests/wasm-runner/Cargo.toml";

/// Returns the path of the test runner, built unless it is fresh.
pub(crate) fn test_runner(tree: &Tree) -> Result<PathBuf, String> {
    tool(tree, "wasm-bindgen-test-runner")
}

/// Returns the path of `wasm-bindgen`, built unless it is fresh.
pub(crate) fn wasm_bindgen(tree: &Tree) -> Result<PathBuf, String> {
    tool(tree, "wasm-bindgen")
}

fn tool(tree: &Tree, name: &str) -> Result<PathBuf, String> {
    let target = tree.target().join("tools");
    let read = |file: &str| {
        let path = tree.path(file);
        fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))
    };
    agree(&read("Cargo.lock")?, &read(MANIFEST)?)?;
    println!("building wasm-bindgen's tools unless they are fresh: about 2 minutes the first time");
    tree.cargo("build --release --locked")
        .arg("--manifest-path")
        .arg(tree.path(MANIFEST))
        .arg("--target-dir")
        .arg(&target)
        // It warns of a dependency of the tools, which can't be changed here.
        .arg("--config")
        .arg("future-incompat-report.frequency='never'")
        .run()?;
    let path = target.join("release").join(format!("{name}{EXE_SUFFIX}"));
    if path.is_file() { Ok(path) } else { Err(format!("the build left no {}", path.display())) }
}

/// Makes sure that the version of wasm-bindgen in the workspace's lock file is that of the tools.
pub(crate) fn agree(lock: &str, manifest: &str) -> Result<(), String> {
    let mut lines = lock.lines().skip_while(|line| *line != "name = \"wasm-bindgen\"");
    let locked = lines.nth(1).and_then(|line| quoted(line, "version = "));
    let tools = manifest.lines().find_map(|line| quoted(line, "version = "));
    let dependency = manifest.lines().find_map(|line| quoted(line, "wasm-bindgen-cli = { version = "));
    let pinned = dependency.and_then(|version| version.strip_prefix('='));
    if locked.is_some() && locked == tools && locked == pinned {
        return Ok(());
    }
    let named = |version: Option<&str>| version.unwrap_or("none").to_owned();
    Err(format!(
        "wasm-bindgen's versions differ: {} in Cargo.lock, {} of the tools' crate, {} of wasm-bindgen-cli in {MANIFEST}. Its \
         command reads only the output of its own version: write that of Cargo.lock into both places of {MANIFEST}, and run \
         `cargo update --manifest-path {MANIFEST}`",
        named(locked),
        named(tools),
        named(pinned)
    ))
}

/// Reads the text in quotes after the beginning of a line.
fn quoted<'a>(line: &'a str, start: &str) -> Option<&'a str> {
    line.strip_prefix(start)?.strip_prefix('"')?.split('"').next()
}
