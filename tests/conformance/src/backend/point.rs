//! Reads of single keys.

use keyloft::backend::{Direction, KeyRange, MAX_KEY_LEN};

use crate::Fixture;
use crate::reading::Reading;
use crate::subject::Subject;

pub(crate) fn a_key_never_written_is_absent(fixture: &dyn Fixture) {
    let db = Subject::holding(fixture, "notes", &[(b"b", b"milk")]);
    for key in [b"".as_slice(), b"a", b"b\0", b"bb", b"c", b"\xff"] {
        assert_eq!(db.reader.value("notes", key), None, "{key:?}");
    }
}

pub(crate) fn a_value_reads_back(fixture: &dyn Fixture) {
    let db = Subject::holding(fixture, "notes", &[(b"a", b"bread"), (b"b", b"milk")]);
    assert_eq!(db.reader.value("notes", b"a").as_deref(), Some(b"bread".as_slice()));
    assert_eq!(db.reader.value("notes", b"b").as_deref(), Some(b"milk".as_slice()));
}

pub(crate) fn the_last_value_wins(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    for value in [b"a longer value".as_slice(), b"short", b"one that is longer than any other"] {
        db.put("notes", b"key", value);
        assert_eq!(db.reader.value("notes", b"key").as_deref(), Some(value));
    }
    assert_eq!(db.reader.all("notes").len(), 1);
}

pub(crate) fn a_large_value_replaces_another_whole(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    db.put("notes", b"a", b"first");
    db.put("notes", b"c", b"last");
    // An engine may keep a large value in pieces. None of them may be left.
    for (byte, len) in [(1, 1 << 20), (2, 700_001), (3, 900_000), (4, 70_000), (5, 300_000), (6, 10)] {
        let value = vec![byte; len];
        db.put("notes", b"b", &value);
        assert!(db.reader.value("notes", b"b") == Some(value), "the value of {len} bytes");
        let keys = db.reader.keys("notes", KeyRange::ALL, Direction::Forward);
        assert_eq!(keys, [b"a", b"b", b"c"], "after the value of {len} bytes");
    }
    db.put("notes", b"b", &vec![7; 500_000]);
    db.delete("notes", b"b");
    assert_eq!((db.reader.value("notes", b"b"), db.reader.all("notes").len()), (None, 2));
}

pub(crate) fn contains_agrees_with_get(fixture: &dyn Fixture) {
    let keys: [&[u8]; 4] = [b"a", b"a\0", b"b", b"c"];
    let db = Subject::with_keys(fixture, "notes", &keys);
    db.delete("notes", b"b");
    for key in [b"".as_slice(), b"a", b"a\0", b"a\x01", b"b", b"c", b"cc"] {
        let there = db.reader.has("notes", key);
        assert_eq!(there, db.reader.value("notes", key).is_some(), "{key:?}");
        assert_eq!(there, [b"a".as_slice(), b"a\0", b"c"].contains(&key), "{key:?}");
    }
    assert!(!db.reader.has("nothing", b"a"));
}

pub(crate) fn get_many_gives_each_its_place(fixture: &dyn Fixture) {
    let db = Subject::with_keys(fixture, "notes", &[b"a", b"b", b"c", b"d"]);
    let values = db.reader.values("notes", &[b"d", b"x", b"a", b"", b"c", b"zz", b"b"]);
    let expected = [Some("3"), None, Some("0"), None, Some("2"), None, Some("1")];
    assert_eq!(values, expected.map(|value| value.map(|text| text.as_bytes().to_vec())));
}

pub(crate) fn get_many_takes_repeated_keys(fixture: &dyn Fixture) {
    let db = Subject::with_keys(fixture, "notes", &[b"a", b"b"]);
    let values = db.reader.values("notes", &[b"b", b"a", b"b", b"x", b"x", b"b"]);
    let expected = [Some("1"), Some("0"), Some("1"), None, None, Some("1")];
    assert_eq!(values, expected.map(|value| value.map(|text| text.as_bytes().to_vec())));
}

pub(crate) fn get_many_of_nothing_visits_nothing(fixture: &dyn Fixture) {
    let db = Subject::with_keys(fixture, "notes", &[b"a", b"b"]);
    assert!(db.reader.values("notes", &[]).is_empty());
    assert_eq!(db.reader.values("nothing", &[b"a", b"b"]), [None, None]);
}

pub(crate) fn a_batch_gives_each_its_place(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    for (partition, key) in [("here", b"a"), ("here", b"b"), ("there", b"a"), ("there", b"c")] {
        db.put(partition, key, format!("{partition} {}", char::from(key[0])).as_bytes());
    }
    let keys: [(&str, &[u8]); 8] = [
        ("there", b"c"),
        ("here", b"c"),
        ("here", b"b"),
        ("here", b"a"),
        ("nothing", b"a"),
        ("there", b"b"),
        ("there", b"a"),
        ("here", b"a"),
    ];
    let expected =
        [Some("there c"), None, Some("here b"), Some("here a"), None, None, Some("there a"), Some("here a")];
    assert_eq!(db.reader.batch(&keys), expected.map(|value| value.map(|text| text.as_bytes().to_vec())));
}

pub(crate) fn a_batch_takes_repeated_keys(fixture: &dyn Fixture) {
    let db = Subject::with_keys(fixture, "notes", &[b"a", b"b"]);
    let values = db.reader.batch(&[("notes", b"b"), ("notes", b"b"), ("x", b"b"), ("notes", b"b")]);
    let expected = [Some("1"), Some("1"), None, Some("1")];
    assert_eq!(values, expected.map(|value| value.map(|text| text.as_bytes().to_vec())));
}

pub(crate) fn a_batch_of_nothing_visits_nothing(fixture: &dyn Fixture) {
    let db = Subject::with_keys(fixture, "notes", &[b"a", b"b"]);
    assert!(db.reader.batch(&[]).is_empty());
    let longest = vec![b'k'; MAX_KEY_LEN + 1];
    assert_eq!(db.reader.batch(&[("notes", &longest), ("", b"a")]), [None, None]);
}

pub(crate) fn the_same_key_in_two_partitions_is_two(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    db.put("here", b"key", b"1");
    db.put("there", b"key", b"2");
    assert_eq!(db.reader.value("here", b"key").as_deref(), Some(b"1".as_slice()));
    assert_eq!(db.reader.value("there", b"key").as_deref(), Some(b"2".as_slice()));
    db.delete("here", b"key");
    assert_eq!(db.reader.value("here", b"key"), None);
    assert_eq!(db.reader.value("there", b"key").as_deref(), Some(b"2".as_slice()));
}

pub(crate) fn a_partition_and_a_key_are_not_concatenated(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    for (partition, key) in [("ab", "c"), ("a", "bc"), ("a/b", "c"), ("a", "/bc"), ("a:", "b"), ("a", ":b")] {
        db.put(partition, key.as_bytes(), format!("{partition} {key}").as_bytes());
    }
    assert_eq!(db.reader.all("ab"), [(b"c".to_vec(), b"ab c".to_vec())]);
    assert_eq!(db.reader.all("a/b"), [(b"c".to_vec(), b"a/b c".to_vec())]);
    assert_eq!(db.reader.all("a:"), [(b"b".to_vec(), b"a: b".to_vec())]);
    let of_a = [("/bc", "a /bc"), (":b", "a :b"), ("bc", "a bc")];
    assert_eq!(db.reader.all("a"), of_a.map(|(key, value)| (key.into(), value.into())));
}

pub(crate) fn a_key_too_long_to_store_is_absent(fixture: &dyn Fixture) {
    let longest = vec![b'k'; MAX_KEY_LEN];
    let db = Subject::holding(fixture, "notes", &[(&longest, b"there")]);
    for len in [MAX_KEY_LEN + 1, 3 * MAX_KEY_LEN, 100_000] {
        let key = vec![b'k'; len];
        assert_eq!(db.reader.value("notes", &key), None, "a key of {len} bytes");
        assert!(!db.reader.has("notes", &key), "a key of {len} bytes");
        let values = db.reader.values("notes", &[&key, &longest]);
        assert_eq!(values, [None, Some(b"there".to_vec())], "a key of {len} bytes");
    }
}
