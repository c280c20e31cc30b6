//! What is read out of other programs' output, and what is said of those that fail.

use std::time::Duration;

use crate::node::major;
use crate::sh::Sh;
use crate::test::passed_in;
use crate::toolchain::minor;

#[test]
fn counts_of_passed_tests() {
    let native =
        "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s";
    assert_eq!(passed_in(native), Some(12));
    assert_eq!(passed_in("test result: FAILED. 3 passed; 1 failed; 0 ignored"), None);
    assert_eq!(passed_in("test users::passed ... ok"), None);
    assert_eq!(passed_in("no tests to run!"), None);
    assert_eq!(passed_in("66 passed, 0 failed"), Some(66));
    assert_eq!(passed_in("65 passed, 1 failed"), None);
    assert_eq!(passed_in("# pass  5126"), Some(5126));
    assert_eq!(passed_in("# passes strings through"), None);
}

#[test]
fn versions() {
    assert_eq!(major("v20.11.1"), Some(20));
    assert_eq!(major("20.11.1"), None);
    assert_eq!(major(""), None);
    assert_eq!(minor("rustc 1.95.0 (59807616e 2026-04-14)"), Some(95));
    assert_eq!(minor("rustc 1.100.0-nightly (59807616e 2026-04-14)"), Some(100));
    assert_eq!(minor("rustc"), None);
}

#[test]
fn a_program_that_fails_is_named() {
    let error = Sh::new("cargo").words("no-such-command --locked").read().unwrap_err();
    assert!(error.starts_with("`cargo no-such-command` failed"), "{error}");
    let error = Sh::new("no-such-program").run().unwrap_err();
    assert!(error.starts_with("`no-such-program` could not be run"), "{error}");
}

#[test]
fn the_time_is_limited() {
    Sh::new("cargo").arg("--version").run_within(Duration::from_secs(60)).unwrap();
    let error = Sh::new("cargo").arg("--version").run_within(Duration::ZERO).unwrap_err();
    assert!(error.contains("was not done within 0 s"), "{error}");
}

#[test]
fn every_line_is_seen() {
    let mut lines = Vec::new();
    Sh::new("cargo").words("version --verbose").watch(|line| lines.push(line.to_owned())).unwrap();
    assert!(lines.len() > 1 && lines.iter().all(|line| !line.ends_with('\n')), "{lines:?}");
}
