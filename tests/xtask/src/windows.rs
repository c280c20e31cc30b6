//! The tests of the native file backend as a Windows program, under Wine.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::apt;
use crate::cargo_test::{count, with_runner};
use crate::sh::Sh;
use crate::steps::Steps;
use crate::toolchain::{Part, WINDOWS, require};
use crate::tree::Tree;

/// The toolchain's part for Windows.
pub(crate) const NEEDS: &[Part] = &[Part::target(WINDOWS)];

const PACKAGES: &str = "wine wine64 gcc-mingw-w64-x86-64";
const HOW: &str = "install Wine and MinGW (Debian: `apt-get install wine wine64 gcc-mingw-w64-x86-64`)";

/// The library that Wine 8 lacks and Rust's standard library needs, by its source.
const LIBRARY: &str = "tests/xtask/wine/bcryptprimitives.c";

/// The limit of the creation of Wine's prefix.
const LIMIT: Duration = Duration::from_secs(180);

/// Runs these tests.
pub(crate) fn check(tree: &Tree, steps: &mut Steps) {
    steps.run("Wine and MinGW", || apt::require(version, PACKAGES, HOW));
    steps.run("Windows under Wine", || {
        let prefix = prefix(tree)?;
        let tests = tests(tree).env("WINEPREFIX", &prefix).env("WINEDEBUG", "-all");
        let outcome = count(tests);
        // Wine's server outlives the programs. It can't be killed if it has just ended by itself.
        if let Err(error) = wine("wineserver", &prefix).arg("--kill").run() {
            println!("Wine's server was not there any more: {error}");
        }
        outcome
    });
}

fn tests(tree: &Tree) -> Sh {
    let tests =
        tree.cargo("test --package keyloft-redb --lib --tests --locked --no-fail-fast --target").arg(WINDOWS);
    with_runner(tests, WINDOWS, &["wine"])
}

/// Returns Wine's folder of settings and system libraries, created unless it exists.
fn prefix(tree: &Tree) -> Result<PathBuf, String> {
    require(WINDOWS)?;
    let prefix = tree.target().join("wine");
    let library = prefix.join("drive_c/windows/system32/bcryptprimitives.dll");
    if !library.exists() {
        fs::create_dir_all(&prefix)
            .map_err(|error| format!("cannot create {}: {error}", prefix.display()))?;
        wine("wineboot", &prefix).arg("--init").run_within(LIMIT)?;
        Sh::new("x86_64-w64-mingw32-gcc")
            .words("-shared -O1 -o")
            .arg(&library)
            .arg(tree.path(LIBRARY))
            .arg("-ladvapi32")
            .run()?;
    }
    Ok(prefix)
}

fn wine(program: &str, prefix: &Path) -> Sh {
    Sh::new(program).env("WINEPREFIX", prefix).env("WINEDEBUG", "-all")
}

fn version() -> Result<String, String> {
    Sh::new("x86_64-w64-mingw32-gcc").arg("--version").read()?;
    let version = Sh::new("wine").arg("--version").read()?;
    Ok(version.trim().to_owned())
}
