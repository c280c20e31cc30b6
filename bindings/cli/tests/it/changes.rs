//! `put`, `delete` and `edit`.

use crate::folder::Folder;

const LOFT: &str = r#"{"name":"loft","serial":1003,"room":null}"#;

#[test]
fn an_entity_is_added_replaced_and_deleted() {
    let folder = Folder::new();
    let added = folder.run_with("put samples.redb devices", LOFT);
    assert_eq!((added.code, added.out.as_str()), (0, "added loft\n"));
    assert_eq!(folder.run_with("put samples.redb devices", LOFT).out, "unchanged loft\n");
    assert!(folder.ok("find samples.redb devices serial 1003").starts_with("loft\t"));

    let moved = LOFT.replace("1003", "1004");
    let refused = folder.run_with("put samples.redb devices loft", &moved);
    assert_eq!(refused.code, 4, "{refused:?}");
    assert!(refused.err.contains("pass --yes"), "{refused:?}");
    let moved = folder.run_with("put samples.redb devices loft --yes", &moved);
    assert_eq!((moved.code, moved.out.as_str()), (0, "replaced loft\n"));
    assert_eq!(folder.run("find samples.redb devices serial 1003").code, 1);

    assert_eq!(folder.run("delete samples.redb devices loft").code, 4);
    assert_eq!(folder.run("delete samples.redb devices loft -y").out, "deleted loft\n");
    assert_eq!(folder.run("delete samples.redb devices loft -y").code, 1);
    assert_eq!(folder.ok("verify samples.redb"), "devices: ok\nsamples: ok\n");
}

#[test]
fn what_does_not_fit_is_refused() {
    let folder = Folder::with_odd();
    let before = folder.ok("digest samples.redb");
    let loft = |serial: &str| format!(r#"{{"name":"loft","serial":{serial},"room":null}}"#);
    for (words, input, code, reason) in [
        ("put samples.redb devices", "rubbish", 2, "the JSON is no entity of table `devices`"),
        ("put samples.redb devices", r#"{"name":"loft"}"#, 2, "serial"),
        ("put samples.redb devices", &loft("-1"), 2, "serial"),
        ("put samples.redb devices", &loft("1000"), 4, "taken in the unique index"),
        ("put samples.redb devices cellar -y", LOFT, 4, "its own key"),
        ("put samples.redb system_catalog devices", "{}", 2, "no table"),
        ("put odd.redb system_users 1", "{}", 4, "can't be written here"),
        ("put odd.redb unshaped 1", "[1,true]", 4, "has no shape"),
        ("delete odd.redb user_app:notes x:y -y", "", 4, "can't be written here"),
        ("reindex odd.redb by_function", "", 4, "can't be built here"),
    ] {
        let refused = folder.run_with(words, input);
        assert_eq!((refused.code, refused.out.as_str()), (code, ""), "{words}: {refused:?}");
        assert!(refused.err.contains(reason), "{words}: {refused:?}");
    }
    assert_eq!(folder.ok("digest samples.redb"), before);
}

#[cfg(unix)]
#[test]
fn an_editor_that_fails_changes_nothing() {
    let folder = Folder::new();
    for (editor, code) in [("false", 4), ("/nowhere/editor", 3), ("true", 0)] {
        let mut command = folder.command("edit samples.redb devices attic");
        let output = command.env("VISUAL", editor).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{editor}: {output:?}");
    }
    assert!(folder.ok("get samples.redb devices attic").contains("1000"));
}
