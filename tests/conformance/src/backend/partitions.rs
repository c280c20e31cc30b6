//! Partitions exist while they hold a key.

use keyloft::backend::{Direction, KeyRange};
use keyloft::{Partition, Read};

use crate::Fixture;
use crate::reading::{Reading, every_range};
use crate::subject::Subject;
use crate::writing::{Commit, Writing};

pub(crate) fn a_new_backend_has_none(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    assert!(db.reader.names().is_empty());
    assert!(db.reader.snapshot().unwrap().names().is_empty());
}

pub(crate) fn one_never_written_reads_as_empty(fixture: &dyn Fixture) {
    let db = Subject::with_keys(fixture, "notes", &[b"a"]);
    for name in ["never", "note", "notes2", ""] {
        assert_eq!(db.reader.value(name, b"a"), None);
        assert!(!db.reader.has(name, b"a"));
        assert_eq!(db.reader.values(name, &[b"a"]), [None]);
        for range in every_range(&[b"a"]) {
            assert!(db.reader.keys(name, range, Direction::Forward).is_empty(), "{name} {range:?}");
            assert!(db.reader.keys(name, range, Direction::Backward).is_empty(), "{name} {range:?}");
            assert_eq!(db.reader.size(name, range), 0, "{name} {range:?}");
        }
    }
}

pub(crate) fn reading_creates_none(fixture: &dyn Fixture) {
    let db = Subject::with_keys(fixture, "notes", &[b"a"]);
    let look = |reader: &dyn Read| {
        reader.value("never", b"a");
        reader.has("never", b"a");
        reader.values("never", &[b"a"]);
        reader.all("never");
        reader.size("never", KeyRange::ALL);
    };
    look(&db.reader);
    look(&db.reader.snapshot().unwrap());
    db.writer.commit(|tx| look(&tx));
    db.put("notes", b"b", b"");
    assert_eq!(db.reader.names(), ["notes"]);
}

pub(crate) fn are_listed_in_order(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    for name in ["notes", "b", "a", "ab", "B", "é", "z"] {
        db.put(name, b"", b"");
    }
    assert_eq!(db.reader.names(), ["B", "a", "ab", "b", "notes", "z", "é"]);
    assert_eq!(db.reader.snapshot().unwrap().names(), db.reader.names());
}

pub(crate) fn names_are_any_text(fixture: &dyn Fixture) {
    let names = [
        " ",
        "#x",
        "%",
        "%#x",
        "'; drop table x",
        "*",
        "../up",
        "/",
        "1",
        "@x/",
        "NUL\0NUL",
        "\"",
        "\\",
        "\n",
        "CON",
        "a.b",
        "a:b",
        "a_b",
        "sqlite_master",
        "ключ",
        "鍵",
        "🔑",
    ];
    let db = Subject::of(fixture);
    for name in names {
        db.put(name, b"name", name.as_bytes());
    }
    let mut expected: Vec<String> = names.map(|name| Partition::from(name).as_str().to_owned()).to_vec();
    expected.sort_unstable();
    assert_eq!(db.reader.names(), expected);
    for name in names {
        assert_eq!(db.reader.all(name), [(b"name".to_vec(), name.as_bytes().to_vec())], "{name:?}");
    }
}

pub(crate) fn a_name_of_512_bytes(fixture: &dyn Fixture) {
    let name = |last: &str| ["n".repeat(511).as_str(), last].concat();
    let db = Subject::of(fixture);
    db.put(&name("a"), b"key", b"a");
    db.put(&name("b"), b"key", b"b");
    assert_eq!(db.reader.names(), [name("a"), name("b")]);
    assert_eq!(db.reader.value(&name("a"), b"key").as_deref(), Some(b"a".as_slice()));
    assert_eq!(db.reader.value(&name("b"), b"key").as_deref(), Some(b"b".as_slice()));
    assert_eq!(db.reader.value(&name(""), b"key"), None);
}

pub(crate) fn names_differ_by_case(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    db.put("Notes", b"key", b"1");
    db.put("notes", b"key", b"2");
    assert_eq!(db.reader.value("Notes", b"key").as_deref(), Some(b"1".as_slice()));
    assert_eq!(db.reader.value("notes", b"key").as_deref(), Some(b"2".as_slice()));
    assert_eq!(db.reader.value("NOTES", b"key"), None);
}

pub(crate) fn there_may_be_many(fixture: &dyn Fixture) {
    let names: Vec<String> = (0..300).map(|number| format!("partition {number:03}")).collect();
    let db = Subject::of(fixture);
    db.writer.commit(|tx| {
        for name in names.iter().rev() {
            tx.set(name, name.as_bytes(), b"");
        }
    });
    assert_eq!(db.reader.names(), names);
    for name in &names {
        assert_eq!(db.reader.all(name), [(name.as_bytes().to_vec(), Vec::new())]);
    }
}

pub(crate) fn are_gone_with_their_last_key(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    db.put("kept", b"a", b"");
    db.put("left", b"a", b"");
    db.put("left", b"b", b"");
    db.delete("left", b"a");
    assert_eq!(db.reader.names(), ["kept", "left"]);
    db.delete("left", b"b");
    assert_eq!(db.reader.names(), ["kept"]);
    assert!(db.reader.all("left").is_empty());
    db.put("left", b"c", b"");
    assert_eq!(db.reader.names(), ["kept", "left"]);
    assert_eq!(db.reader.keys("left", KeyRange::ALL, Direction::Forward), [b"c"]);
}
