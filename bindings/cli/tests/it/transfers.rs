//! `export`, `import`, `backup`, `restore`, `diff` and `compact`.

use std::fs;

use crate::folder::Folder;

#[test]
fn a_backup_restores_the_same_database() {
    let folder = Folder::new();
    let digest = folder.ok("digest samples.redb");
    assert!(folder.ok("backup samples.redb day.backup").contains(digest.trim()));
    assert!(folder.ok("restore day.backup copy.redb").contains(digest.trim()));
    assert_eq!(folder.ok("digest copy.redb"), digest);
    assert_eq!(folder.ok("diff samples.redb copy.redb"), "no differences\n");

    // Nothing is overwritten.
    assert_eq!(folder.run("backup samples.redb day.backup").code, 4);
    assert_eq!(folder.run("restore day.backup copy.redb").code, 4);
}

#[test]
fn a_stream_goes_through_a_pipe_and_into_fjall() {
    let folder = Folder::new();
    let output = folder.command("export samples.redb").output().unwrap();
    assert!(output.status.success());
    fs::write(folder.file("stream"), output.stdout).unwrap();
    let mut import = folder.command("import piped.redb -");
    let piped = import.stdin(fs::File::open(folder.file("stream")).unwrap()).output().unwrap();
    assert!(piped.status.success(), "{piped:?}");
    assert_eq!(folder.ok("digest piped.redb"), folder.ok("digest samples.redb"));
    folder.ok("import fjall:copy stream");
    assert_eq!(folder.ok("digest copy"), folder.ok("digest samples.redb"));
    assert_eq!(folder.run("import fjall:copy stream").code, 4);
    folder.ok("import fjall:copy stream --replace");
    assert_eq!(folder.ok("count copy samples"), "48\n");
    folder.ok("compact copy");
    assert_eq!(folder.ok("diff samples.redb copy"), "no differences\n");
}

#[test]
fn a_damaged_stream_creates_nothing() {
    let folder = Folder::new();
    folder.ok("backup samples.redb day.backup");
    let mut bytes = fs::read(folder.file("day.backup")).unwrap();
    bytes[100] ^= 1;
    fs::write(folder.file("day.backup"), bytes).unwrap();
    let refused = folder.run("restore day.backup copy.redb --json");
    assert_eq!(refused.code, 3);
    assert!(refused.err.contains("InvalidStream"), "{refused:?}");
    assert!(!folder.file("copy.redb").exists());
    assert_eq!(folder.run("restore nothing copy.redb").code, 3);
    assert_eq!(folder.run("import copy.redb day.backup").code, 3);
    assert_eq!(folder.run("import copy.redb nothing").code, 3);
    assert!(!folder.file("copy.redb").exists());
}

#[test]
fn differences_are_listed_by_table_and_key() {
    let folder = Folder::new();
    folder.ok("backup samples.redb day.backup");
    folder.ok("restore day.backup new.redb");
    folder.ok("delete new.redb devices attic -y");
    let loft = r#"{"name":"loft","serial":9,"room":null}"#;
    folder.run_with("put new.redb devices", loft);
    folder.run_with("put new.redb devices -y", r#"{"name":"cellar","serial":1002,"room":"below"}"#);
    let differs = folder.run("diff samples.redb new.redb");
    assert_eq!(differs.code, 1);
    assert_eq!(differs.out, "- devices attic\n~ devices cellar\n+ devices loft\n");
    assert!(differs.err.contains("1 added, 1 removed, 1 changed"), "{differs:?}");
    assert_eq!(folder.run("diff new.redb samples.redb --json").out.lines().count(), 4);
}

#[test]
fn a_file_is_compacted() {
    let folder = Folder::new();
    let sizes = &folder.json("compact samples.redb")[0];
    assert!(sizes["after"].as_u64().unwrap() <= sizes["before"].as_u64().unwrap());
    assert_eq!(folder.ok("count samples.redb samples"), "48\n");
}
