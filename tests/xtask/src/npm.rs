//! `cargo xtask npm`: the npm package `keyloft`, as a folder and as the tarball that would be published.

use std::fs;
use std::path::{Path, PathBuf};

use crate::sh::Sh;
use crate::tree::Tree;
use crate::{node, toolchain, wasm_tools};

/// The folder of the bindings.
const BINDINGS: &str = "bindings/wasm";
/// The package's folder in it.
const PACKAGE: &str = "pkg";
/// The version of every crate, and of the package.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// How the engines are compiled, and the standard library with them, because what is downloaded has to be small. A panic is a
/// trap without words, which takes 4 to 8 % off what gzip makes of them; what does not fit into a register is moved by one
/// instruction and not by several, 4 %; small functions are inlined before any other optimization, 1 to 2 %.
const SMALL: [&str; 5] = [
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    "-Zlocation-detail=none",
    "-Zinline-mir=yes",
    "-Cllvm-args=-max-store-memcpy=1",
];
/// The two engines: in memory alone, and with files.
const ENGINES: [(&str, &str); 2] = [("memory", ""), ("persistent", "--features persistent")];

/// Builds the package, and fails if it is too large.
pub(crate) fn run(tree: &Tree) -> Result<(), String> {
    let tarball = build(tree)?;
    sizes(tree)?;
    println!("\nThe package is {}", tarball.display());
    println!("What the numbers in the stack of a crash stand for is in *.symbols beside it");
    Ok(())
}

/// Builds the package and packs it; the tarball's path.
pub(crate) fn build(tree: &Tree) -> Result<PathBuf, String> {
    node::require()?;
    toolchain::ensure_for_engines()?;
    let wasm_bindgen = wasm_tools::wasm_bindgen(tree)?;
    let folder = tree.target().join("npm-package");
    let glue = ENGINES.map(|(engine, _)| glue(tree, engine));
    for ((_, features), glue) in ENGINES.iter().zip(&glue) {
        engine(tree, &wasm_bindgen, features, glue)?;
    }
    let bindings = tree.path(BINDINGS);
    install(&bindings)?;
    let [memory, persistent] = glue;
    Sh::new("node")
        .arg("build.mjs")
        .arg(memory)
        .arg(persistent)
        .words(VERSION)
        .words(PACKAGE)
        .dir(&bindings)
        .run()?;
    let words = "pack --loglevel=error --pack-destination";
    Sh::new("npm").words(words).arg(&folder).dir(&bindings.join(PACKAGE)).run()?;
    Ok(tarball(tree))
}

/// Where the glue of an engine is.
pub(crate) fn glue(tree: &Tree, engine: &str) -> PathBuf {
    tree.target().join("npm-package").join(format!("{engine}-glue"))
}

/// Where the tarball is.
pub(crate) fn tarball(tree: &Tree) -> PathBuf {
    tree.target().join("npm-package").join(format!("keyloft-{VERSION}.tgz"))
}

/// Prints the sizes of what the package holds, and holds the engines to their budgets.
pub(crate) fn sizes(tree: &Tree) -> Result<(), String> {
    Sh::new("node").words("build/sizes.mjs").words(PACKAGE).dir(&tree.path(BINDINGS)).run()
}

/// Builds one engine, and its glue.
fn engine(tree: &Tree, wasm_bindgen: &Path, features: &str, glue: &Path) -> Result<(), String> {
    tree.cargo("build --locked --profile npm --package keyloft-wasm --target")
        .arg(toolchain::WASM)
        .words(features)
        .words("-Zbuild-std=std -Zbuild-std-features=optimize_for_size")
        .env("CARGO_ENCODED_RUSTFLAGS", SMALL.join("\u{1f}"))
        // What a stable compiler has of unstable flags it takes only so.
        .env("RUSTC_BOOTSTRAP", "1")
        .run()?;
    let module = tree.target().join(toolchain::WASM).join("npm/keyloft_wasm.wasm");
    // Where the engine's file is, the package knows; the glue's guess would confuse bundlers.
    Sh::new(&wasm_bindgen.to_string_lossy())
        .words("--target web --no-typescript --omit-default-module-path --out-dir")
        .arg(glue)
        .arg(&module)
        .run()
}

/// Installs what a folder's lock file names, unless that was done since the file was changed; whether it was needed.
pub(crate) fn install(folder: &Path) -> Result<bool, String> {
    let changed = |file: &str| fs::metadata(folder.join(file)).and_then(|file| file.modified()).ok();
    let lock = changed("package-lock.json");
    if lock.is_some() && changed("node_modules/.package-lock.json") >= lock {
        return Ok(false);
    }
    let words = "ci --ignore-scripts --no-audit --no-fund --loglevel=error";
    Sh::new("npm").words(words).dir(folder).run().map(|()| true)
}
