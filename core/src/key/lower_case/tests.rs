//! The generator of the table, and the tests that it, the table and the standard library agree.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::{env, fs};

use super::{Run, lower_case, lower_of};

const TABLE: &str = include_str!("runs.rs");
const TABLE_PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/key/lower_case/runs.rs");

const HEAD: &str = "\
//! The simple lower case mappings of Unicode 17.0, without that of İ.
//!
//! Generated from the standard library, by `KEYLOFT_WRITE_LOWER_CASE=1 cargo test -p keyloft --lib lower_case`. Its source is
//! [UnicodeData.txt](https://www.unicode.org/Public/17.0.0/ucd/UnicodeData.txt).

use super::Run;

#[rustfmt::skip]
pub(super) const RUNS: &[Run] = &[
";

/// The version of Unicode that stored names are in: another one needs a new index.
const VERSION: (u8, u8, u8) = (17, 0, 0);

/// Compares the table with the generated one, or writes it if the variable is set. Both need a compiler whose standard
/// library has the same version of Unicode.
#[test]
fn the_table_is_the_generated_one() {
    let must_write = env::var_os("KEYLOFT_WRITE_LOWER_CASE").is_some();
    if must_write {
        assert_eq!(char::UNICODE_VERSION, VERSION);
        fs::write(TABLE_PATH, generated()).unwrap();
    } else if char::UNICODE_VERSION == VERSION {
        assert!(
            TABLE == generated(),
            "the table is not the generated one: set `KEYLOFT_WRITE_LOWER_CASE` to write it"
        );
    }
}

#[test]
fn lower_case_is_that_of_unicode() {
    for char in char::MIN..=char::MAX {
        let theirs = char.to_lowercase().to_string();
        // A standard library of another version knows more or fewer letters, and agrees about those that both know.
        let is_unknown = |lower: &str| char::UNICODE_VERSION != VERSION && lower == char.to_string();
        let ours = match char {
            'İ' => lower_case("İ"),
            char => lower_of(char).to_string(),
        };
        assert!(ours == theirs || is_unknown(&ours) || is_unknown(&theirs), "{char:?}: {ours}, not {theirs}");
    }
}

/// Returns the source of the table.
fn generated() -> String {
    let mut source = String::from(HEAD);
    let mut line = String::from("   ");
    for (first, length, step, distance) in runs() {
        let run = format!(" ({first:#x}, {length}, {step}, {distance}),");
        if line.len() + run.len() > 120 {
            source.push_str(&line);
            source.push('\n');
            line = String::from("   ");
        }
        line.push_str(&run);
    }
    source.push_str(&line);
    source.push_str("\n];\n");
    source
}

/// Groups the mappings of the standard library into runs, in the order of their letters.
fn runs() -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for char in char::MIN..=char::MAX {
        let mut lower = char.to_lowercase();
        let (Some(to), None) = (lower.next(), lower.next()) else { continue };
        if to == char {
            continue;
        }
        let code = u32::from(char);
        let distance = i32::try_from(u32::from(to)).unwrap() - i32::try_from(code).unwrap();
        let behind = |first: u32| u8::try_from(code - first).unwrap_or(u8::MAX);
        match runs.last_mut() {
            // The second letter of a run says how far apart its letters are: next to each other, or every other one.
            Some((first, length @ 0, step, by)) if *by == distance && behind(*first) <= 2 => {
                (*length, *step) = (behind(*first), behind(*first));
            }
            Some((first, length, step, by)) if *by == distance && behind(*first) == *length + *step => {
                *length = behind(*first);
            }
            _ => runs.push((code, 0, 1, distance)),
        }
    }
    runs
}
