//! Layers over an observed backend, and layers under it.

use std::sync::Arc;

use keyloft::Partition;
use keyloft::layers::{Filter, Observed, ReadOnly, Scoped};
use keyloft::prelude::*;
use keyloft_memory::MemoryBackend;

use crate::{change, lines, observed, put, subscribe};

#[test]
fn a_scoped_feed_has_the_changes_in_the_scope_with_local_names() {
    let db = observed();
    let acme = Scoped::new(db.clone(), "acme");
    let zenith = Scoped::new(db.clone(), "zenith");
    let feed = db.feed().scoped("acme");
    let in_acme = feed.subscribe(Filter::all()).unwrap();
    let notes_of_acme = feed.subscribe(Filter::prefix("notes", b"a")).unwrap();
    let everything = subscribe(&db, Filter::all());
    let notes = subscribe(&db, Filter::partition("notes"));

    put(&acme, "notes", "a", "1");
    put(&acme, "jobs", "a", "2");
    put(&zenith, "notes", "a", "3");
    put(&db, "notes", "a", "4");
    assert_eq!(lines(&in_acme), ["notes/a: - -> 1", "jobs/a: - -> 2"]);
    assert_eq!(lines(&notes_of_acme), ["notes/a: - -> 1"]);
    assert_eq!(lines(&notes), ["notes/a: - -> 4"]);
    assert_eq!(lines(&everything).len(), 4);
}

#[test]
fn a_feed_can_be_scoped_twice() {
    let db = observed();
    let outer = Arc::new(Scoped::new(db.clone(), "a/b"));
    let inner = Scoped::new(outer.clone(), "c");
    let feed = db.feed().scoped("a/b");
    let in_inner = feed.scoped("c").subscribe(Filter::all()).unwrap();
    let notes_of_inner = feed.scoped("c").subscribe(Filter::partition("notes")).unwrap();
    let notes_of_outer = feed.subscribe(Filter::partition("notes")).unwrap();
    put(&outer, "notes", "k", "1");
    put(&inner, "notes", "k", "2");
    assert_eq!(lines(&in_inner), ["notes/k: - -> 2"]);
    assert_eq!(lines(&notes_of_inner), ["notes/k: - -> 2"]);
    assert_eq!(lines(&notes_of_outer), ["notes/k: - -> 1"]);
}

#[test]
fn an_index_in_a_scope_stays_an_index() {
    const SELF: Index<u32, u32> = Index::new("self", |number| Some(*number));
    let db = observed();
    let scoped: Arc<dyn StorageBackend> = Arc::new(Scoped::new(db.clone(), "acme"));
    let everything = db.feed().scoped("acme").subscribe(Filter::all()).unwrap();
    let store = Table::<JobId, u32>::with_schema(scoped.clone(), Schema::new("jobs").index(SELF));
    store.put(&"a".into(), &7).unwrap();
    assert_eq!(change(everything.try_recv()).partition, Partition::from("jobs"));
    assert_eq!(change(everything.try_recv()).partition, Partition::from("system_catalog"));
    assert_eq!(everything.try_recv(), None);
}

#[test]
fn a_store_in_a_scope_is_watched_with_a_scoped_feed() {
    let db = observed();
    let jobs_of = |tenant: &str| Table::<JobId, u32>::new(Arc::new(Scoped::new(db.clone(), tenant)), "jobs");
    let (acme, zenith) = (jobs_of("acme"), jobs_of("zenith"));
    acme.put(&"1".into(), &1).unwrap();
    let watch = acme.watch(&db.feed().scoped("acme"), ..).unwrap();
    zenith.put(&"1".into(), &7).unwrap();
    acme.put(&"1".into(), &2).unwrap();
    assert_eq!(watch.current, [("1".into(), 1)]);
    let event = watch.changes.try_recv().unwrap().unwrap();
    assert!(matches!(event, keyloft::Event::Updated { old: 1, new: 2, .. }), "{event:?}");
    assert!(watch.changes.try_recv().is_none());
}

#[test]
fn an_observed_scope_reports_the_writes_through_it() {
    let shared = Arc::new(MemoryBackend::new());
    let acme = Observed::new(Scoped::new(shared.clone(), "acme"));
    let everything = subscribe(&acme, Filter::all());
    put(&acme, "notes", "a", "1");
    put(&Scoped::new(shared, "acme"), "notes", "a", "2");
    put(&acme, "notes", "a", "3");
    assert_eq!(lines(&everything), ["notes/a: - -> 1", "notes/a: 2 -> 3"]);
}

#[test]
fn one_observed_backend_over_another_and_both_report() {
    let inner = observed();
    let outer = Observed::new(inner.clone());
    let (below, above) = (subscribe(&inner, Filter::all()), subscribe(&outer, Filter::all()));
    put(&outer, "notes", "a", "1");
    put(&inner, "notes", "b", "1");
    assert_eq!(lines(&above), ["notes/a: - -> 1"]);
    assert_eq!(lines(&below), ["notes/a: - -> 1", "notes/b: - -> 1"]);
}

#[test]
fn a_read_only_view_can_be_watched() {
    let db = observed();
    let view: Arc<dyn StorageBackend> = Arc::new(ReadOnly::new(db.clone()));
    let watched = Table::<JobId, u32>::new(view, "jobs");
    let changes = watched.changes(&db.feed(), ..).unwrap();
    Table::<JobId, u32>::new(db, "jobs").put(&"a".into(), &1).unwrap();
    let event = changes.try_recv().unwrap().unwrap();
    assert_eq!(event, keyloft::Event::Inserted { commit: 1, key: "a".into(), new: 1 });
}
