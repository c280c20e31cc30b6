//! Watches with a limit or by an index: lists, whose events have positions.

use keyloft::catalog::Migration;
use keyloft::prelude::*;
use keyloft::store::{Event, Watch};

use crate::observed;
use crate::watch::{events, jobs};

#[test]
fn changes_without_the_entities_of_a_limit_are_refused() {
    let db = observed();
    assert_eq!(jobs(&db).changes(&db.feed(), Query::all().limit(3)).unwrap_err().code(), "UnwatchableQuery");
}

#[test]
fn a_query_with_a_limit_has_positions() {
    let db = observed();
    let jobs = jobs(&db);
    let watch = jobs.watch(&db.feed(), Query::all().limit(1)).unwrap();
    jobs.put(&"b".into(), &2).unwrap();
    jobs.put(&"a".into(), &1).unwrap();
    assert_eq!(
        events(&watch.changes),
        [
            Event::Entered { commit: 1, key: "b".into(), new: 2, at: 0 },
            Event::Left { commit: 2, key: "b".into(), old: 2, at: 0 },
            Event::Entered { commit: 2, key: "a".into(), new: 1, at: 0 },
        ]
    );
}

/// A number that is equal to every other.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Blind(u32);

impl PartialEq for Blind {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

#[test]
fn an_equal_entity_that_moves_is_an_event_of_a_list() {
    const NUMBER: Index<Blind, u32> = Index::new("number", |blind| Some(blind.0));
    let db = observed();
    let blind = Table::<JobId, Blind>::with_schema(db.clone(), Schema::new("jobs").index(NUMBER));
    blind.put_many(&[("a".into(), Blind(10)), ("b".into(), Blind(20))]).unwrap();
    let list = blind.watch_by(&db.feed(), &NUMBER, Query::all().limit(2)).unwrap().changes.distinct();
    blind.put(&"a".into(), &Blind(11)).unwrap();
    blind.put(&"a".into(), &Blind(30)).unwrap();
    assert!(matches!(events(&list)[..], [Event::Changed { commit: 2, from: 0, to: 1, .. }]));
}

/// The days of an index, in which 0 is none.
const DAY: Index<u32, u32> = Index::new("day", |day| (*day > 0).then_some(*day));

#[test]
fn a_query_by_an_index_without_a_limit_selects_by_the_value() {
    let db = observed();
    let days = Table::<JobId, u32>::with_schema(db.clone(), Schema::new("jobs").index(DAY));
    days.put_many(&[("a".into(), 5), ("b".into(), 20), ("c".into(), 0)]).unwrap();
    let Watch { current, changes } = days.watch_by(&db.feed(), &DAY, Query::range(..10).reverse()).unwrap();
    assert_eq!(current, [("a".into(), 5)]);
    for (key, day) in [("a", 3), ("b", 9), ("c", 0), ("c", 30), ("a", 10), ("c", 7), ("c", 0)] {
        days.put(&key.into(), &day).unwrap();
    }
    days.delete(&"b".into()).unwrap();
    assert_eq!(
        events(&changes),
        [
            Event::Updated { commit: 1, key: "a".into(), old: 5, new: 3 },
            Event::Inserted { commit: 2, key: "b".into(), new: 9 },
            Event::Deleted { commit: 4, key: "a".into(), old: 3 },
            Event::Inserted { commit: 5, key: "c".into(), new: 7 },
            Event::Deleted { commit: 6, key: "c".into(), old: 7 },
            Event::Deleted { commit: 7, key: "b".into(), old: 9 },
        ]
    );
    let unknown = days.watch_by(&db.feed(), &Index::<u32, u32>::new("other", |_| None), ..);
    assert_eq!(unknown.unwrap_err().code(), "UnknownIndex");
}

#[test]
fn a_watch_of_an_older_definition_ends_in_errors() {
    let db = observed();
    let old = jobs(&db);
    old.put(&"a".into(), &1).unwrap();
    let changes = old.changes(&db.feed(), ..).unwrap();
    let list = old.watch(&db.feed(), Query::all().limit(1)).unwrap().changes;
    let schema = Schema::new("jobs").index(DAY);
    Migration::new(db.clone()).table(&schema).run().unwrap();
    Table::<JobId, u32>::with_schema(db.clone(), schema).put(&"a".into(), &2).unwrap();
    for changes in [changes, list] {
        assert_eq!(changes.try_recv().unwrap().unwrap_err().code(), "DefinitionMismatch");
        assert!(changes.try_recv().is_none());
        assert_eq!(changes.resync().unwrap_err().code(), "DefinitionMismatch");
    }
    assert_eq!(old.changes(&db.feed(), ..).unwrap_err().code(), "DefinitionMismatch");
}

#[test]
fn a_list_is_lost_if_its_next_rows_cannot_be_read() {
    let db = observed();
    let jobs = jobs(&db);
    jobs.put_many(&[("a".into(), 1), ("b".into(), 2), ("c".into(), 3)]).unwrap();
    let list = jobs.watch(&db.feed(), Query::all().limit(1)).unwrap().changes;
    jobs.delete_many(&["a".into(), "b".into()]).unwrap();
    let inside = db.transaction(|_| {
        let failed = list.try_recv().unwrap().unwrap_err().code();
        let lagged = list.try_recv().transpose()?;
        Ok((failed, lagged, list.try_recv().is_none()))
    });
    assert_eq!(inside.unwrap(), ("NestedTransaction", Some(Event::Lagged { missed: 2 }), true));
    assert_eq!(list.resync().unwrap(), [("c".into(), 3)]);
}
