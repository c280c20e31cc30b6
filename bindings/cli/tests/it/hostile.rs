//! Rubbish as arguments and as files.

use std::fs;
use std::process::Stdio;

use crate::folder::Folder;

#[test]
fn arguments_that_make_no_sense_are_told_so() {
    let folder = Folder::new();
    for (words, reason) in [
        ("", "Usage"),
        ("fetch samples.redb", "fetch"),
        ("get samples.redb devices", "KEY"),
        ("scan samples.redb nothing", "it has devices, samples"),
        ("scan samples.redb devices --by colour", "it has serial"),
        ("scan samples.redb devices --where rubbish", "no condition"),
        ("scan samples.redb devices --limit many", "many"),
        ("scan samples.redb samples --prefix attic 5 6", "too many"),
        ("get samples.redb devices a b", "has no parts"),
        ("get samples.redb samples attic", "the key has 2 parts"),
        ("count samples.redb devices --by serial --prefix 1", "--from"),
        ("migrate samples.redb", "--plan"),
        ("ls samples.redb --schema app", "PostgreSQL"),
        ("watch samples.redb --every x", "every"),
    ] {
        let refused = folder.run(words);
        assert_eq!((refused.code, refused.out.as_str()), (2, ""), "{words}: {refused:?}");
        assert!(refused.err.contains(reason), "{words}: {refused:?}");
    }
    for (words, reason) in [
        ("get samples.redb samples (attic)", "attic"),
        ("get samples.redb samples attic x", "`x` is not a i64"),
        ("find samples.redb devices serial x", "`x` is not a u32"),
        ("scan samples.redb devices --by serial --from -1", "-1"),
    ] {
        let refused = folder.run(words);
        assert_eq!((refused.code, refused.out.as_str()), (2, ""), "{words}: {refused:?}");
        assert!(refused.err.contains(reason), "{words}: {refused:?}");
    }
}

#[test]
fn files_that_are_no_databases_are_told_so_and_left() {
    let folder = Folder::new();
    fs::write(folder.file("rubbish.redb"), "rubbish").unwrap();
    fs::write(folder.file("empty.redb"), "").unwrap();
    fs::create_dir(folder.file("empty")).unwrap();
    for (words, code) in [
        ("ls nothing.redb", "DatabaseMissing"),
        ("ls fjall:nothing", "DatabaseMissing"),
        ("ls rubbish.redb", "NotADatabase"),
        ("ls redb:rubbish.redb", "NotADatabase"),
    ] {
        let refused = folder.run(&format!("{words} --json"));
        assert_eq!((refused.code, refused.out.as_str()), (3, ""), "{words}: {refused:?}");
        let error: serde_json::Value = serde_json::from_str(&refused.err).unwrap();
        assert_eq!(error["error"], code, "{words}: {refused:?}");
    }
    for words in ["ls empty.redb", "ls empty", "ls postgres://nobody@127.0.0.1:1/none"] {
        assert_eq!(folder.run(words).code, 3, "{words}");
    }
    assert!(!folder.file("nothing.redb").exists());
    assert!(!folder.file("nothing").exists());
    assert_eq!(fs::read(folder.file("rubbish.redb")).unwrap(), b"rubbish");
}

#[test]
fn a_schema_of_the_shell_is_not_for_files() {
    let folder = Folder::new();
    let output = folder.command("ls samples.redb").env("KEYLOFT_SCHEMA", "app").output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn texts_of_a_database_can_not_move_the_cursor() {
    let folder = Folder::new();
    let evil = r#"{"name":"a\u001b[2J\nb","serial":5,"room":null}"#;
    assert_eq!(folder.run_with("put samples.redb devices", evil).code, 0);
    let scanned = folder.ok("scan samples.redb devices");
    assert_eq!(scanned.lines().count(), 4);
    assert!(!scanned.contains('\u{1b}'), "{scanned:?}");

    // The name of a table, too, wherever it is printed.
    let backend: std::sync::Arc<dyn keyloft::StorageBackend> =
        std::sync::Arc::new(keyloft_redb::RedbBackend::open(folder.file("samples.redb")).unwrap());
    let name = "a\u{1b}[2J\u{202e}b";
    keyloft::EntityWriter::put(&keyloft::Table::<u32, String>::new(backend, name), &1, &"milk".into())
        .unwrap();
    for words in ["ls", "describe", "verify", "stats", "scrub", "migrate --plan", "scan nothing"] {
        let (command, rest) = words.split_once(' ').unwrap_or((words, ""));
        let ended = folder.run(&format!("{command} samples.redb {rest}"));
        let printed = ended.out + &ended.err;
        assert!(!printed.contains(['\u{1b}', '\u{202e}']), "{words}: {printed:?}");
        assert!(
            words.starts_with("scrub") || words.starts_with("migrate") || printed.contains("a␣[2J␣b"),
            "{words}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_is_no_error() {
    let folder = Folder::new();
    let mut child = folder
        .command("scan samples.redb samples")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn completions_and_the_manual_are_complete() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(folder.ok(&format!("completions {shell}")).contains("reindex"), "{shell}");
    }
    let manual = folder.ok("man");
    assert!(manual.contains(".TH") && manual.contains("Exit codes"), "{manual}");
    let of_scan = folder.ok("man scan");
    assert!(of_scan.contains(".TH keyloft-scan") && of_scan.contains("\\-\\-where"), "{of_scan}");
    assert_eq!(folder.run("man nothing").code, 2);
}

#[test]
fn every_argument_is_explained() {
    let folder = Folder::new();
    let help = folder.ok("help");
    let commands = help.split("Commands:").nth(1).unwrap().split("Options:").next().unwrap();
    for line in commands.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   ")) {
        let name = line.split_whitespace().next().unwrap();
        if name == "help" {
            continue;
        }
        let help = folder.ok(&format!("{name} -h"));
        // Two spaces are before the text of an argument.
        let bare = help.lines().filter(|line| line.trim_start().starts_with(['<', '[', '-']));
        let bare: Vec<&str> = bare.filter(|line| !line.trim().contains("  ")).collect();
        assert!(bare.is_empty(), "{name}: {bare:?}");
    }
}
