//! The limits of keys, values and names, which are the same on every backend.

use keyloft::backend::{MAX_INDEX_KEY_LEN, MAX_KEY_LEN, MAX_PARTITION_LEN, MAX_VALUE_LEN};
use keyloft::{Error, ErrorKind, Partition, StorageBackend};

use crate::Fixture;
use crate::reading::{Reading, is_in};
use crate::writing::{Commit, Writing};

pub(crate) fn a_key_above_2_kib_is_refused(fixture: &dyn Fixture) {
    let db = fixture.open();
    for length in [MAX_KEY_LEN + 1, 100 * MAX_KEY_LEN] {
        let error = refused(&*db, &Partition::from("notes"), &vec![b'k'; length], b"");
        assert_eq!(error.code(), "KeyTooLong");
        let ErrorKind::KeyTooLong { place, len, max } = error.kind() else { panic!("{error}") };
        is_in(place, "notes");
        assert_eq!((*len, *max), (length, MAX_KEY_LEN));
    }
    assert!(db.names().is_empty());
}

pub(crate) fn an_index_key_above_4_kib_is_refused(fixture: &dyn Fixture) {
    let db = fixture.open();
    let index = Partition::from_stored("#email:users");
    let error = refused(&*db, &index, &[b'k'; MAX_INDEX_KEY_LEN + 1], b"");
    assert!(matches!(error.kind(), ErrorKind::KeyTooLong { max: MAX_INDEX_KEY_LEN, .. }), "{error}");
    assert!(db.names().is_empty());
}

pub(crate) fn a_value_above_256_mib_is_refused(fixture: &dyn Fixture) {
    let db = fixture.open();
    let error = refused(&*db, &Partition::from("notes"), b"key", &vec![0; MAX_VALUE_LEN + 1]);
    assert_eq!(error.code(), "ValueTooLong");
    let ErrorKind::ValueTooLong { place, len, max } = error.kind() else { panic!("{error}") };
    is_in(place, "notes");
    assert_eq!((place.key(), *len, *max), (Some("key"), MAX_VALUE_LEN + 1, MAX_VALUE_LEN));
    assert!(db.names().is_empty());
}

pub(crate) fn a_partition_without_a_name_is_refused(fixture: &dyn Fixture) {
    let db = fixture.open();
    assert_eq!(refused(&*db, &Partition::from(""), b"key", b"").code(), "InvalidPartition");
    assert!(db.names().is_empty());
}

pub(crate) fn a_partition_name_above_1_kib_is_refused(fixture: &dyn Fixture) {
    let db = fixture.open();
    let name = "n".repeat(MAX_PARTITION_LEN + 1);
    assert_eq!(refused(&*db, &Partition::from(name), b"key", b"").code(), "InvalidPartition");
    assert!(db.names().is_empty());
}

pub(crate) fn a_refusal_may_be_caught(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.commit(|tx| {
        tx.set("notes", b"before", b"");
        let notes = Partition::from("notes");
        tx.put(&notes, &[0; MAX_KEY_LEN + 1], b"").unwrap_err();
        tx.put(&Partition::from(""), b"key", b"").unwrap_err();
        tx.set("notes", b"later", b"");
    });
    assert_eq!(db.dump().len(), 1);
    assert_eq!(db.all("notes"), [(b"before".to_vec(), Vec::new()), (b"later".to_vec(), Vec::new())]);
}

#[track_caller]
fn refused(db: &dyn StorageBackend, partition: &Partition, key: &[u8], value: &[u8]) -> Error {
    let mut error = None;
    db.commit(|tx| error = tx.put(partition, key, value).err());
    error.unwrap_or_else(|| panic!("a put beyond a limit was not refused"))
}
