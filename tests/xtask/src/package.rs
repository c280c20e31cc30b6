//! The npm package's tests: from its tarball, as a user installs it, in every runtime that it is for.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::sh::Sh;
use crate::steps::Steps;
use crate::test::{count, passed};
use crate::tree::Tree;
use crate::{firefox, npm};

/// The tests, which have their own lock file: of the runtimes, and of what the package is tested with.
const TESTS: &str = "bindings/wasm/tests";

/// Where npm installs to.
const DEPENDENCIES: &str = "node_modules";

/// A step's name and its command lines, each begun with `node` or a program of the tests' own dependencies.
type Step = (&'static str, &'static [&'static str]);

/// What needs no browser.
const STEPS: [Step; 7] = [
    (
        "package in Node",
        &[
            "node node.mjs keyloft/memory import",
            "node node.mjs keyloft/memory require",
            "node node.mjs keyloft import",
            "node node.mjs keyloft require",
            "node --wasm-max-mem-pages=2400 node-files.mjs",
            "node --wasm-max-mem-pages=3200 node-files.mjs",
            "node --wasm-max-mem-pages=4800 node-files.mjs",
            "node --expose-gc node-memory.mjs",
            "node --wasm-max-mem-pages=800 node-poison.mjs",
        ],
    ),
    (
        "package in Deno",
        &[
            "deno run --allow-all node.mjs keyloft/memory import",
            "deno run --allow-all node.mjs keyloft/memory require",
            "deno run --allow-all node.mjs keyloft import",
        ],
    ),
    (
        "package in Bun",
        &[
            "bun node.mjs keyloft/memory import",
            "bun node.mjs keyloft/memory require",
            "bun node.mjs keyloft import",
        ],
    ),
    (
        "package in workerd",
        &["node runtimes/workerd.mjs keyloft/memory", "node runtimes/workerd.mjs keyloft"],
    ),
    ("the package's promises and types", &["node package.mjs ../keyloft.tgz"]),
    ("the README's examples", &["node readme.mjs"]),
    ("abstract-level's suite", &["node adapter/test.mjs keyloft/memory"]),
];

/// What needs Chromium.
const IN_CHROMIUM: [Step; 4] = [
    ("package in Chromium", &["node browser/drive.mjs node_modules/keyloft chromium"]),
    ("tabs that share a database", &["node remote/tabs.mjs chromium", "node remote/faults.mjs chromium"]),
    ("package bundled by Vite", &["node vite/run.mjs"]),
    ("the README's examples in Chromium", &["node readme.mjs chromium"]),
];

/// What needs Firefox.
const IN_FIREFOX: [Step; 2] = [
    ("package in Firefox", &["node browser/drive.mjs node_modules/keyloft firefox"]),
    ("tabs in Firefox", &["node remote/tabs.mjs firefox", "node remote/faults.mjs firefox"]),
];

/// Runs the package's steps alone, those in browsers too.
pub(crate) fn run(tree: &Tree) -> ExitCode {
    let mut steps = Steps::default();
    check(tree, &mut steps);
    check_in_chromium(tree, &mut steps);
    check_in_firefox(tree, &mut steps);
    steps.finish()
}

/// Builds the package and installs it, and runs what needs no browser.
pub(crate) fn check(tree: &Tree, steps: &mut Steps) {
    steps.run("npm package", || prepare(tree));
    steps.run("size of the npm package", || npm::sizes(tree).map(|()| String::new()));
    for (name, lines) in STEPS {
        steps.run(name, || tests(tree, lines));
    }
    steps.run("both ends of a connection", || connection(tree));
}

/// Runs what needs Chromium, after `check`.
pub(crate) fn check_in_chromium(tree: &Tree, steps: &mut Steps) {
    for (name, lines) in IN_CHROMIUM {
        steps.run(name, || tests(tree, lines));
    }
    steps.run("one file, natively and in Chromium", || cross_open(tree));
}

/// Runs what needs Firefox, after `check`; where there can be none, each step is skipped.
pub(crate) fn check_in_firefox(tree: &Tree, steps: &mut Steps) {
    if let Some(why) = firefox::missing() {
        steps.skip("Firefox", &why);
        for (name, _) in IN_FIREFOX {
            steps.skip(name, "there is no Firefox");
        }
        return;
    }
    steps.run("Firefox", firefox::require);
    for (name, lines) in IN_FIREFOX {
        steps.run(name, || tests(tree, lines));
    }
}

/// Builds the package, and installs it beside the tests.
fn prepare(tree: &Tree) -> Result<String, String> {
    let tarball = npm::build(tree)?;
    let folder = folder(tree);
    if install(&tree.path(TESTS), &folder, &tarball)? {
        // The package of Bun is a stub until then.
        Sh::new("node").words("node_modules/bun/install.js").dir(&folder).run()?;
    }
    let copy = folder.with_file_name("keyloft.tgz");
    fs::copy(&tarball, &copy).map_err(|error| format!("{}: {error}", copy.display()))?;
    Ok(String::new())
}

/// Copies a folder to another outside of the sources, installs what it needs and the package from its tarball there; whether
/// more than the package had to be installed.
pub(crate) fn install(from: &Path, to: &Path, tarball: &Path) -> Result<bool, String> {
    let failed = |error: io::Error| format!("{}: {error}", to.display());
    mirror(from, to).map_err(failed)?;
    let more = npm::install(to)?;
    let installed = to.join(DEPENDENCIES).join("keyloft");
    if installed.exists() {
        fs::remove_dir_all(installed).map_err(failed)?;
    }
    let words = "install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error";
    Sh::new("npm").words(words).arg(tarball).dir(to).run()?;
    Ok(more)
}

fn folder(tree: &Tree) -> PathBuf {
    tree.target().join("npm-package/tests")
}

/// Runs the lines, all of them, and counts the tests.
fn tests(tree: &Tree, lines: &[&str]) -> Result<String, String> {
    let folder = folder(tree);
    let mut all = 0;
    for line in lines {
        let (program, words) = line.split_once(' ').unwrap_or((line, ""));
        let own = folder.join(DEPENDENCIES).join(".bin").join(program);
        let program = if program == "node" { Path::new(program) } else { &own };
        all += passed(Sh::new(&program.to_string_lossy()).words(words).dir(&folder))?;
    }
    Ok(format!("{all} tests"))
}

/// Tests the sources' way to a database that is somewhere else, without a browser.
fn connection(tree: &Tree) -> Result<String, String> {
    let glue = npm::glue(tree, "persistent");
    count(Sh::new("node").words("--expose-gc remote/node.mjs").arg(glue).dir(&tree.path(TESTS)))
}

/// Opens a database's file in Chromium that was written natively, and natively what came of it.
fn cross_open(tree: &Tree) -> Result<String, String> {
    tree.cargo("build --locked --package keyloft-cross-target --example cross_open").run()?;
    let program = tree.target().join("debug/examples").join(format!("cross_open{EXE_SUFFIX}"));
    count(Sh::new("node").words("cross-open/drive.mjs node_modules/keyloft").arg(program).dir(&folder(tree)))
}

/// Makes `to` what `from` is, but for what is installed in either. Files that are alike stay as old as they are.
pub(crate) fn mirror(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(to)? {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        if name == DEPENDENCIES || from.join(name).exists() {
            continue;
        }
        if path.is_dir() { fs::remove_dir_all(path)? } else { fs::remove_file(path)? }
    }
    for entry in fs::read_dir(from)? {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        let copy = to.join(&name);
        if name == DEPENDENCIES {
            continue;
        }
        if path.is_dir() {
            mirror(&path, &copy)?;
        } else if fs::read(&copy).ok() != Some(fs::read(&path)?) {
            fs::copy(path, copy)?;
        }
    }
    Ok(())
}
