//! The published crates: a dry run of their publication, and the files that each must carry.

use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::steps::Steps;
use crate::toolchain::{Part, WASM, require};
use crate::tree::Tree;

/// The toolchain's part for the target that all published crates but [`NATIVE`] build for.
pub(crate) const NEEDS: &[Part] = &[Part::target(WASM)];

/// The published crates.
pub(crate) const CRATES: [&str; 11] = [
    "keyloft",
    "keyloft-cli",
    "keyloft-derive",
    "keyloft-durable-object",
    "keyloft-fjall",
    "keyloft-memory",
    "keyloft-postgres",
    "keyloft-redb",
    "keyloft-opfs",
    "keyloft-wasm",
    "keyloft-conformance",
];

/// The published crates that build for this machine, with those that they need.
const NATIVE: &str = "--package keyloft-cli --package keyloft-fjall --package keyloft-postgres --package keyloft-redb \
                      --package keyloft --package keyloft-derive --package keyloft-memory --package keyloft-conformance";

/// The files that each of them carries.
const FILES: [&str; 3] = ["LICENSE-APACHE", "LICENSE-MIT", "README.md"];

/// Runs these checks.
pub(crate) fn check(tree: &Tree, steps: &mut Steps) {
    steps.run("files of the published crates", || files(tree));
    steps.run("dry run of publishing", || dry_run(tree));
}

/// Publishes without uploading: each crate is built from its archive, against the archives of the others.
fn dry_run(tree: &Tree) -> Result<String, String> {
    require(WASM)?;
    let target = tree.target().join("publish");
    forget_earlier(&target)?;
    // For a browser, because `keyloft-opfs` builds for nothing else. The tree may be changed: a gate runs before the commit.
    let publish = |words| {
        let publish = tree.cargo("publish --dry-run --locked --allow-dirty").words(words);
        publish.env("CARGO_TARGET_DIR", &target)
    };
    publish("--workspace --exclude keyloft-cli --exclude keyloft-fjall --exclude keyloft-postgres --target")
        .arg(WASM)
        .run()?;
    forget_earlier(&target)?;
    publish(NATIVE).run()?;
    Ok(format!("{} crates", CRATES.len()))
}

/// Deletes what earlier dry runs have unpacked in Cargo's home and built in `target`.
///
/// Cargo keeps both by the path of the tree and the crate's version, and takes them for the present ones: a crate would be
/// built against another commit's `keyloft`. The folder of a registry without a host begins with `-`.
fn forget_earlier(target: &Path) -> Result<(), String> {
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")))
        .ok_or("cannot find Cargo's home: set CARGO_HOME")?;
    let registries = fs::read_dir(home.join("registry/src")).into_iter().flatten().flatten();
    for registry in registries.filter(|entry| entry.file_name().to_string_lossy().starts_with('-')) {
        forget_crates(&registry.path())?;
    }
    forget_crates(&target.join("debug/.fingerprint"))?;
    forget_crates(&target.join(WASM).join("debug/.fingerprint"))?;
    Ok(())
}

/// Deletes the entries of the project's crates in a folder, which may be missing.
fn forget_crates(folder: &Path) -> Result<(), String> {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with("keyloft") {
            fs::remove_dir_all(entry.path())
                .map_err(|error| format!("cannot delete {}: {error}", entry.path().display()))?;
        }
    }
    Ok(())
}

fn files(tree: &Tree) -> Result<String, String> {
    for package in CRATES {
        let list = tree.cargo("package --list --locked --allow-dirty --package").arg(package);
        let missing = missing(&list.read()?);
        if !missing.is_empty() {
            return Err(format!(
                "the archive of {package} lacks {}: link the licences and write the README in the crate's folder",
                missing.join(", ")
            ));
        }
    }
    Ok(String::new())
}

/// The files that a list of an archive's files lacks.
pub(crate) fn missing(list: &str) -> Vec<&'static str> {
    FILES.into_iter().filter(|file| !list.lines().any(|line| line == *file)).collect()
}
