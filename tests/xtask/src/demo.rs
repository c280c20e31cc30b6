//! `cargo xtask demo`: one scenario, natively on a redb file and as WebAssembly in memory, which must end with the same
//! bytes. With `--browser`, a page that stores and browses data in a browser.

use std::fs;

use crate::cargo_test::count;
use crate::npm::Build;
use crate::sh::Sh;
use crate::steps::Steps;
use crate::tree::Tree;
use crate::{node, npm, toolchain, wasm_tools};

/// The beginning of the scenario's last line, before the digest.
const DIGEST: &str = "digest of all keys and values: ";

/// The page, which has its own lock file.
const PAGE: &str = "bindings/wasm/demo";

/// Runs both halves and fails if their digests differ.
pub(crate) fn run(tree: &Tree) -> Result<(), String> {
    let node = node::require()?;
    toolchain::ensure(toolchain::WASM)?;
    let wasm_bindgen = wasm_tools::wasm_bindgen(tree)?;
    let folder = tree.target().join("demo");
    fs::create_dir_all(&folder).map_err(|error| format!("cannot create {}: {error}", folder.display()))?;

    tree.cargo("build --release --locked --package keyloft-demo").run()?;
    tree.cargo("build --release --locked --package keyloft-demo --lib --target")
        .arg(toolchain::WASM)
        .run()?;
    let module = tree.target().join(toolchain::WASM).join("release/keyloft_demo.wasm");
    Sh::new(&wasm_bindgen.to_string_lossy())
        .words("--target nodejs --no-typescript --out-dir")
        .arg(&folder)
        .arg(&module)
        .run()?;

    let file = folder.join("atlas.redb");
    if file.exists() {
        fs::remove_file(&file).map_err(|error| format!("cannot remove {}: {error}", file.display()))?;
    }
    println!("\n== natively, on a redb file");
    let program = tree.target().join("release").join(format!("keyloft-demo{}", std::env::consts::EXE_SUFFIX));
    let native = digest(Sh::new(&program.to_string_lossy()).arg(&file))?;
    println!("\n== as WebAssembly, in memory, in {node}");
    let script = tree.path("tests/demo/run.mjs");
    let wasm = digest(Sh::new("node").arg(&script).arg(folder.join("keyloft_demo.js")))?;

    if native != wasm {
        return Err(format!(
            "the scenario ended with different bytes: {native} natively, {wasm} as WebAssembly"
        ));
    }
    println!("\nBoth targets end with the same bytes: {native}");
    println!("The database is {}", file.display());
    Ok(())
}

/// Builds the npm package and the page, and serves the page on this machine until it is interrupted.
pub(crate) fn serve(tree: &Tree, args: &[&str]) -> Result<(), String> {
    npm::pack(tree, Build::Smallest)?;
    build_page(tree)?;
    let serve = Sh::new("node").words("serve.mjs dist").dir(&tree.path(PAGE));
    args.iter().fold(serve, Sh::arg).run()
}

/// Runs the page's steps in the gate, after the npm package was built and a browser installed.
pub(crate) fn check(tree: &Tree, steps: &mut Steps) {
    steps.run("demo page", || build_page(tree).map(|()| String::new()));
    steps.run("demo page in Chromium", || {
        let shots = tree.target().join("demo/screenshots");
        count(Sh::new("node").words("test/e2e.mjs dist").arg(shots).dir(&tree.path(PAGE)))
    });
}

/// Type-checks the page and bundles it.
fn build_page(tree: &Tree) -> Result<(), String> {
    node::require()?;
    let page = tree.path(PAGE);
    npm::install(&page)?;
    Sh::new("npm").words("run build --loglevel=error").dir(&page).run()
}

/// Runs one half, shows what it prints, and returns its digest.
fn digest(half: Sh) -> Result<String, String> {
    let mut digest = None;
    half.watch(|line| {
        digest = line.split_once(DIGEST).map(|(_, digest)| digest.to_owned()).or(digest.take());
    })?;
    digest.ok_or_else(|| format!("the scenario ended without a line `{DIGEST}...`"))
}
