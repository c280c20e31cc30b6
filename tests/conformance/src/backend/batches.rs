//! Batches of writes.

use std::collections::BTreeMap;

use keyloft::backend::{Direction, KeyRange, MAX_KEY_LEN, Write};
use keyloft::{ErrorKind, Partition, StorageBackend};

use crate::Fixture;
use crate::random::Random;
use crate::reading::Reading;
use crate::writing::{Commit, Writing};

pub(crate) fn write_to_several_partitions(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.put_one("here", b"old", b"0");
    db.put_one("gone", b"only", b"0");
    db.commit(|tx| {
        tx.write(&[
            ("there", b"a", Some(b"1")),
            ("here", b"b", Some(b"2")),
            ("here", b"old", None),
            ("gone", b"only", None),
            ("there", b"", Some(b"")),
            ("never", b"a", None),
            ("here", b"a", Some(b"3")),
        ]);
    });
    assert_eq!(db.names(), ["here", "there"]);
    assert_eq!(db.all("here"), [(b"a".to_vec(), b"3".to_vec()), (b"b".to_vec(), b"2".to_vec())]);
    assert_eq!(db.all("there"), [(Vec::new(), Vec::new()), (b"a".to_vec(), b"1".to_vec())]);
}

pub(crate) fn keep_the_last_write_of_a_key(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.put_one("notes", b"a", b"0");
    db.commit(|tx| {
        tx.write(&[
            ("notes", b"a", Some(b"1")),
            ("other", b"a", Some(b"x")),
            ("notes", b"a", Some(b"a longer one")),
            ("notes", b"b", Some(b"1")),
            ("notes", b"b", None),
            ("notes", b"c", None),
            ("notes", b"c", Some(b"1")),
            ("other", b"a", None),
            ("notes", b"a", Some(b"2")),
        ]);
    });
    assert_eq!(db.all("notes"), [(b"a".to_vec(), b"2".to_vec()), (b"c".to_vec(), b"1".to_vec())]);
    assert_eq!(db.names(), ["notes"]);
}

/// Batches with new keys in a row, neighbours of stored keys, stored keys and repeated keys, in order and out of order.
pub(crate) fn agree_with_a_map(fixture: &dyn Fixture) {
    for seed in 0..6 {
        let db = fixture.open();
        let mut random = Random::new(seed);
        let mut model = BTreeMap::<Vec<u8>, Vec<u8>>::new();
        for _ in 0..12 {
            let writes = any_batch(&mut random);
            let named: Vec<_> =
                writes.iter().map(|(key, value)| ("notes", key.as_slice(), value.as_deref())).collect();
            db.commit(|tx| tx.write(&named));
            for (key, value) in &writes {
                match value {
                    Some(value) => drop(model.insert(key.clone(), value.clone())),
                    None => drop(model.remove(key)),
                }
            }
            assert!(db.all("notes").into_iter().eq(model.clone()), "seed {seed}, after {writes:?}");
            // Keys that are there, absent and repeated, close together and far apart.
            let keys: Vec<Vec<u8>> = any_batch(&mut random).into_iter().map(|(key, _)| key).collect();
            let keys: Vec<&[u8]> = keys.iter().map(Vec::as_slice).collect();
            let mut found = vec![None; keys.len()];
            let note =
                &mut |place: usize, value: &[u8]| assert!(found[place].replace(value.to_vec()).is_none());
            db.get_many(&Partition::from("notes"), &keys, note).unwrap();
            assert!(found.iter().map(Option::as_ref).eq(keys.iter().map(|key| model.get(*key))), "{keys:?}");
        }
    }
}

/// Returns runs of neighbouring keys, which may overlap, and some writes between them.
fn any_batch(random: &mut Random) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
    let mut writes = Vec::new();
    for _ in 0..=random.below(4) {
        let (start, step) = (random.below(600), [1, 1, 2, 7][random.below(4)]);
        let deletes = random.below(5) == 0;
        for number in 0..random.below(60) {
            let key = u16::try_from(start + number * step).unwrap().to_be_bytes().to_vec();
            let is_deleted = deletes || random.below(20) == 0;
            let length = [0, 5, 200, 3_000][random.below(4)];
            writes.push((key, if is_deleted { None } else { Some(random.bytes(length)) }));
        }
    }
    match random.below(3) {
        0 => writes.sort(),
        1 => {
            for at in 1..writes.len() {
                writes.swap(at, random.below(at));
            }
        }
        _ => {}
    }
    writes
}

pub(crate) fn of_nothing_write_nothing(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.put_one("notes", b"a", b"0");
    db.commit(|tx| {
        tx.write(&[]);
        assert_eq!(tx.unset_many("notes", &[]), 0);
        assert_eq!(tx.unset_many("never", &[b"a"]), 0);
        assert_eq!(tx.names(), ["notes"]);
    });
    assert_eq!(db.all("notes").len(), 1);
}

pub(crate) fn are_read_by_their_transaction(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.put_one("notes", b"a", b"0");
    db.put_one("notes", b"c", b"0");
    db.commit(|tx| {
        tx.write(&[("notes", b"b", Some(b"1")), ("notes", b"a", None), ("other", b"a", Some(b"2"))]);
        assert_eq!(
            tx.batch(&[("other", b"a"), ("notes", b"a"), ("notes", b"b"), ("notes", b"c")]),
            [Some(b"2".to_vec()), None, Some(b"1".to_vec()), Some(b"0".to_vec())]
        );
        assert_eq!(tx.values("notes", &[b"a", b"b"]), [None, Some(b"1".to_vec())]);
        assert_eq!(tx.keys("notes", KeyRange::ALL, Direction::Backward), [b"c", b"b"]);
        assert_eq!((tx.size("notes", KeyRange::ALL), tx.has("notes", b"a")), (2, false));
        assert!(!tx.unset("notes", b"a") && tx.unset("notes", b"b"));
        tx.write(&[("notes", b"a", Some(b"again"))]);
        assert_eq!(tx.value("notes", b"a"), Some(b"again".to_vec()));
        assert_eq!(tx.names(), ["notes", "other"]);
    });
    assert_eq!(db.keys("notes", KeyRange::ALL, Direction::Forward), [b"a", b"c"]);
}

pub(crate) fn are_undone_with_their_transaction(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.put_one("notes", b"a", b"0");
    let failed = db.transact(&mut |tx| {
        tx.write(&[("notes", b"b", Some(b"1")), ("notes", b"a", None), ("other", b"a", Some(b"2"))]);
        assert_eq!(tx.unset_many("notes", &[b"a", b"b"]), 1);
        Err(ErrorKind::Aborted.into())
    });
    assert_eq!(failed.unwrap_err().code(), "Aborted");
    assert_eq!(db.dump(), [("notes".to_owned(), vec![(b"a".to_vec(), b"0".to_vec())])]);
}

pub(crate) fn are_refused_as_a_put_is(fixture: &dyn Fixture) {
    let db = fixture.open();
    let (notes, nameless) = (Partition::from("notes"), Partition::from(""));
    let too_long = [b'k'; MAX_KEY_LEN + 1];
    for (refused, code) in [
        (Write::put(&notes, &too_long, b""), "KeyTooLong"),
        (Write::put(&nameless, b"a", b""), "InvalidPartition"),
    ] {
        let done = db.transact(&mut |tx| tx.write_batch(&[Write::put(&notes, b"a", b""), refused]));
        assert_eq!(done.unwrap_err().code(), code);
    }
    // A key that can't be stored does not exist, so its deletion is none.
    db.transact(&mut |tx| tx.write_batch(&[Write::delete(&notes, &too_long)])).unwrap();
    assert_eq!(db.names(), Vec::<String>::new());
}

pub(crate) fn of_keys_return_the_number_that_existed(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.commit(|tx| [b"a", b"b", b"c", b"d"].iter().for_each(|key| tx.set("notes", *key, b"")));
    db.put_one("other", b"a", b"");
    db.commit(|tx| {
        tx.set("notes", b"e", b"");
        let too_long = [b'k'; MAX_KEY_LEN + 1];
        assert_eq!(tx.unset_many("notes", &[b"c", b"x", b"a", b"c", b"e", &too_long, b"a"]), 3);
        assert_eq!(tx.unset_many("notes", &[b"c", b"b"]), 1);
        assert_eq!(tx.keys("notes", KeyRange::ALL, Direction::Forward), [b"d"]);
    });
    assert_eq!((db.all("notes").len(), db.all("other").len()), (1, 1));
}
