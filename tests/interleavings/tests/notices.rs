//! Each scenario notices what is broken on purpose, and a seed repeats a failure.

use std::process::{Command, Output};

/// The breaks, and the scenarios that must notice them.
const BREAKS: [(&str, &[&str]); 8] = [
    ("lost-notification", &["feed"]),
    ("lost-unpark", &["lock", "group", "registers"]),
    ("lost-settlement", &["group", "registers"]),
    ("unfair", &["lock"]),
    ("late-sync", &["group"]),
    ("claimed-order", &["feed"]),
    ("late-subscription", &["feed"]),
    ("split-transaction", &["registers"]),
];

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_keyloft-interleavings")).args(args).output().unwrap()
}

#[test]
fn every_break_is_noticed() {
    for (how, scenarios) in BREAKS {
        for scenario in scenarios {
            let output = run(&["--schedules", "2000", "--break", how, scenario]);
            let error = String::from_utf8_lossy(&output.stderr);
            assert!(!output.status.success(), "{scenario} does not notice {how}");
            assert!(error.contains(&format!("FAILED {scenario}, in the schedules of seed 1")), "{error}");
        }
    }
}

#[test]
fn a_seed_repeats_a_failure() {
    let first = run(&["--seed", "5", "--break", "claimed-order", "feed"]);
    let second = run(&["--seed", "5", "--break", "claimed-order", "feed"]);
    let schedule = |output: Output| {
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        error
            .split_once("failing schedule:")
            .and_then(|(_, rest)| rest.split('"').nth(1).map(str::to_owned))
            .unwrap()
    };
    assert_eq!(schedule(first), schedule(second));
}
