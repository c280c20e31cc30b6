//! The stated minimum version of Rust: the libraries build with it, where it is installed.

use crate::sh::Sh;
use crate::steps::Steps;
use crate::targets::{LIBRARIES, NATIVE};
use crate::tree::Tree;

/// The version that every manifest states.
const MSRV: &str = env!("CARGO_PKG_RUST_VERSION");

/// Checks the libraries with that version. The step is skipped where the version is not installed: the workflow installs it.
pub(crate) fn check(tree: &Tree, steps: &mut Steps) {
    let name = "stated minimum version of Rust";
    match Sh::new("rustup").words("toolchain list").read() {
        Ok(list) if is_listed(&list, MSRV) => steps.run(name, || build(tree)),
        _ => {
            let how = format!("rustup toolchain install {MSRV} --profile minimal");
            steps.skip(name, &format!("Rust {MSRV} is not installed; run `{how}`"));
        }
    }
}

fn build(tree: &Tree) -> Result<String, String> {
    // In a separate folder the two compilers don't replace each other's output.
    Sh::new("rustup")
        .arg("run")
        .arg(MSRV)
        .words("cargo check --locked --all-features")
        .words(LIBRARIES)
        .words(NATIVE)
        .arg("--target-dir")
        .arg(tree.target().join("msrv"))
        .dir(&tree.path(""))
        .run()?;
    Ok(format!("Rust {MSRV}"))
}

/// Tells whether rustup's list of toolchains has a version, with or without a patch number.
pub(crate) fn is_listed(list: &str, version: &str) -> bool {
    list.lines().filter_map(|line| line.strip_prefix(version)).any(|rest| rest.starts_with(['.', '-']))
}
