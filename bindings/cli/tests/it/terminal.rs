//! The command in a terminal of 80 columns, which `script` of util-linux makes.

use std::io::Write as _;
use std::process::Stdio;

use crate::folder::{Folder, KEYLOFT};

/// Runs a line of the shell in a terminal of 80 columns, answers its questions with this input, and returns what is on the screen.
pub(crate) fn screen(folder: &Folder, line: &str, input: &str) -> String {
    screen_of(80, folder, line, input)
}

fn screen_of(columns: u8, folder: &Folder, line: &str, input: &str) -> String {
    let line = line.replacen("keyloft", KEYLOFT, 1);
    let mut script = std::process::Command::new("script");
    script.args([
        "--quiet",
        "--return",
        "--command",
        &format!("stty cols {columns} rows 24; {line}"),
        "/dev/null",
    ]);
    script
        .current_dir(folder.file(""))
        .env("TERM", "xterm")
        .env("TMPDIR", folder.file(""))
        .env_remove("NO_COLOR");
    let mut child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    drop(stdin);
    String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n")
}

#[test]
fn rows_are_columns_that_fit() {
    let folder = Folder::new();
    let long = format!(r#"{{"name":"loft","serial":7,"room":"{}"}}"#, "x".repeat(300));
    assert_eq!(folder.run_with("put samples.redb devices", &long).code, 0);
    let screen = screen(&folder, "keyloft scan samples.redb devices --color never", "");
    let lines: Vec<&str> = screen.lines().collect();
    assert_eq!(lines[0], "key     serial  room");
    assert_eq!(lines[1], "attic   1000    under the roof");
    assert_eq!(lines.len(), 5);
    assert!(lines.iter().all(|line| line.chars().count() <= 80), "{screen}");
    assert!(lines[4].ends_with('…'), "{screen}");
}

#[test]
fn columns_without_room_are_named() {
    let folder = Folder::with_odd();
    for columns in [20, 40, 80] {
        let screen = screen_of(columns, &folder, "keyloft scan odd.redb wide --color never", "");
        let (rows, note) = screen.split_at(screen.find("no room").unwrap());
        assert!(rows.lines().all(|line| line.chars().count() <= columns.into()), "{screen}");
        assert_eq!(rows.lines().count(), 4, "{screen}");
        assert!(note.contains("twelfth; --json shows all"), "{screen}");
    }
}

#[test]
fn colours_are_for_terminals() {
    let folder = Folder::new();
    let line = "keyloft ls samples.redb";
    assert!(screen(&folder, line, "").contains("\u{1b}[1mtable"));
    assert!(!screen(&folder, &format!("{line} --color never"), "").contains('\u{1b}'));
    assert!(!screen(&folder, "env NO_COLOR=1 keyloft ls samples.redb", "").contains('\u{1b}'));
    assert!(screen(&folder, "keyloft ls nothing.redb", "").contains("\u{1b}[31m"));
    assert!(!screen(&folder, "keyloft ls nothing.redb --color never", "").contains('\u{1b}'));
    assert!(!folder.ok("ls samples.redb").contains('\u{1b}'));
    assert!(folder.ok("ls samples.redb --color always").contains('\u{1b}'));
}

#[test]
fn a_person_is_asked() {
    let folder = Folder::new();
    let line = "keyloft delete samples.redb devices attic";
    let kept = screen(&folder, line, "n\n");
    assert!(
        kept.contains("Delete the entity of key attic? [y/N]") && kept.contains("nothing was changed"),
        "{kept}"
    );
    assert_eq!(folder.ok("count samples.redb devices"), "3\n");
    let deleted = screen(&folder, line, "y\n");
    assert!(deleted.contains("deleted attic"), "{deleted}");
    assert_eq!(folder.ok("count samples.redb devices"), "2\n");
}

#[test]
fn an_entity_is_edited() {
    let folder = Folder::new();
    let line = "env VISUAL='sed -i s/1000/2000/' keyloft edit samples.redb devices attic";
    let edited = screen(&folder, line, "y\n");
    assert!(edited.contains("replaced attic"), "{edited}");
    assert!(folder.ok("find samples.redb devices serial 2000").starts_with("attic\t"));
    let broken =
        screen(&folder, "env VISUAL='sed -i s/2000/many/' keyloft edit samples.redb devices attic", "");
    assert!(broken.contains("your text is kept in"), "{broken}");
    assert!(folder.ok("get samples.redb devices attic").contains("2000"));
}

#[test]
fn a_text_that_can_not_be_stored_is_kept() {
    let folder = Folder::new();
    for (edit, answer, reason) in [
        ("s/1000/1001/", "y\n", "taken in the unique index"),
        ("s/1000/2000/", "n\n", "nothing was changed"),
        ("s/1000/many/", "", "expected"),
    ] {
        let line = format!("env VISUAL='sed -i {edit}' keyloft edit samples.redb devices attic");
        let refused = screen(&folder, &line, answer);
        assert!(refused.contains(reason), "{refused}");
        let kept =
            refused.split("your text is kept in ").nth(1).unwrap().split(['\u{1b}', '\n']).next().unwrap();
        let text = std::fs::read_to_string(kept).unwrap();
        assert!(text.contains("under the roof") && !text.contains("1000"), "{text}");
        std::fs::remove_file(kept).unwrap();
    }
    assert!(folder.ok("get samples.redb devices attic").contains("1000"));
}

#[test]
fn an_editor_has_a_private_file_and_leaves_the_database_to_others() {
    let folder = Folder::new();
    let editor = folder.file("editor");
    std::fs::write(
        &editor,
        format!(
            "stat -c %a $1; {KEYLOFT} put --yes samples.redb devices <<< \
        '{{\"name\":\"attic\",\"serial\":7,\"room\":null}}'; sed -i s/1000/8/ $1"
        ),
    )
    .unwrap();
    let line = "env VISUAL='bash editor' keyloft edit samples.redb devices attic";
    let screen = screen(&folder, line, "y\n");
    assert!(screen.contains("600\n") && screen.contains("replaced attic"), "{screen}");
    // The other program's change is not overwritten.
    assert!(screen.contains("another program has changed the entity meanwhile"), "{screen}");
    assert!(folder.ok("get samples.redb devices attic").contains("\"serial\":7"));
}

#[test]
fn a_stream_is_not_written_to_a_terminal() {
    let folder = Folder::new();
    assert!(screen(&folder, "keyloft export samples.redb", "").contains("name a file"));
    assert!(screen(&folder, "keyloft import samples.redb", "").contains("name a file"));
}
