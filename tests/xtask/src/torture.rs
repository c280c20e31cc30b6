//! `cargo xtask torture`: kills, losses of power, faults and damage, each from a seed.

use std::env::consts::EXE_EXTENSION;

use crate::cargo_test::count;
use crate::sh::Sh;
use crate::steps::Steps;
use crate::test::Length;
use crate::tree::Tree;

/// The time of a long run in the gate.
const LONG: &str = "--for 30m";

/// The manifest of the program that explores the orders of threads, which is a workspace of its own.
const INTERLEAVINGS: &str = "tests/interleavings/Cargo.toml";

/// Builds the programs in `tests/torture` and `tests/interleavings`, and runs the first one with these arguments.
pub(crate) fn run(tree: &Tree, args: &[&str]) -> Result<(), String> {
    args.iter().copied().fold(program(tree)?, Sh::arg).run()
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
