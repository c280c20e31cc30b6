//! The npm package's tests: from its tarball, as a user installs it, in every runtime that it supports.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::cargo_test::{count, passed};
use crate::npm::Build;
use crate::sh::Sh;
use crate::steps::Steps;
use crate::tree::Tree;
use crate::{browser, firefox, npm, toolchain, wasm_tools};

/// The folder of the tests. Its lock file names the runtimes and the packages that the tests use.
const TESTS: &str = "bindings/wasm/tests";

/// The folder of the tests with tools that build applications. It has a lock file of its own, because only these tests need them.
const BUNDLERS: &str = "bundlers";

/// The folder of the example in Durable Objects.
const EXAMPLE: &str = "bindings/wasm/examples/durable-object";

/// The build of the suite for Durable Objects: as fast as the cross-target tests, and with their features, so that the libraries are
/// those that were built for them.
const SUITE: &str = "build --example suite --package keyloft-durable-object --package keyloft-cross-target \
                     --target wasm32-unknown-unknown --profile wasm-test --locked";

/// The copy of the package's tarball, beside the folder of the installed tests.
const TARBALL: &str = "keyloft.tgz";

/// The folder that npm installs into.
const DEPENDENCIES: &str = "node_modules";

/// A step's name and its command lines. Each begins with `node` or with a program of the tests' dependencies.
type Step = (&'static str, &'static [&'static str]);

/// The steps without a browser.
const STEPS: [Step; 10] = [
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
            "node --wasm-max-mem-pages=900 node-poison.mjs",
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
    ("databases in Durable Objects", &["node durable-object/run.mjs"]),
    (
        "files in Node, Deno and Bun",
        &[
            "node files/run.mjs 200",
            "deno run --allow-all files/run.mjs 10",
            "bun files/run.mjs 10",
            "deno run --allow-read --allow-write --allow-env --allow-sys files/without_rights.mjs",
        ],
    ),
    ("the package's promises and types", &["node package.mjs ../keyloft.tgz"]),
    ("the README's examples", &["node readme.mjs"]),
    ("abstract-level's suite", &["node adapter/test.mjs keyloft/memory"]),
    ("the suite of IPFS's datastores", &["node adapter/datastore.mjs keyloft/memory"]),
];

/// The steps in Chromium.
const IN_CHROMIUM: [Step; 5] = [
    ("package in Chromium", &["node browser/drive.mjs node_modules/keyloft chromium"]),
    ("data moved between an object and Chromium", &["node durable-object/move.mjs node_modules/keyloft"]),
    ("tabs that share a database", &["node remote/tabs.mjs chromium", "node remote/faults.mjs chromium"]),
    ("React, TanStack DB and developer tools", &["node frameworks/run.mjs chromium"]),
    ("the README's examples in Chromium", &["node readme.mjs chromium"]),
];

/// The steps in Firefox.
const IN_FIREFOX: [Step; 3] = [
    ("package in Firefox", &["node browser/drive.mjs node_modules/keyloft firefox"]),
    ("tabs in Firefox", &["node remote/tabs.mjs firefox", "node remote/faults.mjs firefox"]),
    ("React and TanStack DB in Firefox", &["node frameworks/run.mjs firefox"]),
];

/// Runs all steps of the package alone.
pub(crate) fn run(tree: &Tree, build: Build) -> ExitCode {
    let mut steps = Steps::default();
    check(tree, &mut steps, build);
    steps.run("Chromium", browser::require);
    check_in_chromium(tree, &mut steps, build);
    check_in_firefox(tree, &mut steps, build);
    steps.finish()
}

/// Builds the package, installs it, and runs the steps without a browser.
pub(crate) fn check(tree: &Tree, steps: &mut Steps, build: Build) {
    steps.run(&named("npm package", build), || prepare(tree, build));
    steps.run(&named("size of the npm package", build), || npm::sizes(tree, build).map(|()| String::new()));
    run_each(tree, steps, build, &STEPS);
    steps.run(&named("both ends of a connection", build), || connection(tree, build));
    steps.run(&named("the example in Durable Objects", build), || {
        let example = tree.path(EXAMPLE);
        let script = Sh::new("node").words("durable-object/example.mjs");
        count(script.arg(example).dir(&folder(tree, build)))
    });
    if build == Build::Smallest {
        steps.run("the suite in a Durable Object", || suite_in_object(tree, build));
    }
    steps.run(&named("one file, natively and in Node", build), || {
        cross_open(tree, build, "cross-open/node.mjs")
    });
}

/// Runs the steps in Chromium, after `check`.
pub(crate) fn check_in_chromium(tree: &Tree, steps: &mut Steps, build: Build) {
    run_each(tree, steps, build, &IN_CHROMIUM);
    steps.run(&named("package in bundlers, Next, Jest and Vitest", build), || {
        let tarball = folder(tree, build).with_file_name(TARBALL);
        install(&tree.path(TESTS).join(BUNDLERS), &folder(tree, build).join(BUNDLERS), &tarball)?;
        tests(tree, build, &["node bundlers/run.mjs"])
    });
    steps.run(&named("one file, natively and in Chromium", build), || {
        cross_open(tree, build, "cross-open/drive.mjs node_modules/keyloft")
    });
}

/// Runs the steps in Firefox, after `check`. Where Firefox is not to be had, each is skipped.
pub(crate) fn check_in_firefox(tree: &Tree, steps: &mut Steps, build: Build) {
    if let Some(why) = firefox::missing() {
        steps.skip("Firefox", &why);
        for (name, _) in IN_FIREFOX {
            steps.skip(&named(name, build), "Firefox is missing");
        }
        return;
    }
    steps.run("Firefox", firefox::require);
    run_each(tree, steps, build, &IN_FIREFOX);
}

fn run_each(tree: &Tree, steps: &mut Steps, build: Build, each: &[Step]) {
    for (name, lines) in each {
        steps.run(&named(name, build), || tests(tree, build, lines));
    }
}

/// Returns a step's name, marked if the build is not the published one.
fn named(step: &str, build: Build) -> String {
    match build {
        Build::Smallest => step.to_owned(),
        Build::Stable => format!("{step}, stable"),
    }
}

/// Builds the package, and installs it beside the tests.
pub(crate) fn prepare(tree: &Tree, build: Build) -> Result<String, String> {
    let tarball = npm::pack(tree, build)?;
    let folder = folder(tree, build);
    if install(&tree.path(TESTS), &folder, &tarball)? {
        // npm's package of Bun is a stub until this script has run.
        Sh::new("node").words("node_modules/bun/install.js").dir(&folder).run()?;
    }
    let copy = folder.with_file_name(TARBALL);
    fs::copy(&tarball, &copy).map_err(|error| format!("cannot copy to {}: {error}", copy.display()))?;
    Ok(String::new())
}

/// Copies a folder to another outside of the sources, and installs its dependencies and the package from its tarball there.
/// Returns whether more than the package had to be installed.
pub(crate) fn install(from: &Path, to: &Path, tarball: &Path) -> Result<bool, String> {
    let failed = |error: io::Error| format!("cannot write to {}: {error}", to.display());
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

/// Returns the folder in which the package is installed beside its tests.
pub(crate) fn folder(tree: &Tree, build: Build) -> PathBuf {
    build.folder(tree).join("tests")
}

/// Runs all lines of a step, and counts the tests.
fn tests(tree: &Tree, build: Build, lines: &[&str]) -> Result<String, String> {
    let folder = folder(tree, build);
    let mut all = 0;
    for line in lines {
        let (program, words) = line.split_once(' ').unwrap_or((line, ""));
        let own = folder.join(DEPENDENCIES).join(".bin").join(program);
        let program = if program == "node" { Path::new(program) } else { &own };
        all += passed(Sh::new(&program.to_string_lossy()).words(words).dir(&folder))?;
    }
    Ok(format!("{all} tests"))
}

/// Tests the connection to a database in another thread, from the sources and without a browser.
fn connection(tree: &Tree, build: Build) -> Result<String, String> {
    let glue = build.glue(tree, "persistent");
    count(Sh::new("node").words("--expose-gc remote/node.mjs").arg(glue).dir(&tree.path(TESTS)))
}

/// Runs the conformance suite on the backend in a Durable Object, in the runtime that the package's tests have installed.
fn suite_in_object(tree: &Tree, build: Build) -> Result<String, String> {
    toolchain::require(toolchain::WASM)?;
    tree.cargo(SUITE).run()?;
    let tool = wasm_tools::wasm_bindgen(tree)?;
    let glue = tree.target().join("object-suite");
    let module = tree.target().join(toolchain::WASM).join("wasm-test/examples/suite.wasm");
    Sh::new(&tool.to_string_lossy())
        .words("--target web --no-typescript --omit-default-module-path --out-dir")
        .arg(&glue)
        .arg(&module)
        .run()?;
    let script = tree.path("backends/durable-object/tests/workerd/drive.mjs");
    count(Sh::new("node").arg(script).arg(glue).arg(folder(tree, build)))
}

/// Opens a natively written file by this script, and the file that the script leaves natively.
fn cross_open(tree: &Tree, build: Build, script: &str) -> Result<String, String> {
    tree.cargo("build --locked --package keyloft-cross-target --example cross_open").run()?;
    let program = tree.target().join("debug/examples").join(format!("cross_open{EXE_SUFFIX}"));
    count(Sh::new("node").words(script).arg(program).dir(&folder(tree, build)))
}

/// Makes `to` a copy of `from`, except for installed packages. Equal files keep their time of change.
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
