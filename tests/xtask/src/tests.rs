//! Tests of the parsers of other programs' output, and of the errors for programs that fail.

use std::time::Duration;

use crate::cargo_test::passed_in;
use crate::memory_folder::available;
use crate::msrv::is_listed;
use crate::node::major;
use crate::publish::missing;
use crate::sh::Sh;
use crate::test::choose;
use crate::toolchain::minor;
use crate::wasm_tools::agree;

#[test]
fn reads_counts_of_passed_tests() {
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
fn reads_versions() {
    assert_eq!(major("v20.11.1"), Some(20));
    assert_eq!(major("20.11.1"), None);
    assert_eq!(major(""), None);
    assert_eq!(minor("rustc 1.95.0 (59807616e 2026-04-14)"), Some(95));
    assert_eq!(minor("rustc 1.100.0-nightly (59807616e 2026-04-14)"), Some(100));
    assert_eq!(minor("rustc"), None);
}

#[test]
fn names_a_program_that_fails() {
    let error = Sh::new("cargo").words("no-such-command --locked").read().unwrap_err();
    assert!(error.starts_with("`cargo no-such-command` failed"), "{error}");
    let error = Sh::new("no-such-program").run().unwrap_err();
    assert!(error.starts_with("`no-such-program` could not be run"), "{error}");
}

#[test]
fn kills_a_program_over_its_limit() {
    Sh::new("cargo").arg("--version").run_within(Duration::from_secs(60)).unwrap();
    let error = Sh::new("cargo").arg("--version").run_within(Duration::ZERO).unwrap_err();
    assert!(error.contains("was not done within 0 s"), "{error}");
}

#[test]
fn hands_on_every_line() {
    let mut lines = Vec::new();
    Sh::new("cargo").words("version --verbose").watch(|line| lines.push(line.to_owned())).unwrap();
    assert!(lines.len() > 1 && lines.iter().all(|line| !line.ends_with('\n')), "{lines:?}");
}

#[test]
fn chooses_sections() {
    let gate = choose(&[]).unwrap();
    let long = choose(&["--long"]).unwrap();
    assert_eq!(gate.1.len() + 1, long.1.len());
    assert!(gate.1.iter().all(|section| section.name != "npm-stable"));
    let (_, only) = choose(&["--only", "windows,lint"]).unwrap();
    assert_eq!(only.iter().map(|section| section.name).collect::<Vec<_>>(), ["windows", "lint"]);
    let error = choose(&["--only", "window"]).err().unwrap();
    assert!(error.starts_with("the gate has no section `window`: choose from lint, native"), "{error}");
    assert!(choose(&["--short"]).is_err());
}

#[test]
fn finds_an_installed_toolchain() {
    let list = "stable-x86_64-unknown-linux-gnu (active, default)\n1.90.0-x86_64-unknown-linux-gnu\n";
    assert!(is_listed(list, "1.90"));
    assert!(!is_listed(list, "1.9"));
    assert!(is_listed("1.90-aarch64-apple-darwin", "1.90"));
}

#[test]
fn finds_what_an_archive_lacks() {
    assert_eq!(missing("Cargo.toml\nLICENSE-MIT\nsrc/README.md\n"), ["LICENSE-APACHE", "README.md"]);
    assert!(missing("LICENSE-APACHE\nLICENSE-MIT\nREADME.md\n").is_empty());
}

#[test]
fn compares_versions_of_wasm_bindgen() {
    let lock = "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
    let manifest = |tools: &str, pinned: &str| {
        format!(
            "version = \"{tools}\"\nrust-version = \"1.90\"\n\n[dependencies]\n\
             wasm-bindgen-cli = {{ version = \"={pinned}\", default-features = false }}\n"
        )
    };
    agree(lock, &manifest("0.2.130", "0.2.130")).unwrap();
    let error = agree(lock, &manifest("0.2.130", "0.2.131")).unwrap_err();
    assert!(
        error.starts_with("wasm-bindgen's versions differ: 0.2.130 in Cargo.lock, 0.2.130 of"),
        "{error}"
    );
    assert!(agree(lock, &manifest("0.2.129", "0.2.129")).is_err());
    assert!(agree("", &manifest("0.2.130", "0.2.130")).is_err());
}

#[test]
fn reads_the_room_of_a_file_system() {
    let table = "Filesystem     1024-blocks  Used Available Capacity Mounted on\ntmpfs 25165824 0 25165824 0% /dev/shm\n";
    assert_eq!(available(table), Some(25_165_824));
    assert_eq!(available("df: /dev/shm: No such file or directory"), None);
}
