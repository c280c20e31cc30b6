//! `cargo xtask demo`: one scenario, natively on a redb file and as WebAssembly in memory, and the same bytes in both.

use std::fs;

use crate::sh::Sh;
use crate::tree::Tree;
use crate::{node, targets, wasm_tools};

/// How the scenario's last line begins, before the digest.
const DIGEST: &str = "digest of all keys and values: ";

/// Runs both halves and fails if their digests differ.
pub(crate) fn run(tree: &Tree) -> Result<(), String> {
    let node = node::require()?;
    targets::require(targets::WASM)?;
    let wasm_bindgen = wasm_tools::wasm_bindgen(tree)?;
    let folder = tree.target().join("demo");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;

    tree.cargo("build --release --locked --package keyloft-demo").run()?;
    tree.cargo("build --release --locked --package keyloft-demo --lib --target").arg(targets::WASM).run()?;
    let module = tree.target().join(targets::WASM).join("release/keyloft_demo.wasm");
    Sh::new(&wasm_bindgen.to_string_lossy())
        .words("--target nodejs --no-typescript --out-dir")
        .arg(&folder)
        .arg(&module)
        .run()?;

    let file = folder.join("atlas.redb");
    if file.exists() {
        fs::remove_file(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    println!("\n== natively, on a redb file");
    let program = tree.target().join("release").join(format!("keyloft-demo{}", std::env::consts::EXE_SUFFIX));
    let native = digest(Sh::new(&program.to_string_lossy()).arg(&file))?;
    println!("\n== as WebAssembly, in memory, in {node}");
    let script = tree.path("tests/demo/run.mjs");
    let wasm = digest(Sh::new("node").arg(&script).arg(folder.join("keyloft_demo.js")))?;

    if native != wasm {
        return Err(format!("the two differ: {native} natively, {wasm} as WebAssembly"));
    }
    println!("\nThe same code, the same bytes: {native} on both targets.");
    println!("The database is {}", file.display());
    Ok(())
}

/// Runs one half, shows what it prints, and returns its digest.
fn digest(half: Sh) -> Result<String, String> {
    let mut digest = None;
    half.watch(|line| {
        digest = line.split_once(DIGEST).map(|(_, digest)| digest.to_owned()).or(digest.take());
    })?;
    digest.ok_or_else(|| "it printed no digest".to_owned())
}
