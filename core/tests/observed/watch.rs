//! Entities instead of bytes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use keyloft::prelude::*;
use keyloft::store::Hidden;
use keyloft::{Changes, Error, Event};
use keyloft_memory::MemoryBackend;

use crate::{Db, commit, observed};

fn jobs(db: &Arc<Db>) -> SystemTableStore<JobId, u32> {
    SystemTableStore::new(db.clone(), "jobs")
}

fn events<S, K, V>(changes: &Changes<S, K, V>) -> Vec<Event<K, V>>
where
    S: EntityStore<K, V>,
    K: StorageKey,
    V: Entity,
{
    std::iter::from_fn(|| changes.try_recv()).map(Result::unwrap).collect()
}

#[test]
fn events_are_entities_of_the_query() {
    let db = observed();
    let rows = SystemTableStore::<UserRowId, String>::new(db, "rows");
    let row = |user: &str, row: &str| UserRowId::from_strings(user, row);
    let changes = rows.changes(UserRowId::prefix("bob")).unwrap();
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
    let jobs = jobs(&observed());
    jobs.put_many(&[("a".into(), 1), ("b".into(), 2), ("c".into(), 3)]).unwrap();
    let watch = jobs.watch(Query::range(JobId::new("b")..).reverse()).unwrap();
    assert_eq!(watch.current, [("c".into(), 3), ("b".into(), 2)]);
    jobs.put(&"a".into(), &7).unwrap();
    jobs.put(&"d".into(), &8).unwrap();
    assert_eq!(events(&watch.changes), [Event::Inserted { commit: 1, key: "d".into(), new: 8 }]);
}

#[test]
fn a_query_with_a_limit_is_refused() {
    let jobs = jobs(&observed());
    assert_eq!(jobs.watch(Query::all().limit(3)).unwrap_err().code(), "UnwatchableQuery");
}

#[test]
fn a_backend_that_is_not_observed_is_refused() {
    let jobs = SystemTableStore::<JobId, u32>::new(Arc::new(MemoryBackend::new()), "jobs");
    assert!(matches!(jobs.watch(..).unwrap_err(), Error::NotObserved));
    assert!(matches!(jobs.changes(..).unwrap_err(), Error::NotObserved));
}

#[test]
fn what_cannot_be_decoded_is_an_error_in_its_place() {
    let db = observed();
    let jobs = jobs(&db);
    let changes = jobs.changes(..).unwrap();
    jobs.put(&"a".into(), &1).unwrap();
    commit(&db, |tx| tx.put(jobs.partition(), b"b", b"not an entity").unwrap());
    jobs.put(&"c".into(), &3).unwrap();
    let told: Vec<_> = std::iter::from_fn(|| changes.try_recv()).collect();
    assert!(matches!(told[0], Ok(Event::Inserted { new: 1, .. })));
    match &told[1] {
        Err(Error::Decode { partition, key, .. }) => assert_eq!((&**partition, &**key), ("jobs", "b")),
        other => panic!("expected an error, there is {other:?}"),
    }
    assert!(matches!(told[2], Ok(Event::Inserted { new: 3, .. })));
    assert_eq!(told.len(), 3);
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
    let new = SystemTableStore::<JobId, String>::with_schema(db, schema);
    let changes = new.changes(..).unwrap();
    new.put(&"a".into(), &"8".to_owned()).unwrap();
    let (old, new) = ("7".to_owned(), "8".to_owned());
    assert_eq!(events(&changes), [Event::Updated { commit: 1, key: "a".into(), old, new }]);
}

/// Numbers, of which the odd ones are hidden, and all of them while `closed`.
struct Even {
    all: SystemTableStore<JobId, u32>,
    closed: AtomicBool,
}

impl EntityStore<JobId, u32> for Even {
    fn backend(&self) -> &Arc<dyn StorageBackend> {
        self.all.backend()
    }

    fn partition(&self) -> &Partition {
        self.all.partition()
    }

    fn hidden(&self) -> Option<&dyn Hidden> {
        Some(self)
    }
}

impl Hidden for Even {
    fn hides(&self, stored: &[u8]) -> bool {
        self.closed.load(Ordering::Relaxed) || self.hides_always(stored)
    }

    fn hides_always(&self, stored: &[u8]) -> bool {
        self.all.deserialize(stored).is_ok_and(|number| number % 2 == 1)
    }
}

#[test]
fn what_is_hidden_is_not_there() {
    let all = jobs(&observed());
    let even = Even { all: all.clone(), closed: AtomicBool::new(false) };
    all.put_many(&[("a".into(), 1), ("b".into(), 2)]).unwrap();
    let watch = even.watch(..).unwrap();
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
fn the_removal_of_what_time_has_hidden_is_a_deletion() {
    let all = jobs(&observed());
    let even = Even { all: all.clone(), closed: AtomicBool::new(false) };
    all.put(&"a".into(), &2).unwrap();
    let watch = even.watch(..).unwrap();
    assert_eq!(watch.current, [("a".into(), 2)]);
    even.closed.store(true, Ordering::Relaxed);
    all.delete(&"a".into()).unwrap();
    assert_eq!(events(&watch.changes), [Event::Deleted { commit: 1, key: "a".into(), old: 2 }]);
}

#[test]
fn a_row_that_has_expired_is_there_until_a_commit_says_otherwise() {
    let id = TableId::from_strings("app", "events");
    let now = Arc::new(AtomicI64::new(0));
    let hand = now.clone();
    let clock = Arc::new(move || hand.load(Ordering::Relaxed));
    let stream = StreamTableStore::new(observed(), &id, TableAccess::Public, clock);
    let row = |at| StreamTableRow::new(Row::new(), at, 5);
    stream.put_many(&[("a".into(), row(0)), ("b".into(), row(0)), ("c".into(), row(0))]).unwrap();
    let changes = stream.changes(..).unwrap();
    assert!(stream.soft_delete(&"c".into(), 1).unwrap());
    now.store(5, Ordering::Relaxed);
    stream.put(&"a".into(), &row(5)).unwrap();
    assert_eq!(stream.evict_expired(5, 9).unwrap(), 2);
    let told = events(&changes);
    assert!(
        matches!(
            &told[..],
            [Event::Deleted { key: c, .. }, Event::Updated { key: a, .. }, Event::Deleted { key: b, .. }]
                if [a, b, c] == [&RowId::from("a"), &"b".into(), &"c".into()]
        ),
        "{told:?}"
    );
}

#[test]
fn soft_deletion_goes_out_of_sight_and_restoring_comes_back() {
    let id = TableId::from_strings("app", "news");
    let news = SharedTableStore::new(observed(), &id, TableAccess::Public);
    let row = |text: &str, updated| SharedTableRow::new(Row::new().with("title", text), updated);
    let key = RowId::from("1");
    let (changes, all) = (news.changes(..).unwrap(), news.include_deleted());
    let changes_of_all = all.changes(..).unwrap();
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
            })
            .collect()
    };
    assert_eq!(kinds(events(&changes)), ["inserted", "deleted", "inserted"]);
    assert_eq!(kinds(events(&changes_of_all)), ["inserted", "updated", "updated"]);
    // What was out of sight already does not go once more.
    assert!(news.soft_delete(&key, 4).unwrap() && all.delete(&key).unwrap());
    assert_eq!(kinds(events(&changes)), ["deleted"]);
    assert_eq!(kinds(events(&changes_of_all)), ["updated", "deleted"]);
}

#[test]
fn changes_can_be_waited_for() {
    let jobs = jobs(&observed());
    let mut changes = jobs.changes(..).unwrap();
    assert!(changes.recv_timeout(Duration::from_millis(1)).is_none());
    std::thread::scope(|scope| {
        scope.spawn(|| jobs.put(&"a".into(), &1).unwrap());
        assert!(matches!(changes.next(), Some(Ok(Event::Inserted { new: 1, .. }))));
    });
}
