//! The tests of `keyloft-postgres` against a server of PostgreSQL, which they start on loopback.

use std::fs;

use crate::apt;
use crate::cargo_test::count;
use crate::memory_folder::MemoryFolder;
use crate::steps::Steps;
use crate::test::Length;
use crate::tree::Tree;

const HOW: &str = "install PostgreSQL's server (Debian: `apt-get install postgresql`)";

/// Debian keeps the programs of each version in a folder here, outside of the path.
const VERSIONS: &str = "/usr/lib/postgresql";

/// Installs a server and runs the tests.
pub(crate) fn check(tree: &Tree, steps: &mut Steps, length: Length) {
    steps.run("PostgreSQL's server", || apt::require(version, "postgresql", HOW));
    steps.run("tests over PostgreSQL", || {
        let folder = MemoryFolder::new();
        let tests =
            tree.cargo("test --package keyloft-postgres --package keyloft-cli --locked --no-fail-fast");
        // Without a server they would be skipped.
        let tests = folder.of(tests).env("KEYLOFT_NEEDS_POSTGRES", "1");
        count(match length {
            Length::Gate => tests,
            Length::Long => tests.env("KEYLOFT_LONG_TESTS", "1"),
        })
    });
}

fn version() -> Result<String, String> {
    let mut versions: Vec<_> = fs::read_dir(VERSIONS)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|version| version.path().join("bin/initdb").is_file())
        .map(|version| version.file_name().to_string_lossy().into_owned())
        .collect();
    versions.sort_unstable();
    versions.pop().ok_or_else(|| format!("cannot find a server in {VERSIONS}"))
}
