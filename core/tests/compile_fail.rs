//! What must not compile, with what the compiler says.

use std::process::Command;

/// The compiler whose messages are beside the cases; `TRYBUILD=overwrite` writes those of a newer one.
const COMPILER: &str = "rustc 1.95.";

#[test]
fn mistakes_are_found_before_they_run() {
    let compiler = Command::new("rustc").arg("--version").output().unwrap().stdout;
    if compiler.starts_with(COMPILER.as_bytes()) {
        trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
    } else {
        println!("skipped: the messages are those of {COMPILER}*");
    }
}
