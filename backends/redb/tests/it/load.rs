//! Bulk load in sorted runs, each of which is a transaction.

use std::sync::Arc;

use keyloft::prelude::*;
use keyloft_redb::RedbBackend;

/// A name and a megabyte of text. A run holds sixteen of them.
type Blob = (String, String);

const NAME: UniqueIndex<Blob, String> = UniqueIndex::new("name", |blob| Some(blob.0.clone()));

fn store() -> Table<u32, Blob> {
    let backend = Arc::new(RedbBackend::in_memory().unwrap());
    Table::with_schema(backend, Schema::new("blobs").index(NAME))
}

fn blob(key: u32, name: &str) -> (u32, Blob) {
    (key, (name.to_owned(), "x".repeat(1 << 20)))
}

#[test]
fn a_load_of_several_runs_stores_all_and_the_last_entity_of_each_key() {
    let blobs = store();
    let entries = (0..40).map(|number: u32| blob(number * 7 % 20, &number.to_string()));
    assert_eq!(blobs.load(entries).unwrap(), 40);
    for (key, (name, _)) in blobs.scan_all().unwrap() {
        let number: u32 = name.parse().unwrap();
        assert!(number >= 20 && number * 7 % 20 == key, "{number} under {key}");
    }
    assert_eq!((blobs.count().unwrap(), blobs.count_by(&NAME, ..).unwrap()), (20, 20));
    assert!(blobs.verify().unwrap().is_empty());
}

#[test]
fn an_error_keeps_the_runs_before_it() {
    let blobs = store();
    let entries = (0..40).map(|key| blob(key, &if key == 35 { "5".to_owned() } else { key.to_string() }));
    assert_eq!(blobs.load(entries).unwrap_err().code(), "UniqueViolation");
    assert_eq!(blobs.last().unwrap().unwrap().0 + 1, u32::try_from(blobs.count().unwrap()).unwrap());
    assert!((16..=35).contains(&blobs.count().unwrap()));
    assert_eq!(blobs.load([]).unwrap(), 0);
}
