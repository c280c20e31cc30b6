//! Keys and values of any bytes and any length.

use std::ops::Bound::{Included, Unbounded};

use keyloft::backend::{Direction, KeyRange, MAX_INDEX_KEY_LEN, MAX_KEY_LEN};
use keyloft::{Partition, Read};

use crate::Fixture;
use crate::reading::Reading;
use crate::subject::Subject;
use crate::writing::{Commit, Writing};

pub(crate) fn the_empty_key_is_a_key(fixture: &dyn Fixture) {
    let db = Subject::holding(fixture, "notes", &[(b"a", b"1"), (b"", b"empty")]);
    assert!(db.reader.has("notes", b""));
    assert_eq!(db.reader.value("notes", b"").as_deref(), Some(b"empty".as_slice()));
    assert_eq!(db.reader.keys("notes", KeyRange::ALL, Direction::Forward), [b"".as_slice(), b"a"]);
    assert_eq!(db.reader.keys("notes", KeyRange::ALL, Direction::Backward), [b"a".as_slice(), b""]);
    db.delete("notes", b"");
    assert!(!db.reader.has("notes", b""));
    assert_eq!(db.reader.all("notes").len(), 1);
}

pub(crate) fn an_empty_value_is_a_value(fixture: &dyn Fixture) {
    let db = Subject::holding(fixture, "notes", &[(b"a", b""), (b"", b"")]);
    for key in [b"a".as_slice(), b""] {
        assert!(db.reader.has("notes", key));
        assert_eq!(db.reader.value("notes", key).as_deref(), Some(b"".as_slice()));
    }
    assert_eq!(db.reader.values("notes", &[b"a", b"b"]), [Some(Vec::new()), None]);
    assert_eq!(db.reader.size("notes", KeyRange::ALL), 2);
}

pub(crate) fn every_byte_is_a_key(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    db.writer.commit(|tx| {
        for byte in (0..=u8::MAX).rev() {
            tx.set("bytes", &[byte], &[byte]);
        }
    });
    let expected: Vec<_> = (0..=u8::MAX).map(|byte| (vec![byte], vec![byte])).collect();
    assert_eq!(db.reader.all("bytes"), expected);
}

pub(crate) fn zeroes_and_ones_sort_by_length(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    db.writer.commit(|tx| {
        for len in [3, 0, 70, 1, 2] {
            tx.set("bytes", &vec![0x00; len], b"");
            tx.set("bytes", &[vec![0xff; len], vec![0x00]].concat(), b"");
        }
    });
    // The key of one zero was written twice.
    let zeroes = [0, 1, 2, 3, 70].map(|len| vec![0x00; len]);
    let ones = [1, 2, 3, 70].map(|len| [vec![0xff; len], vec![0x00]].concat());
    let expected: Vec<_> = zeroes.into_iter().chain(ones).collect();
    assert_eq!(db.reader.keys("bytes", KeyRange::ALL, Direction::Forward), expected);
}

pub(crate) fn a_key_of_2_kib(fixture: &dyn Fixture) {
    let key: Vec<u8> = (0..=u8::MAX).cycle().take(MAX_KEY_LEN).collect();
    let db = Subject::holding(fixture, "notes", &[(&key, b"long"), (b"a", b"short")]);
    assert!(db.reader.has("notes", &key));
    assert_eq!(db.reader.value("notes", &key).as_deref(), Some(b"long".as_slice()));
    let range = KeyRange::new(Unbounded, Included(&key));
    assert_eq!(db.reader.keys("notes", range, Direction::Backward), [key.as_slice()]);
    db.delete("notes", &key);
    assert!(!db.reader.has("notes", &key));
}

pub(crate) fn long_keys_that_differ_at_the_end(fixture: &dyn Fixture) {
    let key = |last: u8| [vec![0x01; MAX_KEY_LEN - 1], vec![last]].concat();
    let db = Subject::of(fixture);
    db.writer.commit(|tx| {
        for last in (0..=u8::MAX).rev() {
            tx.set("notes", &key(last), &[last]);
        }
    });
    let expected: Vec<_> = (0..=u8::MAX).map(|last| (key(last), vec![last])).collect();
    assert!(db.reader.all("notes") == expected, "256 keys that differ in their last byte");
    assert_eq!(db.reader.value("notes", &key(7)), Some(vec![7]));
}

pub(crate) fn an_index_key_of_4_kib(fixture: &dyn Fixture) {
    let index = Partition::from_stored("#email:users");
    let key = vec![0xaa; MAX_INDEX_KEY_LEN];
    let db = Subject::of(fixture);
    db.writer.transact(&mut |tx| tx.put(&index, &key, b"entry")).unwrap();
    assert!(db.reader.contains(&index, &key).unwrap());
    assert_eq!(db.reader.dump(), [("#email:users".to_owned(), vec![(key, b"entry".to_vec())])]);
}

pub(crate) fn values_of_any_bytes_and_length(fixture: &dyn Fixture) {
    let lengths =
        [1_usize, 255, 256, 257, 1023, 4079, 4080, 4095, 4096, 4097, 65_535, 65_536, 65_537, 300_000];
    let value = |len: usize| -> Vec<u8> { (0..=250_u8).cycle().take(len).collect() };
    let db = Subject::of(fixture);
    db.writer.commit(|tx| {
        for len in lengths {
            tx.set("values", &len.to_be_bytes(), &value(len));
        }
    });
    for len in lengths {
        let found = db.reader.value("values", &len.to_be_bytes());
        assert!(found == Some(value(len)), "a value of {len} bytes");
    }
    let all = db.reader.all("values");
    assert!(all.iter().map(|(_, value)| value.len()).eq(lengths), "a scan of the same");
}

pub(crate) fn a_value_of_16_mib(fixture: &dyn Fixture) {
    let value: Vec<u8> = (0..=250_u8).cycle().take(16 << 20).collect();
    let db = Subject::holding(fixture, "values", &[(b"a", b"before"), (b"b", &value), (b"c", b"after")]);
    assert!(db.reader.value("values", b"b").as_ref() == Some(&value), "16 MiB read back");
    let all = db.reader.all("values");
    assert!(all.len() == 3 && all[1].1 == value, "16 MiB in a scan");
    db.put("values", b"b", b"small again");
    assert_eq!(db.reader.value("values", b"b").as_deref(), Some(b"small again".as_slice()));
}
