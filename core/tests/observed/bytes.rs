//! The changes of one commit, and the filters that select them.

use std::ops::Bound::{Excluded, Included, Unbounded};

use keyloft::backend::{KeyRange, Write};
use keyloft::layers::Filter;
use keyloft::prelude::*;
use keyloft::{Partition, Read};

use crate::{change, commit, lines, notes, observed, put, set, subscribe, unset};

#[test]
fn inserts_updates_and_deletes_have_the_old_and_the_new_value() {
    let db = observed();
    put(&db, "notes", "before", "0");
    let changes = subscribe(&db, Filter::partition("notes"));
    put(&db, "notes", "a", "1");
    put(&db, "notes", "a", "2");
    commit(&db, |tx| assert!(unset(tx, "notes", "a")));
    commit(&db, |tx| assert!(!unset(tx, "notes", "a")));
    assert_eq!(lines(&changes), ["notes/a: - -> 1", "notes/a: 1 -> 2", "notes/a: 2 -> -"]);
}

#[test]
fn an_empty_value_is_a_value() {
    let db = observed();
    let changes = subscribe(&db, Filter::all());
    put(&db, "notes", "", "");
    let inserted = change(changes.try_recv());
    assert_eq!((inserted.old.as_deref(), inserted.new.as_deref()), (None, Some(&b""[..])));
    commit(&db, |tx| assert!(unset(tx, "notes", "")));
    let deleted = change(changes.try_recv());
    assert_eq!((deleted.old.as_deref(), deleted.new.as_deref()), (Some(&b""[..]), None));
}

#[test]
fn writes_to_one_key_are_one_net_change() {
    let db = observed();
    put(&db, "notes", "kept", "1");
    put(&db, "notes", "gone", "1");
    put(&db, "notes", "moved", "1");
    let changes = subscribe(&db, Filter::all());
    commit(&db, |tx| {
        set(tx, "notes", "new", "1");
        set(tx, "notes", "new", "2");
        set(tx, "notes", "fleeting", "1");
        unset(tx, "notes", "fleeting");
        unset(tx, "notes", "kept");
        set(tx, "notes", "kept", "1");
        set(tx, "notes", "gone", "2");
        unset(tx, "notes", "gone");
        unset(tx, "notes", "moved");
        set(tx, "notes", "moved", "2");
    });
    assert_eq!(lines(&changes), ["notes/gone: 1 -> -", "notes/moved: 1 -> 2", "notes/new: - -> 2"]);

    put(&db, "notes", "kept", "1");
    assert_eq!(lines(&changes), [""; 0], "writing the same value is no change");
}

#[test]
fn a_batch_is_reported_as_its_net_changes() {
    let db = observed();
    put(&db, "notes", "a", "1");
    put(&db, "notes", "kept", "1");
    let changes = subscribe(&db, Filter::partition("notes"));
    let (notes, other) = (notes(), Partition::from("other"));
    commit(&db, |tx| {
        set(tx, "notes", "b", "1");
        let batch = [
            Write::put(&other, b"a", b"unwatched"),
            Write::put(&notes, b"a", b"2"),
            Write::put(&notes, b"fleeting", b"1"),
            Write::delete(&notes, b"a"),
            Write::put(&notes, b"b", b"2"),
            Write::delete(&notes, b"fleeting"),
            Write::delete(&notes, b"absent"),
            Write::put(&notes, b"a", b"3"),
            Write::put(&notes, b"kept", b"1"),
        ];
        tx.write_batch(&batch).unwrap();
    });
    assert_eq!(lines(&changes), ["notes/a: 1 -> 3", "notes/b: - -> 2"]);
    commit(&db, |tx| assert_eq!(tx.delete_many(&notes, &[b"b", b"absent", b"b", b"a"]).unwrap(), 2));
    assert_eq!(lines(&changes), ["notes/a: 3 -> -", "notes/b: 2 -> -"]);
}

#[test]
fn a_refused_write_that_the_body_survives_is_not_reported() {
    let db = observed();
    let changes = subscribe(&db, Filter::all());
    commit(&db, |tx| {
        let too_long = [0; keyloft::backend::MAX_KEY_LEN + 1];
        assert_eq!(tx.put(&notes(), &too_long, b"").unwrap_err().code(), "KeyTooLong");
        set(tx, "notes", "a", "1");
    });
    assert_eq!(lines(&changes), ["notes/a: - -> 1"]);
}

#[test]
fn deleting_a_range_reports_every_key() {
    let db = observed();
    commit(&db, |tx| ["a", "b", "b1", "c"].iter().for_each(|key| set(tx, "notes", key, key)));
    let all = subscribe(&db, Filter::partition("notes"));
    let of_b1 = subscribe(&db, Filter::prefix("notes", b"b1"));
    let apart = subscribe(&db, Filter::range("notes", KeyRange::new::<[u8]>(Excluded(b"c"), Unbounded)));
    commit(&db, |tx| {
        set(tx, "notes", "b", "changed");
        set(tx, "notes", "b2", "fleeting");
        let range = KeyRange::new::<[u8]>(Included(b"b"), Excluded(b"c"));
        assert_eq!(tx.delete_range(&notes(), range).unwrap(), 3);
        set(tx, "notes", "b1", "again");
    });
    assert_eq!(lines(&all), ["notes/b: b -> -", "notes/b1: b1 -> again"]);
    assert_eq!(lines(&of_b1), ["notes/b1: b1 -> again"]);
    assert_eq!(lines(&apart), [""; 0]);

    commit(&db, |tx| assert_eq!(tx.delete_range(&notes(), KeyRange::ALL).unwrap(), 3));
    assert_eq!(lines(&all), ["notes/a: a -> -", "notes/b1: again -> -", "notes/c: c -> -"]);
    assert_eq!(lines(&of_b1), ["notes/b1: again -> -"]);
    assert_eq!(lines(&apart), [""; 0]);
}

#[test]
fn each_subscriber_receives_the_changes_that_its_filter_selects() {
    let db = observed();
    let everything = subscribe(&db, Filter::all());
    let partition = subscribe(&db, Filter::partition("notes"));
    let prefix = subscribe(&db, Filter::prefix("notes", b"bob:"));
    let range =
        subscribe(&db, Filter::range("notes", KeyRange::new::<[u8]>(Included(b"b"), Excluded(b"bob:2"))));
    let backwards =
        subscribe(&db, Filter::range("notes", KeyRange::new::<[u8]>(Included(b"z"), Included(b"a"))));
    commit(&db, |tx| {
        set(tx, "jobs", "bob:1", "1");
        set(tx, "notes", "bob", "2");
        set(tx, "notes", "bob:1", "3");
        set(tx, "notes", "bob:2", "4");
        set(tx, "notes", "bobby:1", "5");
        set(tx, "notes2", "bob:1", "6");
    });
    assert_eq!(lines(&everything).len(), 6);
    assert_eq!(lines(&partition).len(), 4);
    assert_eq!(lines(&prefix), ["notes/bob:1: - -> 3", "notes/bob:2: - -> 4"]);
    assert_eq!(lines(&range), ["notes/bob: - -> 2", "notes/bob:1: - -> 3"]);
    assert_eq!(lines(&backwards), [""; 0]);
}

#[test]
fn index_entries_are_reported_only_to_filters_that_name_the_index() {
    const LENGTH: Index<String, u32> = Index::new("length", |text: &String| u32::try_from(text.len()).ok());
    let db = observed();
    let schema = Schema::new("notes").index(LENGTH);
    let store = Table::<JobId, String>::with_schema(db.clone(), schema);
    store.put(&"0".into(), &"first".to_owned()).unwrap();
    let index = db.partitions().unwrap().into_iter().find(Partition::is_index).unwrap();

    let everything = subscribe(&db, Filter::all());
    let of_index = subscribe(&db, Filter::partition(&index));
    store.put(&"a".into(), &"milk".to_owned()).unwrap();
    let of_entity = change(everything.try_recv());
    assert_eq!((of_entity.partition, &*of_entity.key), (notes(), &b"a"[..]));
    assert_eq!(everything.try_recv(), None);
    assert_eq!(change(of_index.try_recv()).partition, index);
    assert_eq!(of_index.try_recv(), None);
}

#[test]
fn a_recording_transaction_behaves_like_any_other() {
    let db = observed();
    let _everything = subscribe(&db, Filter::all());
    commit(&db, |tx| {
        set(tx, "notes", "a", "1");
        set(tx, "notes", "b", "2");
        assert_eq!(tx.count(&notes(), KeyRange::ALL).unwrap(), 2);
        assert!(tx.contains(&notes(), b"a").unwrap());
        assert!(unset(tx, "notes", "a") && !unset(tx, "notes", "a"));
        assert_eq!(tx.partitions().unwrap(), [notes()]);
        assert_eq!(tx.delete_range(&notes(), KeyRange::ALL).unwrap(), 1);
        assert_eq!(tx.delete_range(&notes(), KeyRange::ALL).unwrap(), 0);
    });
    assert!(db.partitions().unwrap().is_empty());
}
