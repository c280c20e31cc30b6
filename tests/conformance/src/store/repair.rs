//! Repair of stored bytes and index entries that are wrong.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::sync::Arc;

use keyloft::layers::Scoped;
use keyloft::prelude::*;
use keyloft::store::{IndexDefinition, Mismatch, clear_table};

use crate::Fixture;
use crate::reading::Reading;
use crate::writing::{Commit, Writing};

type Names = Table<UserId, String>;

const NAME: UniqueIndex<String, String> = UniqueIndex::new("name", |name| Some(name.clone()));
const FIRST: Index<String, String> = Index::new("first", |name| name.chars().next().map(String::from));

fn names(backend: &Arc<dyn StorageBackend>) -> Names {
    Names::with_schema(backend.clone(), Schema::new("names").index(NAME).index(FIRST))
}

pub(crate) fn discard_removes_what_cannot_be_decoded(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let names = names(&backend);
    names
        .put_many(&[("1".into(), "ann".into()), ("2".into(), "bea".into()), ("3".into(), "abe".into())])
        .unwrap();
    backend.put_one("names", b"2", b"rubbish");

    assert_eq!(names.get(&"2".into()).unwrap_err().code(), "Decode");
    assert_eq!(names.delete(&"2".into()).unwrap_err().code(), "Decode");
    assert_eq!(names.put(&"4".into(), &"bea".into()).unwrap_err().code(), "UniqueViolation");
    assert!(names.discard(b"2").unwrap());
    assert!(!names.discard(b"2").unwrap());
    assert_eq!(names.verify().unwrap(), []);
    names.put(&"4".into(), &"bea".into()).unwrap();
    assert_eq!(names.find(&NAME, "bea").unwrap().unwrap().0, "4".into());
    assert_eq!(names.count().unwrap(), 3);
}

pub(crate) fn a_cancelled_reindex_changes_nothing(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let names = names(&backend);
    names.put_many(&[("1".into(), "ann".into()), ("2".into(), "bea".into())]).unwrap();
    backend.put_one("names", b"3", &names.serialize(&"3".into(), &"cid".into()).unwrap());
    let before = backend.dump();
    let mut rows = 0;
    let cancelled = names.reindex_with(|read| {
        rows = read;
        ControlFlow::Break(())
    });
    assert_eq!((cancelled.unwrap_err().code(), rows), ("Cancelled", 3));
    assert_eq!(backend.dump(), before);
    assert_eq!(names.reindex_with(|_| ControlFlow::Continue(())).unwrap(), 6);
    assert_eq!(names.verify().unwrap(), []);
}

pub(crate) fn an_entry_of_another_holder_stays(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let names = Names::with_schema(backend.clone(), Schema::new("names").index(NAME));
    names.put(&"1".into(), &"ann".into()).unwrap();
    // Two entities have one name, because one was stored past the table.
    backend.put_one("names", b"2", &names.serialize(&"2".into(), &"ann".into()).unwrap());
    assert!(names.delete(&"2".into()).unwrap());
    assert_eq!(names.find(&NAME, "ann").unwrap().unwrap().0, "1".into());
    assert_eq!(names.verify().unwrap(), []);
}

pub(crate) fn discard_removes_bytes_that_are_no_key(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let rows = Table::<UserRowId, String>::with_schema(backend.clone(), Schema::new("rows").index(FIRST));
    rows.put(&UserRowId::from_strings("bob", "1"), &"ann".into()).unwrap();
    backend.put_one("rows", b"no colon", b"rubbish");
    let found = rows.verify().unwrap();
    assert!(matches!(&found[..], [Mismatch::Unreadable { key, .. }] if key == b"no colon"), "{found:?}");
    assert!(rows.discard(b"no colon").unwrap());
    assert_eq!(rows.verify().unwrap(), []);
    assert_eq!(rows.reindex().unwrap(), 1);
}

pub(crate) fn a_deletion_by_an_index_goes_by_the_entities(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let names = names(&backend);
    let all: Vec<_> =
        (0..1200).map(|number| (UserId::new(format!("{number:04}")), format!("a{number}"))).collect();
    names.put_many(&all).unwrap();
    // Writes past the store leave entries of missing entities, and of an entity that has another value.
    let bea = names.serialize(&all[700].0, &"bea".into()).unwrap();
    backend.commit(|tx| {
        for (key, _) in &all[..600] {
            assert!(tx.unset("names", &key.encode()));
        }
        tx.set("names", &all[700].0.encode(), &bea);
    });

    assert_eq!(names.delete_by(&FIRST, Query::range(..).limit(5)).unwrap(), 5);
    assert_eq!(names.count().unwrap(), 595);
    let a = "a".to_owned();
    assert_eq!(names.delete_by(&FIRST, a.clone()..=a.clone()).unwrap(), 594);
    assert_eq!(names.delete_by(&FIRST, a.clone()..=a.clone()).unwrap(), 0);
    assert_eq!(names.scan_all().unwrap(), [(all[700].0.clone(), "bea".into())]);
    assert_eq!(names.at(&*backend).count_by(&FIRST, ..).unwrap(), 0);
}

pub(crate) fn a_scope_keeps_its_indexes_for_itself(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let open = |backend: Arc<dyn StorageBackend>, partition: &str, index: &'static str| {
        Names::with_schema(backend, Schema::new(partition).index(Dynamic(index)))
    };
    let scoped = |name: &str| -> Arc<dyn StorageBackend> { Arc::new(Scoped::new(backend.clone(), name)) };
    let stores = [
        open(backend.clone(), "names", "x"),
        open(backend.clone(), "names2", "@a/x"),
        open(backend.clone(), "names:x", "x"),
        open(scoped("a"), "names", "x"),
        open(scoped("a"), "names2", "x"),
        open(scoped("q:names"), "t", "x"),
        open(scoped("q"), "names/t", "x"),
    ];
    for store in &stores {
        store.put(&"1".into(), &"ann".into()).unwrap();
    }
    for store in &stores {
        assert_eq!(store.reindex().unwrap(), 1);
        store.backend().transaction(|tx| clear_table(tx, store.partition())).unwrap();
        store.put(&"1".into(), &"ann".into()).unwrap();
        for (place, other) in stores.iter().enumerate() {
            assert_eq!(other.verify().unwrap(), [], "{place} after {}", store.partition());
        }
    }
}

/// An index whose name is known only at run time.
struct Dynamic(&'static str);

impl IndexDefinition<String> for Dynamic {
    fn name(&self) -> &str {
        self.0
    }

    fn is_unique(&self) -> bool {
        true
    }

    fn values(&self, name: &String, add: &mut dyn FnMut(Cow<'_, [u8]>)) {
        add(name.as_bytes().into());
    }
}

pub(crate) fn index_names_and_partitions_are_not_concatenated(fixture: &dyn Fixture) {
    let backend = fixture.open();
    for (index, partition) in [("a", "b:c"), ("a:b", "c"), ("", "a:b:c"), ("a%3Ab", "c2"), ("a:b", "c2:")] {
        let store = Names::with_schema(backend.clone(), Schema::new(partition).index(Dynamic(index)));
        store.put(&format!("{index} {partition}").as_str().into(), &"ann".into()).unwrap();
        let listed = Schema::<UserId, String>::new(partition).index(Dynamic(index)).index(Dynamic(index));
        assert_eq!(
            Names::with_schema(backend.clone(), listed).verify().unwrap(),
            [],
            "{index} of {partition}"
        );
    }
}

pub(crate) fn counts_are_of_the_query(fixture: &dyn Fixture) {
    let jobs = Table::<JobId, u32>::new(fixture.open(), "numbers");
    let keys = ["", "a", "a\u{0}", "ab", "b", "\u{10FFFF}"];
    for key in keys {
        jobs.put(&key.into(), &0).unwrap();
    }
    assert_eq!((jobs.count_in(..).unwrap(), jobs.count().unwrap()), (6, 6));
    assert_eq!(jobs.count_in(JobId::prefix("a")).unwrap(), 3);
    assert_eq!(jobs.count_in(JobId::from("a")..JobId::from("b")).unwrap(), 3);
    assert_eq!(jobs.count_in(JobId::from("b")..JobId::from("a")).unwrap(), 0);
    assert_eq!(jobs.count_in(Query::all().limit(4)).unwrap(), 4);
    assert_eq!(jobs.count_in(Query::all().reverse().limit(9)).unwrap(), 6);
}
