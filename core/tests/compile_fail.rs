//! Programs that must not compile, with the messages of the compiler.

use std::process::Command;

/// The compiler that wrote the messages. `TRYBUILD=overwrite` writes those of a newer one.
const COMPILER: &str = "rustc 1.95.";

#[test]
fn mistakes_do_not_compile() {
    let compiler = Command::new("rustc").arg("--version").output().unwrap().stdout;
    if compiler.starts_with(COMPILER.as_bytes()) {
        trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
    } else {
        println!("skipped: the messages are those of {COMPILER}*");
    }
}
