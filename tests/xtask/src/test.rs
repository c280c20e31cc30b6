//! `cargo xtask test`: the gate, every test on every target.

use std::process::ExitCode;

use crate::cargo_test::count;
use crate::memory_folder::MemoryFolder;
use crate::npm::Build;
use crate::steps::Steps;
use crate::toolchain::Part;
use crate::tree::Tree;
use crate::{
    big_endian, browser, demo, dependencies, examples, lint, msrv, package, postgres, publish, targets,
    toolchain, torture, wasm, windows,
};

/// A part of the gate.
pub(crate) struct Section {
    /// The name that `--only` takes.
    pub(crate) name: &'static str,
    /// The parts of the toolchain that it needs.
    needs: &'static [Part],
    /// True for a section that runs only with `--long` or `--only`.
    long: bool,
    run: fn(&Tree, &mut Steps, Length),
}

/// The extent of a run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// The tests of the gate.
    Gate,
    /// Every test, however long it takes.
    Long,
}

impl Section {
    const fn new(name: &'static str, needs: &'static [Part], run: fn(&Tree, &mut Steps, Length)) -> Self {
        Self { name, needs, long: false, run }
    }

    const fn long(self) -> Self {
        Self { long: true, ..self }
    }
}

/// The gate's sections, in the order in which they run: the quickest to fail first.
const SECTIONS: [Section; 13] = [
    Section::new("lint", &[], |tree, steps, _| lint::check(tree, steps)),
    Section::new("native", &[], native),
    Section::new("torture", &[], torture::check),
    Section::new("dependencies", &[], |tree, steps, _| dependencies::check(tree, steps)),
    Section::new("msrv", &[], |tree, steps, _| msrv::check(tree, steps)),
    Section::new("postgres", &[], postgres::check),
    Section::new("publish", publish::NEEDS, |tree, steps, _| publish::check(tree, steps)),
    Section::new("targets", toolchain::CHECKED, |tree, steps, _| targets::check(tree, steps)),
    Section::new("wasm", toolchain::TESTED, |tree, steps, _| wasm::check(tree, steps)),
    Section::new("big-endian", big_endian::NEEDS, big_endian::check),
    Section::new("windows", windows::NEEDS, |tree, steps, _| windows::check(tree, steps)),
    Section::new("npm", toolchain::ENGINES, |tree, steps, _| npm(tree, steps)),
    Section::new("npm-stable", toolchain::TESTED, |tree, steps, _| npm_stable(tree, steps)).long(),
];

/// Runs the gate, or the sections that the arguments choose, and prints the table of the steps.
pub(crate) fn run(tree: &Tree, args: &[&str]) -> Result<ExitCode, String> {
    let (length, sections) = choose(args)?;
    let mut steps = Steps::default();
    let mut needs: Vec<Part> = Vec::new();
    for section in &sections {
        needs.extend(section.needs);
    }
    for section in sections {
        // Sections without other targets come first: they run even where Rust's server is out of reach.
        if !section.needs.is_empty() && !needs.is_empty() {
            let needs = std::mem::take(&mut needs);
            steps.run("toolchain", || toolchain::install(&needs));
        }
        (section.run)(tree, &mut steps, length);
    }
    Ok(steps.finish())
}

/// Returns the sections that the arguments choose: `--long`, `--only NAME[,NAME…]`, or none of these.
pub(crate) fn choose(args: &[&str]) -> Result<(Length, Vec<&'static Section>), String> {
    match args {
        [] => Ok((Length::Gate, SECTIONS.iter().filter(|section| !section.long).collect())),
        ["--long"] => Ok((Length::Long, SECTIONS.iter().collect())),
        ["--only", names] => Ok((Length::Gate, named(names)?)),
        ["--long", "--only", names] | ["--only", names, "--long"] => Ok((Length::Long, named(names)?)),
        other => Err(format!(
            "`cargo xtask test` can't take `{}`: it takes `--long` and `--only NAME[,NAME...]`",
            other.join(" ")
        )),
    }
}

fn named(names: &str) -> Result<Vec<&'static Section>, String> {
    let find = |name: &str| {
        SECTIONS.iter().find(|section| section.name == name).ok_or_else(|| {
            let all: Vec<&str> = SECTIONS.iter().map(|section| section.name).collect();
            format!("the gate has no section `{name}`: choose from {}", all.join(", "))
        })
    };
    names.split(',').map(find).collect()
}

/// Runs the tests of all crates on this machine.
fn native(tree: &Tree, steps: &mut Steps, length: Length) {
    steps.run("native tests", || {
        let folder = MemoryFolder::new();
        // The section `postgres` has the tests that need a server.
        let words = "test --workspace --exclude keyloft-postgres --locked --no-fail-fast";
        let tests = folder.of(tree.cargo(words).words(lint::NOT_NATIVE));
        count(match length {
            Length::Gate => tests,
            Length::Long => tests.env("KEYLOFT_LONG_TESTS", "1"),
        })
    });
    steps.run("examples", || examples::run(tree));
}

/// Runs the tests that need the npm package or a browser.
fn npm(tree: &Tree, steps: &mut Steps) {
    package::check(tree, steps, Build::Smallest);
    browser::check(tree, steps);
    package::check_in_chromium(tree, steps, Build::Smallest);
    package::check_in_firefox(tree, steps, Build::Smallest);
    demo::check(tree, steps);
}

/// Runs the npm package's tests on the stable build.
fn npm_stable(tree: &Tree, steps: &mut Steps) {
    package::check(tree, steps, Build::Stable);
    steps.run("Chromium", browser::require);
    package::check_in_chromium(tree, steps, Build::Stable);
}
