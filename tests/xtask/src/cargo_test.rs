//! Runs of `cargo test`: their runners on other targets, and the number of tests that passed.

use crate::sh::Sh;
use crate::tree::Tree;

/// The package whose tests run on every target.
const CROSS_TARGET: &str = "test --package keyloft-cross-target --tests --locked --no-fail-fast";

/// The cross-target tests for a target, each test binary started by the words of `runner`.
pub(crate) fn on(tree: &Tree, target: &str, runner: &[&str]) -> Sh {
    let words = tree.cargo(CROSS_TARGET).words("--target").arg(target);
    with_runner(words, target, runner)
}

/// Has Cargo start the test binaries of a target by the words of `runner`.
pub(crate) fn with_runner(cargo: Sh, target: &str, runner: &[&str]) -> Sh {
    let runner: Vec<String> = runner.iter().map(|word| format!("'{word}'")).collect();
    cargo.arg("--config").arg(format!("target.{target}.runner=[{}]", runner.join(", ")))
}

/// Runs tests and says how many passed.
pub(crate) fn count(tests: Sh) -> Result<String, String> {
    match passed(tests)? {
        1 => Ok("1 test".to_owned()),
        passed => Ok(format!("{passed} tests")),
    }
}

/// Runs tests and counts those that passed. A run without a test is a failure, even if the runner calls it a success.
pub(crate) fn passed(tests: Sh) -> Result<u64, String> {
    let mut passed = 0;
    tests.watch(|line| passed += passed_in(line).unwrap_or(0))?;
    if passed == 0 { Err("not a single test was run".to_owned()) } else { Ok(passed) }
}

/// Reads `12` from `test result: ok. 12 passed; 0 failed; …`, `12 passed, 0 failed` and `# pass  12`: the last lines of
/// Cargo's tests, ours in JavaScript, and the Test Anything Protocol.
pub(crate) fn passed_in(line: &str) -> Option<u64> {
    let line = line.trim();
    if let Some(counts) = line.strip_prefix("test result: ok. ") {
        return counts.split_once(" passed")?.0.parse().ok();
    }
    let count = line.strip_suffix(" passed, 0 failed").or_else(|| line.strip_prefix("# pass "))?;
    count.trim().parse().ok()
}
