//! Watches: changes as entities.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use keyloft::prelude::*;
use keyloft::store::{Changes, Event, Sight, Visibility, Watch};
use keyloft::value::{Envelope, decode_payload};

use crate::{Db, commit, observed};

pub(crate) fn jobs(db: &Arc<Db>) -> Table<JobId, u32> {
    Table::new(db.clone(), "jobs")
}

pub(crate) fn events<K: StorageKey, V: 'static>(changes: &Changes<K, V>) -> Vec<Event<K, V>> {
    std::iter::from_fn(|| changes.try_recv()).map(Result::unwrap).collect()
}

#[test]
fn events_are_entities_of_the_query() {
    let db = observed();
    let rows = Table::<UserRowId, String>::new(db.clone(), "rows");
    let row = |user: &str, row: &str| UserRowId::from_strings(user, row);
    let changes = rows.changes(&db.feed(), UserRowId::prefix("bob")).unwrap();
    rows.put(&row("bob", "1"), &"milk".to_owned()).unwrap();
    rows.put(&row("bobby", "1"), &"bread".to_owned()).unwrap();
    rows.update(&row("bob", "1"), |text| {
        text.push('!');
        Ok(())
    })
    .unwrap();
    rows.put(&row("bob", "2"), &"tea".to_owned()).unwrap();
    assert_eq!(rows.delete_prefix(&UserRowId::prefix("bob")).unwrap(), 2);
    assert_eq!(
        events(&changes),
        [
            Event::Inserted { commit: 1, key: row("bob", "1"), new: "milk".to_owned() },
            Event::Updated {
                commit: 2,
                key: row("bob", "1"),
                old: "milk".to_owned(),
                new: "milk!".to_owned()
            },
            Event::Inserted { commit: 3, key: row("bob", "2"), new: "tea".to_owned() },
            Event::Deleted { commit: 4, key: row("bob", "1"), old: "milk!".to_owned() },
            Event::Deleted { commit: 4, key: row("bob", "2"), old: "tea".to_owned() },
        ]
    );
}

#[test]
fn the_result_is_in_the_order_of_the_query() {
    let db = observed();
    let jobs = jobs(&db);
    jobs.put_many(&[("a".into(), 1), ("b".into(), 2), ("c".into(), 3)]).unwrap();
    let watch = jobs.watch(&db.feed(), Query::range(JobId::new("b")..).reverse()).unwrap();
    assert_eq!(watch.current, [("c".into(), 3), ("b".into(), 2)]);
    jobs.put(&"a".into(), &7).unwrap();
    jobs.put(&"d".into(), &8).unwrap();
    assert_eq!(events(&watch.changes), [Event::Inserted { commit: 1, key: "d".into(), new: 8 }]);
}

#[test]
fn an_entity_that_cannot_be_decoded_is_an_error_in_its_place() {
    let db = observed();
    let jobs = jobs(&db);
    let changes = jobs.changes(&db.feed(), ..).unwrap();
    jobs.put(&"a".into(), &1).unwrap();
    commit(&db, |tx| tx.put(jobs.partition(), b"b", b"not an entity").unwrap());
    jobs.put(&"c".into(), &3).unwrap();
    let results: Vec<_> = std::iter::from_fn(|| changes.try_recv()).collect();
    assert!(matches!(results[0], Ok(Event::Inserted { new: 1, .. })));
    let Err(error) = &results[1] else { panic!("expected an error, there is {:?}", results[1]) };
    let place = error.place().unwrap();
    assert_eq!((error.code(), place.partition(), place.key()), ("Decode", Some("jobs"), Some("b")));
    assert!(matches!(results[2], Ok(Event::Inserted { new: 3, .. })));
    assert_eq!(results.len(), 3);
}

#[test]
fn an_entity_is_an_event_even_if_it_can_be_decoded_on_one_side_only() {
    let db = observed();
    let jobs = jobs(&db);
    let damage = |text: &[u8]| commit(&db, |tx| tx.put(jobs.partition(), b"a", text).unwrap());
    let is_decode =
        |error: Error| assert_eq!((error.code(), error.place().unwrap().key()), ("Decode", Some("a")));
    let changes = jobs.changes(&db.feed(), ..).unwrap();
    jobs.put(&"a".into(), &1).unwrap();
    damage(b"not an entity");
    damage(b"nor is this");
    jobs.put(&"a".into(), &4).unwrap();
    damage(b"not an entity");
    commit(&db, |tx| assert!(tx.delete(jobs.partition(), b"a").unwrap()));

    let mut items = std::iter::from_fn(|| changes.try_recv());
    let mut next = || items.next().unwrap();
    assert_eq!(next().unwrap(), Event::Inserted { commit: 1, key: "a".into(), new: 1 });
    assert_eq!(next().unwrap(), Event::Unreadable { commit: 2, key: "a".into(), old: 1 });
    is_decode(next().unwrap_err());
    is_decode(next().unwrap_err());
    assert_eq!(next().unwrap(), Event::Inserted { commit: 4, key: "a".into(), new: 4 });
    assert_eq!(next().unwrap(), Event::Unreadable { commit: 5, key: "a".into(), old: 4 });
    is_decode(next().unwrap_err());
    assert_eq!(next().unwrap(), Event::Discarded { commit: 6, key: "a".into() });
    assert!(items.next().is_none());
}

#[test]
fn the_result_steps_over_an_entity_that_cannot_be_decoded_and_reports_it() {
    let db = observed();
    let jobs = jobs(&db);
    jobs.put_many(&[("a".into(), 1), ("c".into(), 3)]).unwrap();
    commit(&db, |tx| tx.put(jobs.partition(), b"b", b"not an entity").unwrap());
    let Watch { current, changes } = jobs.watch(&db.feed(), ..).unwrap();
    for current in [current, changes.resync().unwrap()] {
        assert_eq!(current, [("a".into(), 1), ("c".into(), 3)]);
    }
    let woken = Arc::new(AtomicBool::new(false));
    let wake = woken.clone();
    changes.wake_with(move || wake.store(true, Ordering::Relaxed));
    assert!(woken.load(Ordering::Relaxed), "the report waits");
    let error = changes.try_recv().unwrap().unwrap_err();
    assert_eq!((error.code(), error.place().unwrap().key()), ("Decode", Some("b")));
    assert!(changes.try_recv().is_none());
    jobs.put(&"b".into(), &2).unwrap();
    assert_eq!(events(&changes), [Event::Inserted { commit: 1, key: "b".into(), new: 2 }]);
}

#[test]
fn equal_entities_are_no_update_of_distinct_changes() {
    let db = observed();
    let sets = Table::<JobId, HashSet<u32>>::new(db.clone(), "jobs");
    let list = sets.watch(&db.feed(), Query::all().limit(9)).unwrap().changes.distinct();
    let (all, distinct) =
        (sets.changes(&db.feed(), ..).unwrap(), sets.changes(&db.feed(), ..).unwrap().distinct());
    let set = || (0..99).collect::<HashSet<u32>>();
    sets.put(&"a".into(), &set()).unwrap();
    let inserted = Event::Inserted { commit: 1, key: "a".into(), new: set() };
    let entered = Event::Entered { commit: 1, key: "a".into(), new: set(), at: 0 };
    // Each set has its own order.
    sets.put(&"a".into(), &set()).unwrap();
    assert_eq!(events(&all).len(), 2);
    assert_eq!(events(&distinct), [inserted]);
    assert_eq!(events(&list), [entered]);
    // The same bytes are no change.
    let same = set();
    sets.put(&"a".into(), &same).unwrap();
    sets.put(&"a".into(), &same).unwrap();
    assert_eq!(events(&all).len(), 1);
    sets.put(&"a".into(), &HashSet::from([1])).unwrap();
    assert_eq!((events(&distinct).len(), events(&list).len()), (1, 1));
}

#[test]
fn entities_of_an_older_version_are_upgraded() {
    let db = observed();
    let old = jobs(&db);
    old.put(&"a".into(), &7).unwrap();
    let schema = Schema::new("jobs").version(2, |_, payload| {
        let number: u32 = keyloft::value::decode_payload(payload)?;
        Ok(number.to_string())
    });
    let new = Table::<JobId, String>::with_schema(db.clone(), schema);
    new.migrate().unwrap();
    let changes = new.changes(&db.feed(), ..).unwrap();
    new.put(&"a".into(), &"8".to_owned()).unwrap();
    let (old, new) = ("7".to_owned(), "8".to_owned());
    assert_eq!(events(&changes), [Event::Updated { commit: 1, key: "a".into(), old, new }]);
}

/// The rule of a store of numbers that hides the odd ones, and all of them as expired while `closed` is set.
struct Even {
    closed: Arc<AtomicBool>,
}

impl Visibility for Even {
    fn is_visible(&self, row: Envelope<'_>, sight: Sight) -> bool {
        let is_odd = decode_payload::<u32>(row.payload).is_ok_and(|number| number % 2 == 1);
        !is_odd && (sight.expired || !self.closed.load(Ordering::Relaxed))
    }
}

/// Returns a table that hides odd numbers, and the switch that hides all of them.
fn even(numbers: &Table<JobId, u32>) -> (Table<JobId, u32>, Arc<AtomicBool>) {
    let closed = Arc::new(AtomicBool::new(false));
    let rule = Even { closed: closed.clone() };
    let schema = Schema::new("jobs").visibility(rule);
    (Table::with_schema(numbers.backend().clone(), schema), closed)
}

#[test]
fn hidden_entities_are_absent() {
    let db = observed();
    let all = jobs(&db);
    let (even, _) = even(&all);
    all.put_many(&[("a".into(), 1), ("b".into(), 2)]).unwrap();
    let watch = even.watch(&db.feed(), ..).unwrap();
    assert_eq!(watch.current, [("b".into(), 2)]);
    all.put(&"a".into(), &3).unwrap();
    all.put(&"a".into(), &4).unwrap();
    all.put(&"a".into(), &6).unwrap();
    all.put(&"a".into(), &7).unwrap();
    assert_eq!(
        events(&watch.changes),
        [
            Event::Inserted { commit: 2, key: "a".into(), new: 4 },
            Event::Updated { commit: 3, key: "a".into(), old: 4, new: 6 },
            Event::Deleted { commit: 4, key: "a".into(), old: 6 },
        ]
    );
}

#[test]
fn the_removal_of_an_entity_that_a_clock_has_hidden_is_a_deletion() {
    let db = observed();
    let all = jobs(&db);
    let (even, closed) = even(&all);
    all.put(&"a".into(), &2).unwrap();
    let watch = even.watch(&db.feed(), ..).unwrap();
    assert_eq!(watch.current, [("a".into(), 2)]);
    closed.store(true, Ordering::Relaxed);
    all.delete(&"a".into()).unwrap();
    assert_eq!(events(&watch.changes), [Event::Deleted { commit: 1, key: "a".into(), old: 2 }]);
}

#[test]
fn an_expired_row_counts_as_present_until_a_commit_changes_it() {
    let id = TableId::from_strings("app", "events");
    let db = observed();
    let now = Arc::new(AtomicI64::new(0));
    let hand = now.clone();
    let clock = Arc::new(move || hand.load(Ordering::Relaxed));
    let stream = StreamTableStore::new(db.clone(), &id, TableAccess::Public, clock);
    let row = |at| StreamTableRow::new(Row::new(), at, 5);
    stream.put_many(&[("a".into(), row(0)), ("b".into(), row(0)), ("c".into(), row(0))]).unwrap();
    let changes = stream.changes(&db.feed(), ..).unwrap();
    assert!(stream.soft_delete(&"c".into(), 1).unwrap());
    now.store(5, Ordering::Relaxed);
    stream.put(&"a".into(), &row(5)).unwrap();
    assert_eq!(stream.evict_expired(5, 9).unwrap(), 2);
    let events = events(&changes);
    assert!(
        matches!(
            &events[..],
            [Event::Deleted { key: c, .. }, Event::Updated { key: a, .. }, Event::Deleted { key: b, .. }]
                if [a, b, c] == [&RowId::from("a"), &"b".into(), &"c".into()]
        ),
        "{events:?}"
    );
}

#[test]
fn a_soft_deletion_is_a_deletion_and_restoring_is_an_insertion() {
    let id = TableId::from_strings("app", "news");
    let db = observed();
    let news = SharedTableStore::new(db.clone(), &id, TableAccess::Public);
    let row = |text: &str, updated| SharedTableRow::new(Row::new().with("title", text), updated);
    let key = RowId::from("1");
    let (changes, all) = (news.changes(&db.feed(), ..).unwrap(), news.include_deleted());
    let changes_of_all = all.changes(&db.feed(), ..).unwrap();
    news.put(&key, &row("hello", 1)).unwrap();
    assert!(news.soft_delete(&key, 2).unwrap() && news.restore(&key, 3).unwrap());
    let kinds = |events: Vec<Event<RowId, SharedTableRow>>| -> Vec<&'static str> {
        events
            .iter()
            .map(|event| match event {
                Event::Inserted { .. } => "inserted",
                Event::Updated { .. } => "updated",
                Event::Deleted { .. } => "deleted",
                Event::Lagged { .. } => "lagged",
                other => panic!("{other:?}"),
            })
            .collect()
    };
    assert_eq!(kinds(events(&changes)), ["inserted", "deleted", "inserted"]);
    assert_eq!(kinds(events(&changes_of_all)), ["inserted", "updated", "updated"]);
    // Deleting a row that is soft-deleted is no second deletion.
    assert!(news.soft_delete(&key, 4).unwrap() && all.delete(&key).unwrap());
    assert_eq!(kinds(events(&changes)), ["deleted"]);
    assert_eq!(kinds(events(&changes_of_all)), ["updated", "deleted"]);
}

#[test]
fn changes_can_be_waited_for() {
    let db = observed();
    let jobs = jobs(&db);
    let mut changes = jobs.changes(&db.feed(), ..).unwrap();
    assert!(changes.recv_timeout(Duration::from_millis(1)).is_none());
    std::thread::scope(|scope| {
        scope.spawn(|| jobs.put(&"a".into(), &1).unwrap());
        assert!(matches!(changes.next(), Some(Ok(Event::Inserted { new: 1, .. }))));
    });
}
