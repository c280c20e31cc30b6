//! The recorded session in the README is what the command prints in a terminal of 80 columns.
//!
//! `KEYLOFT_RECORD=1 cargo test -p keyloft-cli session` records it again.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::folder::Folder;
use crate::terminal::screen;

#[test]
fn the_readme_shows_what_the_command_prints() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let folder = Folder::new();
    let mut recorded = String::new();
    let mut in_session = false;
    for line in readme.lines() {
        match line.strip_prefix("$ ") {
            Some(command) if in_session => {
                writeln!(recorded, "{line}").unwrap();
                let command = command.replacen("keyloft ", "env NO_COLOR=1 keyloft ", 1);
                recorded.push_str(&screen(&folder, &command, ""));
            }
            _ if !in_session || line.starts_with("```") => {
                in_session = line == "```console";
                writeln!(recorded, "{line}").unwrap();
            }
            // What the last command printed when the session was recorded.
            _ => {}
        }
    }
    if std::env::var_os("KEYLOFT_RECORD").is_some() {
        fs::write(path, recorded).unwrap();
        return;
    }
    let differs = readme.lines().zip(recorded.lines()).find(|(readme, now)| readme != now);
    assert_eq!(differs, None, "record the session again: see this file's head");
    assert_eq!(readme.lines().count(), recorded.lines().count());
}
