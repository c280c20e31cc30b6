//! Each harness notices what is broken on purpose, and a seed repeats a round.

#![allow(clippy::unwrap_used, reason = "a test fails so")]

use std::process::{Command, Output};

/// The breaks, and the harnesses that must notice them.
const BREAKS: [(&str, &[&str]); 14] = [
    ("lost-sync", &["power", "faults"]),
    ("late-pages", &["power"]),
    ("skipped-undo", &["power", "faults", "kill", "processes", "operations", "threads"]),
    ("split-transaction", &["power", "kill", "processes"]),
    ("stale-index", &["power", "faults", "kill", "processes", "operations"]),
    ("early-acknowledgement", &["kill", "processes"]),
    ("unlogged-write", &["log"]),
    ("split-position", &["log"]),
    ("stale-reads", &["processes"]),
    ("forged-digest", &["streams"]),
    ("lost-check", &["damage"]),
    ("unchecked-values", &["damage"]),
    ("loose-keys", &["decoding", "corpus"]),
    ("skipped-repair", &["entries"]),
];

fn torture(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_keyloft-torture")).args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn every_break_is_noticed() {
    for (how, harnesses) in BREAKS {
        for harness in harnesses {
            let output = torture(&["--rounds", "6", "--seed", "1", "--break", how, harness]);
            let error = text(&output.stderr);
            assert!(!output.status.success(), "{harness} does not notice {how}: {}", text(&output.stdout));
            assert!(error.contains(&format!("FAILED {harness}: ")), "{error}");
            assert!(error.contains(&format!(" --break {how} {harness}`")), "{error}");
        }
    }
}

#[test]
fn a_seed_repeats_a_failure() {
    let first = text(&torture(&["--rounds", "6", "--seed", "1", "--break", "late-pages", "power"]).stderr);
    let (_, again) = first.split_once("--seed ").unwrap();
    let (seed, _) = again.split_once(' ').unwrap();
    let second = text(&torture(&["--rounds", "1", "--seed", seed, "--break", "late-pages", "power"]).stderr);
    assert_eq!(first, second);
}

#[test]
fn a_seed_repeats_a_round() {
    // Without the time, which is the last number before the colon.
    let numbers = |harness| {
        let output = torture(&["--rounds", "1", "--seed", "3", harness]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout).rsplit_once(" s: ").unwrap().1.to_owned()
    };
    for harness in ["power", "faults", "damage", "streams", "entries"] {
        assert_eq!(numbers(harness), numbers(harness), "{harness}");
    }
}

#[test]
fn a_wrong_command_line_is_explained() {
    for (args, expected) in [
        (["flood"].as_slice(), "there is no harness `flood`: choose from power, faults"),
        (&["--break", "it"], "there is no break `it`: choose from lost-sync"),
        (&["--for", "ever"], "`ever` is not a time such as 90s, 30m or 8h"),
        (&["--seed"], "`--seed` needs a value"),
    ] {
        let output = torture(args);
        assert!(!output.status.success());
        let error = text(&output.stderr);
        assert!(error.contains(expected) && error.contains("Usage: "), "{error}");
    }
}
