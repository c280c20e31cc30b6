//! `cargo xtask torture`: kills, losses of power, faults and damage, each from a seed.

use std::env::consts::EXE_EXTENSION;

use crate::cargo_test::count;
use crate::npm::Build;
use crate::sh::Sh;
use crate::steps::Steps;
use crate::test::Length;
use crate::tree::Tree;
use crate::{browser, firefox, package};

/// The time of a long run in the gate.
const LONG: &str = "--for 30m";

/// The manifest of the program that explores the orders of threads, which is a workspace of its own.
const INTERLEAVINGS: &str = "tests/interleavings/Cargo.toml";

/// The harness that needs the npm package and browsers.
const BROWSER: &str = "browser";

/// Builds the programs in `tests/torture` and `tests/interleavings`, and runs the first one with these arguments.
pub(crate) fn run(tree: &Tree, args: &[&str]) -> Result<(), String> {
    let mut program = args.iter().copied().fold(program(tree)?, Sh::arg);
    if uses_browsers(args) {
        browser::require()?;
        firefox::require()?;
        package::prepare(tree, Build::Smallest)?;
        program = program.env("KEYLOFT_BROWSER_TESTS", package::folder(tree, Build::Smallest));
    }
    program.run()
}

/// Returns `true` if the arguments choose the harness in browsers: by its name, or by no name in a run that is not short.
fn uses_browsers(args: &[&str]) -> bool {
    let mut rest = args.iter().copied();
    let mut names = Vec::new();
    while let Some(arg) = rest.next() {
        match arg {
            "--short" | "--help" | "-h" => {}
            option if option.starts_with("--") => drop(rest.next()),
            name => names.push(name),
        }
    }
    let chooses_all = names.is_empty() && !args.iter().any(|arg| ["--short", "--help", "-h"].contains(arg));
    chooses_all || names.contains(&BROWSER)
}

/// Runs the rounds of the gate, or half an hour of rounds in a long run.
pub(crate) fn check(tree: &Tree, steps: &mut Steps, length: Length) {
    steps.run("kills, power cuts, faults, damage", || {
        let mut seed = String::new();
        program(tree)?
            .words(if length == Length::Gate { "--short" } else { LONG })
            .watch(|line| {
                if line.starts_with("the first seed is ") {
                    line.clone_into(&mut seed);
                }
            })
            .map(|()| seed)
    });
    steps.run("breaks in the orders of threads", || count(interleavings(tree, "test")));
}

fn program(tree: &Tree) -> Result<Sh, String> {
    interleavings(tree, "build").run()?;
    let interleavings = tree.target().join("torture/keyloft-interleavings").with_extension(EXE_EXTENSION);
    let words = "run --quiet --locked --profile torture --package keyloft-torture --";
    Ok(tree.cargo(words).env("KEYLOFT_INTERLEAVINGS", interleavings))
}

fn interleavings(tree: &Tree, subcommand: &str) -> Sh {
    tree.cargo(subcommand)
        .words("--quiet --locked --profile torture --manifest-path")
        .arg(tree.path(INTERLEAVINGS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_used_by_name_and_in_long_runs() {
        for args in [
            &[][..],
            &["browser"],
            &["--for", "8h"],
            &["--seed", "7", "kill", "browser"],
            &["--short", "browser"],
        ] {
            assert!(uses_browsers(args), "{args:?}");
        }
        for args in [
            &["--short"][..],
            &["--help"],
            &["kill"],
            &["--for", "8h", "power"],
            &["--break", "browser", "kill"],
        ] {
            assert!(!uses_browsers(args), "{args:?}");
        }
    }
}
