//! The command beside a server that has the same redb file open.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use keyloft::layers::Logged;
use keyloft::{EntityReader, EntityWriter, StorageBackend, Table};
use keyloft_redb::{RedbBackend, Sharing};

use crate::folder::Folder;

/// Opens the file as a server does that shares it.
fn serve(folder: &Folder, sharing: Sharing) -> Arc<dyn StorageBackend> {
    Arc::new(RedbBackend::options().sharing(sharing).open(folder.file("samples.redb")).unwrap())
}

#[test]
fn a_file_that_a_server_writes_is_read_and_backed_up() {
    let folder = Folder::new();
    let server = serve(&folder, Sharing::SingleWriter);
    let notes = Table::<u32, String>::new(server, "notes");
    notes.put(&1, &"milk".to_owned()).unwrap();
    assert_eq!(folder.ok("count samples.redb notes"), "1\n");
    notes.put(&2, &"bread".to_owned()).unwrap();
    assert_eq!(folder.ok("count samples.redb notes"), "2\n");
    assert_eq!(folder.ok("verify samples.redb devices"), "devices: ok\n");
    assert_eq!(folder.json("stats samples.redb")[0]["tables"][0]["table"], "samples");
    folder.ok("backup samples.redb day.backup");
    folder.ok("restore day.backup copy.redb");
    assert_eq!(folder.ok("diff samples.redb copy.redb"), "no differences\n");

    // It writes alone.
    let refused = folder.run("delete samples.redb devices attic -y --json");
    assert_eq!(refused.code, 3);
    assert!(refused.err.contains("DatabaseLocked"), "{refused:?}");
}

#[test]
fn a_file_whose_writers_take_turns_is_written_too() {
    let folder = Folder::new();
    let server = serve(&folder, Sharing::MultiWriter);
    let loft = r#"{"name":"loft","serial":7,"room":null}"#;
    assert_eq!(folder.run_with("put samples.redb devices", loft).code, 0);
    let devices = keyloft::untyped::UntypedTable::open(server, "devices").unwrap().unwrap();
    assert_eq!(devices.count().unwrap(), 4);
    assert!(devices.verify().unwrap().is_empty());
}

#[test]
fn changes_are_watched_without_a_log_and_with_one() {
    let folder = Folder::new();
    let server = serve(&folder, Sharing::SingleWriter);
    let watched = |words: &str, change: &dyn Fn()| {
        let mut command = folder.command(&format!("watch samples.redb {words} --every 0.05"));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        // The command has looked at the tables before it sleeps.
        std::thread::sleep(Duration::from_secs(2));
        change();
        let lines: Vec<String> = lines.lines().map(Result::unwrap).collect();
        assert!(child.wait().unwrap().success());
        lines
    };
    let numbers = Table::<u32, u32>::new(Arc::clone(&server), "numbers");
    numbers.put(&1, &10).unwrap();
    let lines = watched("numbers --limit 2", &|| {
        numbers.put(&2, &20).unwrap();
        numbers.delete(&1).unwrap();
    });
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("+ numbers 2") && lines[1] == "- numbers 1", "{lines:?}");

    let logged = Logged::with_values(server, Arc::new(|| 0_i64));
    let notes = Table::<u32, String>::new(Arc::new(logged), "notes");
    notes.put(&1, &"milk".to_owned()).unwrap();
    let lines = watched("--limit 1", &|| notes.put(&2, &"bread".to_owned()).unwrap());
    assert!(lines[0].starts_with("2 + notes 2"), "{lines:?}");
}

#[test]
fn a_file_that_a_program_has_for_itself_is_told_so() {
    let folder = Folder::new();
    let alone = serve(&folder, Sharing::Exclusive);
    for words in ["ls samples.redb", "delete samples.redb devices attic -y"] {
        let refused = folder.run(&format!("{words} --json"));
        assert_eq!(refused.code, 3);
        assert!(refused.err.contains("DatabaseLocked"), "{refused:?}");
    }
    drop(alone);
    assert_eq!(folder.run("ls samples.redb").code, 0);
}
