//! Builds and checks for targets whose programs can't run here.

use crate::steps::Steps;
use crate::toolchain::{BARE, SYSTEMS, require};
use crate::tree::Tree;

/// The libraries that are for every system with a standard library.
pub(crate) const LIBRARIES: &str =
    "--package keyloft --package keyloft-memory --package keyloft-redb --package keyloft-conformance";

/// The libraries that are for systems with threads and file locks.
pub(crate) const NATIVE: &str = "--package keyloft-fjall";

/// Runs these builds and checks.
pub(crate) fn check(tree: &Tree, steps: &mut Steps) {
    steps.run("core without an operating system", || bare(tree));
    steps.run("libraries on other systems", || elsewhere(tree));
}

/// Builds core, with the derive and without any feature, where there is no standard library.
fn bare(tree: &Tree) -> Result<String, String> {
    for target in BARE {
        require(target)?;
        for features in ["--features derive", ""] {
            tree.cargo("build --package keyloft --locked --no-default-features")
                .words(features)
                .words("--target")
                .arg(target)
                .run()?;
        }
    }
    Ok(BARE.join(", "))
}

/// Checks the libraries for systems that are not this one.
fn elsewhere(tree: &Tree) -> Result<String, String> {
    let check = || tree.cargo("check --locked --all-features");
    let (mut everywhere, mut natively) = (check().words(LIBRARIES), check().words(NATIVE));
    for target in SYSTEMS {
        require(target)?;
        everywhere = everywhere.arg("--target").arg(target);
        if !target.starts_with("wasm") {
            natively = natively.arg("--target").arg(target);
        }
    }
    everywhere.run()?;
    natively.run()?;
    Ok(SYSTEMS.join(", "))
}
