//! `cargo xtask torture`: kills, losses of power, faults and damage, each from a seed.

use crate::sh::Sh;
use crate::steps::Steps;
use crate::test::Length;
use crate::tree::Tree;

/// The time of a long run in the gate.
const LONG: &str = "--for 30m";

/// Builds the program in `tests/torture` and runs it with these arguments.
pub(crate) fn run(tree: &Tree, args: &[&str]) -> Result<(), String> {
    args.iter().copied().fold(program(tree), Sh::arg).run()
}

/// Runs the rounds of the gate, or half an hour of rounds in a long run.
pub(crate) fn check(tree: &Tree, steps: &mut Steps, length: Length) {
    steps.run("kills, power cuts, faults, damage", || {
        let mut seed = String::new();
        program(tree)
            .words(if length == Length::Gate { "--short" } else { LONG })
            .watch(|line| {
                if line.starts_with("the first seed is ") {
                    line.clone_into(&mut seed);
                }
            })
            .map(|()| seed)
    });
}

fn program(tree: &Tree) -> Sh {
    tree.cargo("run --quiet --locked --profile torture --package keyloft-torture --")
}
