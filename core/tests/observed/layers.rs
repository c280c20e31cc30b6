//! The feed seen through other layers, and other layers under it.

use std::sync::Arc;

use keyloft::layers::{Feed, Filter, Observed, ReadOnly, Scoped};
use keyloft::prelude::*;
use keyloft_memory::MemoryBackend;

use crate::{change, observed, put, subscribe, told};

#[test]
fn a_scope_over_it_is_told_of_the_scope_under_the_names_inside() {
    let db = observed();
    let acme = Scoped::new(db.clone(), "acme");
    let zenith = Scoped::new(db.clone(), "zenith");
    let in_acme = subscribe(&acme, Filter::all());
    let notes_of_acme = subscribe(&acme, Filter::prefix("notes", b"a"));
    let everything = subscribe(&db, Filter::all());
    let notes = subscribe(&db, Filter::partition("notes"));

    put(&acme, "notes", "a", "1");
    put(&acme, "jobs", "a", "2");
    put(&zenith, "notes", "a", "3");
    put(&db, "notes", "a", "4");
    assert_eq!(told(&in_acme), ["notes/a: - -> 1", "jobs/a: - -> 2"]);
    assert_eq!(told(&notes_of_acme), ["notes/a: - -> 1"]);
    assert_eq!(told(&notes), ["notes/a: - -> 4"]);
    assert_eq!(told(&everything).len(), 4);
}

#[test]
fn scopes_in_scopes_over_it() {
    let db = observed();
    let outer = Arc::new(Scoped::new(db.clone(), "a/b"));
    let inner = Scoped::new(outer.clone(), "c");
    let in_inner = subscribe(&inner, Filter::all());
    let notes_of_inner = subscribe(&inner, Filter::partition("notes"));
    let notes_of_outer = subscribe(&outer, Filter::partition("notes"));
    put(&outer, "notes", "k", "1");
    put(&inner, "notes", "k", "2");
    assert_eq!(told(&in_inner), ["notes/k: - -> 2"]);
    assert_eq!(told(&notes_of_inner), ["notes/k: - -> 2"]);
    assert_eq!(told(&notes_of_outer), ["notes/k: - -> 1"]);
}

#[test]
fn an_index_in_a_scope_stays_an_index() {
    const SELF: Index<u32, u32> = Index::new("self", |number| Some(*number));
    let db = observed();
    let scoped: Arc<dyn StorageBackend> = Arc::new(Scoped::new(db.clone(), "acme"));
    let everything = subscribe(&scoped, Filter::all());
    let store = SystemTableStore::<JobId, u32>::with_schema(scoped.clone(), Schema::new("jobs").index(SELF));
    store.put(&"a".into(), &7).unwrap();
    assert_eq!(change(everything.try_recv()).partition, Partition::from("jobs"));
    assert_eq!(everything.try_recv(), None);
}

#[test]
fn watching_a_store_in_a_scope() {
    let db = observed();
    let jobs_of =
        |tenant: &str| SystemTableStore::<JobId, u32>::new(Arc::new(Scoped::new(db.clone(), tenant)), "jobs");
    let (acme, zenith) = (jobs_of("acme"), jobs_of("zenith"));
    acme.put(&"1".into(), &1).unwrap();
    let watch = acme.watch(..).unwrap();
    zenith.put(&"1".into(), &7).unwrap();
    acme.put(&"1".into(), &2).unwrap();
    assert_eq!(watch.current, [("1".into(), 1)]);
    let event = watch.changes.try_recv().unwrap().unwrap();
    assert!(matches!(event, keyloft::Event::Updated { old: 1, new: 2, .. }), "{event:?}");
    assert!(watch.changes.try_recv().is_none());
}

#[test]
fn over_a_scope_it_tells_of_what_goes_through_it() {
    let shared = Arc::new(MemoryBackend::new());
    let acme = Observed::new(Scoped::new(shared.clone(), "acme"));
    let everything = subscribe(&acme, Filter::all());
    put(&acme, "notes", "a", "1");
    put(&Scoped::new(shared, "acme"), "notes", "a", "2");
    put(&acme, "notes", "a", "3");
    assert_eq!(told(&everything), ["notes/a: - -> 1", "notes/a: 2 -> 3"]);
}

#[test]
fn one_over_another_and_both_tell() {
    let inner = observed();
    let outer = Observed::new(inner.clone());
    let (below, above) = (subscribe(&inner, Filter::all()), subscribe(&outer, Filter::all()));
    put(&outer, "notes", "a", "1");
    put(&inner, "notes", "b", "1");
    assert_eq!(told(&above), ["notes/a: - -> 1"]);
    assert_eq!(told(&below), ["notes/a: - -> 1", "notes/b: - -> 1"]);
}

#[test]
fn a_read_only_view_can_be_watched() {
    let db = observed();
    let view: Arc<dyn StorageBackend> = Arc::new(ReadOnly::new(db.clone()));
    let changes = subscribe(&view, Filter::all());
    put(&db, "notes", "a", "1");
    assert_eq!(told(&changes), ["notes/a: - -> 1"]);
    assert!(Feed::of(&ReadOnly::new(MemoryBackend::new())).is_err());
    assert!(Feed::of(&Scoped::new(MemoryBackend::new(), "a")).is_err());
}
