//! User, shared and stream tables: soft deletion, purge, expiry and removal of a table.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use keyloft::Read;
use keyloft::backend::KeyRange;
use keyloft::catalog;
use keyloft::layers::Observed;
use keyloft::prelude::*;
use keyloft::store::{Changes, Event, Watch};
use keyloft::tables::system::{Namespace, TableMetadata, TableType};

use crate::Fixture;
use crate::reading::Reading;

fn shared(backend: &Arc<dyn StorageBackend>, name: &str) -> SharedTableStore {
    SharedTableStore::new(backend.clone(), &TableId::from_strings("app", name), TableAccess::Public)
}

fn row(number: i64) -> Row {
    Row::new().with("number", number)
}

/// Returns a stream table and the time of its clock, which the case sets.
fn stream(backend: &Arc<dyn StorageBackend>) -> (StreamTableStore, Arc<AtomicI64>) {
    let time = Arc::new(AtomicI64::new(0));
    let hand = Arc::clone(&time);
    let clock = Arc::new(move || hand.load(Ordering::Relaxed));
    let id = TableId::from_strings("app", "events");
    (StreamTableStore::new(backend.clone(), &id, TableAccess::Public, clock), time)
}

/// Returns `true` if the snapshots of the backend have a time of their own, as those of most engines do.
fn has_read_time(backend: &dyn StorageBackend) -> bool {
    let snapshot = backend.snapshot().unwrap();
    snapshot.read_time(&|| 1) == snapshot.read_time(&|| 2)
}

pub(crate) fn a_snapshot_and_a_transaction_have_one_time(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let (events, time) = stream(&backend);
    assert_eq!(backend.read_time(&|| 1), 1);
    assert_eq!(backend.read_time(&|| 2), 2, "each read of a backend has the present time");
    if !has_read_time(&*backend) {
        return;
    }
    for (key, expires_at) in [("a", 10), ("b", 10), ("c", 20)] {
        events.put(&key.into(), &StreamTableRow::new(row(1), 0, expires_at)).unwrap();
    }
    let (before, also_before) = (backend.snapshot().unwrap(), backend.snapshot().unwrap());
    let count = |snapshot: &dyn Read| events.at(snapshot).count().unwrap();
    assert_eq!(count(&*before), 3);
    let iterated = events.iter(..).unwrap();
    time.store(10, Ordering::Relaxed);
    assert_eq!(count(&*before), 3, "the clock has moved");
    assert_eq!(events.at(&*before).scan_all().unwrap().len(), 3);
    assert!(events.at(&*before).contains(&"a".into()).unwrap());
    assert_eq!(iterated.count(), 3);
    assert_eq!(count(&*also_before), 1, "it has its time from its first read");
    assert_eq!(count(&*backend.snapshot().unwrap()), 1);
    assert_eq!(events.count().unwrap(), 1);

    time.store(19, Ordering::Relaxed);
    backend
        .transaction(|tx| {
            assert!(events.within(tx).contains(&"c".into())?);
            time.store(20, Ordering::Relaxed);
            events.within(tx).update(&"c".into(), |row| {
                row.expires_at = Some(30);
                Ok(())
            })?;
            assert_eq!(
                events
                    .within(tx)
                    .insert(&"c".into(), &StreamTableRow::new(row(2), 0, 40))
                    .unwrap_err()
                    .code(),
                "AlreadyExists"
            );
            time.store(30, Ordering::Relaxed);
            assert_eq!(events.within(tx).count()?, 1);
            time.store(19, Ordering::Relaxed);
            Ok(())
        })
        .unwrap();
    time.store(30, Ordering::Relaxed);
    assert!(!events.contains(&"c".into()).unwrap(), "the next transaction has its own time");
    assert_eq!(events.verify().unwrap(), []);
}

pub(crate) fn a_clock_that_is_set_back_brings_no_evicted_row_back(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let (events, time) = stream(&backend);
    for (key, expires_at) in [("a", 10), ("b", 10), ("c", 10)] {
        events.put(&key.into(), &StreamTableRow::new(row(1), 0, expires_at)).unwrap();
    }
    time.store(10, Ordering::Relaxed);
    // An insert replaces the row that it doesn't see, and an eviction deletes the first of the others.
    events.insert(&"c".into(), &StreamTableRow::new(row(2), 10, 15)).unwrap();
    assert_eq!(events.evict_expired(10, 1).unwrap(), 1);
    assert_eq!(events.count().unwrap(), 1);
    time.store(0, Ordering::Relaxed);
    assert!(!events.contains(&"a".into()).unwrap());
    assert_eq!(events.get(&"c".into()).unwrap().unwrap().row, row(2));
    assert!(events.contains(&"b".into()).unwrap(), "no commit has deleted it");
    assert_eq!(events.verify().unwrap(), []);
}

pub(crate) fn a_soft_deleted_row_is_hidden_everywhere(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let table = shared(&backend, "news");
    for (key, number) in [("a", 1), ("b", 2), ("c", 3)] {
        table.put(&key.into(), &SharedTableRow::new(row(number), 10)).unwrap();
    }
    assert!(table.soft_delete(&"b".into(), 20).unwrap());
    assert!(!table.soft_delete(&"b".into(), 21).unwrap(), "it is deleted already");
    assert!(!table.soft_delete(&"x".into(), 21).unwrap(), "the row does not exist");

    let keys = |entries: Vec<(RowId, SharedTableRow)>| -> Vec<String> {
        entries.into_iter().map(|(key, _)| key.to_string()).collect()
    };
    assert_eq!(table.get(&"b".into()).unwrap(), None);
    assert!(!table.contains(&"b".into()).unwrap());
    assert_eq!(table.count().unwrap(), 2);
    assert_eq!(keys(table.scan_all().unwrap()), ["a", "c"]);
    assert_eq!(keys(table.scan(Query::all().reverse()).unwrap()), ["c", "a"]);
    assert_eq!(keys(table.scan_prefix(&RowId::prefix("b")).unwrap()), [""; 0]);
    let iterated: Result<Vec<_>> = table.iter(..).unwrap().collect();
    assert_eq!(keys(iterated.unwrap()), ["a", "c"]);
    let many = table.get_many(&["a".into(), "b".into(), "c".into()]).unwrap();
    assert_eq!(many.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, true]);
    let first = table.page(.., 1, None).unwrap();
    let second = table.page(.., 1, first.next.as_ref()).unwrap();
    assert_eq!((keys(first.entries), keys(second.entries)), (vec!["a".into()], vec!["c".into()]));
    assert_eq!(second.next, None);

    let all = table.include_deleted();
    assert_eq!(keys(all.scan_all().unwrap()), ["a", "b", "c"]);
    let hidden = all.get(&"b".into()).unwrap().unwrap();
    assert_eq!((hidden.deleted, hidden.updated, hidden.row), (true, 20, row(2)));
    assert_eq!(table.update(&"b".into(), |_| Ok(())).unwrap_err().code(), "NotFound");

    assert!(table.restore(&"b".into(), 30).unwrap());
    assert_eq!(table.get(&"b".into()).unwrap().map(|row| row.updated), Some(30));
    assert!(!table.restore(&"b".into(), 31).unwrap());
    assert_eq!(table.verify().unwrap(), []);
}

pub(crate) fn an_insert_replaces_a_tombstone(fixture: &dyn Fixture) {
    let table = shared(&fixture.open(), "news");
    table.insert(&"a".into(), &SharedTableRow::new(row(1), 10)).unwrap();
    let again = table.insert(&"a".into(), &SharedTableRow::new(row(2), 11));
    assert_eq!(again.unwrap_err().code(), "AlreadyExists");
    table.soft_delete(&"a".into(), 20).unwrap();
    table.insert(&"a".into(), &SharedTableRow::new(row(3), 30)).unwrap();
    assert_eq!(table.get(&"a".into()).unwrap().map(|found| found.row), Some(row(3)));
    assert_eq!(table.purge_deleted_before(i64::MAX, usize::MAX).unwrap(), 0, "no tombstone is left");
    assert_eq!(table.verify().unwrap(), []);
}

pub(crate) fn a_page_that_ends_in_hidden_rows_is_the_last(fixture: &dyn Fixture) {
    let table = shared(&fixture.open(), "news");
    for key in ["a", "b", "c", "d"] {
        table.put(&key.into(), &SharedTableRow::new(row(0), 10)).unwrap();
    }
    table.soft_delete(&"c".into(), 20).unwrap();
    table.soft_delete(&"d".into(), 20).unwrap();
    let page = table.page(.., 2, None).unwrap();
    assert_eq!((page.entries.len(), page.next), (2, None));
}

pub(crate) fn a_deletion_removes_rows_and_tombstones(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let table = shared(&backend, "news");
    for key in ["a", "b"] {
        table.put(&key.into(), &SharedTableRow::new(row(0), 10)).unwrap();
    }
    table.soft_delete(&"a".into(), 20).unwrap();
    assert!(table.delete(&"a".into()).unwrap());
    assert!(table.delete(&"b".into()).unwrap());
    assert!(!table.delete(&"b".into()).unwrap());
    assert!(backend.names_of_data().is_empty(), "no index entry is left behind");
}

pub(crate) fn a_purge_takes_the_longest_deleted_first(fixture: &dyn Fixture) {
    let table = shared(&fixture.open(), "news");
    for number in 0..6_i64 {
        let key = RowId::from(format!("{number}"));
        table.put(&key, &SharedTableRow::new(row(number), 10)).unwrap();
        if number % 2 == 0 {
            table.soft_delete(&key, 100 - number).unwrap();
        }
    }
    assert_eq!(table.purge_deleted_before(96, usize::MAX).unwrap(), 0);
    assert_eq!(table.purge_deleted_before(101, 1).unwrap(), 1);
    let left: Vec<_> = table.include_deleted().scan_all().unwrap();
    let left: Vec<_> = left.iter().map(|(key, _)| key.to_string()).collect();
    assert_eq!(left, ["0", "1", "2", "3", "5"], "4 was deleted before 2 and 0");
    assert_eq!(table.purge_deleted_before(100, usize::MAX).unwrap(), 1);
    assert_eq!(table.purge_deleted_before(i64::MAX, 0).unwrap(), 0);
    assert_eq!(table.purge_deleted_before(i64::MAX, usize::MAX).unwrap(), 1);
    assert_eq!(table.count().unwrap(), 3);
    assert_eq!(table.verify().unwrap(), []);
}

pub(crate) fn expired_rows_are_invisible_at_once(fixture: &dyn Fixture) {
    let (events, time) = stream(&fixture.open());
    events.put(&"short".into(), &StreamTableRow::new(row(1), 0, 100)).unwrap();
    events.put(&"long".into(), &StreamTableRow::new(row(2), 0, 1_000)).unwrap();
    events.put(&"ever".into(), &StreamTableRow::lasting(row(3), 0)).unwrap();
    events.put(&"end".into(), &StreamTableRow::new(row(4), 5, u64::MAX)).unwrap();
    let seen_at = |now| {
        time.store(now, Ordering::Relaxed);
        events.scan_all().unwrap().into_iter().map(|(key, _)| key.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(seen_at(99), ["end", "ever", "long", "short"]);
    assert_eq!(seen_at(100), ["end", "ever", "long"]);
    assert!(!events.contains(&"short".into()).unwrap());
    assert_eq!(events.count().unwrap(), 3);
    assert_eq!(
        events.include_deleted().get(&"short".into()).unwrap(),
        None,
        "an expired row is not a tombstone"
    );
    assert_eq!(seen_at(i64::MAX), ["end", "ever"]);
    assert_eq!(seen_at(0), ["end", "ever", "long", "short"], "reads removed nothing");
}

pub(crate) fn eviction_removes_what_expired_and_its_index_entries(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let (events, time) = stream(&backend);
    for number in 0..20_i64 {
        let ttl = u64::try_from(number + 1).unwrap();
        events.put(&RowId::from(format!("{number:02}")), &StreamTableRow::new(row(number), 0, ttl)).unwrap();
    }
    events.soft_delete(&"00".into(), 0).unwrap();
    time.store(10, Ordering::Relaxed);
    assert_eq!(events.evict_expired(0, usize::MAX).unwrap(), 0);
    assert_eq!(events.evict_expired(10, 4).unwrap(), 4);
    assert_eq!(events.evict_expired(10, usize::MAX).unwrap(), 6);
    assert_eq!(events.evict_expired(10, usize::MAX).unwrap(), 0);
    assert_eq!((events.count().unwrap(), events.first().unwrap().unwrap().0.to_string()), (10, "10".into()));
    assert_eq!(events.verify().unwrap(), []);
    assert_eq!(events.evict_expired(i64::MAX, usize::MAX).unwrap(), 10);
    assert!(backend.names_of_data().is_empty());
}

pub(crate) fn a_longer_life_saves_a_row_from_eviction(fixture: &dyn Fixture) {
    let (events, _) = stream(&fixture.open());
    events.put(&"a".into(), &StreamTableRow::new(row(1), 0, 100)).unwrap();
    events.put(&"a".into(), &StreamTableRow::new(row(1), 50, 100)).unwrap();
    assert_eq!(events.evict_expired(100, usize::MAX).unwrap(), 0);
    assert_eq!(events.evict_expired(150, usize::MAX).unwrap(), 1);
}

pub(crate) fn a_watch_counts_expired_rows_until_they_are_evicted(fixture: &dyn Fixture) {
    let observed = Observed::new(fixture.open());
    let feed = observed.feed();
    let backend: Arc<dyn StorageBackend> = Arc::new(observed);
    let (events, time) = stream(&backend);
    let told = |changes: &Changes<_, _>| -> Vec<String> {
        let events = std::iter::from_fn(|| changes.try_recv());
        let told = events.map(|event| match event.unwrap() {
            Event::Inserted { key, .. } => format!("+{key}"),
            Event::Updated { key, .. } => format!("={key}"),
            Event::Deleted { key, .. } => format!("-{key}"),
            other => panic!("{other:?}"),
        });
        told.collect()
    };
    let put = |key: &str, ttl| events.put(&key.into(), &StreamTableRow::new(row(1), 0, ttl)).unwrap();
    put("before", 5);
    time.store(10, Ordering::Relaxed);
    let Watch { current, changes } = events.watch(&feed, ..).unwrap();
    assert_eq!(current.len(), 0);

    put("a", 50);
    put("a", 10);
    put("late", 1);
    assert_eq!(told(&changes), ["+a", "=a", "+late"], "expiry is no change");
    put("late", 40);
    assert_eq!(told(&changes), ["=late"]);
    assert_eq!(events.evict_expired(10, usize::MAX).unwrap(), 2);
    assert_eq!(told(&changes), ["-a", "-before"], "each deletion is reported once");
    put("a", 50);
    events.soft_delete(&"a".into(), 11).unwrap();
    time.store(100, Ordering::Relaxed);
    assert_eq!(events.evict_expired(100, usize::MAX).unwrap(), 2);
    assert_eq!(told(&changes), ["+a", "-a", "-late"]);
}

pub(crate) fn table_ids_that_look_alike_share_nothing(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let ids = [("a", "b"), ("a:b", ""), ("", "a:b"), ("a", ":b"), ("a%3Ab", ""), ("A", "b")];
    for (place, (namespace, name)) in (0..).zip(ids) {
        let id = TableId::from_strings(namespace, name);
        let number = SharedTableRow::new(row(place), 0);
        SharedTableStore::new(backend.clone(), &id, TableAccess::Public).put(&"1".into(), &number).unwrap();
        let mine = UserTableRow::new(row(-place), 0);
        UserTableStore::new(backend.clone(), &id).put(&UserRowId::from_strings("u", "1"), &mine).unwrap();
    }
    for (place, (namespace, name)) in (0..).zip(ids) {
        let id = TableId::from_strings(namespace, name);
        let shared = SharedTableStore::new(backend.clone(), &id, TableAccess::Public);
        assert_eq!(shared.scan_all().unwrap(), [("1".into(), SharedTableRow::new(row(place), 0))], "{id}");
        let own = UserTableStore::new(backend.clone(), &id).scan_all().unwrap();
        assert_eq!(own.len(), 1, "{id}");
        assert_eq!(own[0].1.row, row(-place), "{id}");
    }
}

pub(crate) fn dropping_a_table_leaves_nothing_of_it(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let system = SystemTables::new(backend.clone());
    system.namespaces.put(&"app".into(), &Namespace::new("app", 0)).unwrap();
    for (name, kind) in
        [("notes", TableType::User), ("news", TableType::Shared), ("events", TableType::Stream)]
    {
        let id = TableId::from_strings("app", name);
        system.tables.put(&id, &TableMetadata::new(id.clone(), kind, 0)).unwrap();
    }
    let notes = UserTableStore::new(backend.clone(), &TableId::from_strings("app", "notes"));
    let note = UserRowId::from_strings("bob", "1");
    notes.put(&note, &UserTableRow::new(row(1), 0)).unwrap();
    notes.soft_delete(&note, 1).unwrap();
    let news = shared(&backend, "news");
    news.put(&"1".into(), &SharedTableRow::new(row(1), 0)).unwrap();
    let (events, _) = stream(&backend);
    events.put(&"1".into(), &StreamTableRow::new(row(1), 0, 9)).unwrap();
    // A table whose name begins with that of a dropped table.
    shared(&backend, "news2").put(&"1".into(), &SharedTableRow::new(row(1), 0)).unwrap();

    for name in ["notes", "news", "events"] {
        assert!(system.tables.drop_table(&TableId::from_strings("app", name)).unwrap());
        assert!(!system.tables.drop_table(&TableId::from_strings("app", name)).unwrap());
    }
    assert_eq!(backend.names_of_data(), ["shared_app:news2", "system_namespaces"]);
    let listed = catalog::tables(&*backend.snapshot().unwrap()).unwrap();
    let listed: Vec<_> = listed.iter().map(|(table, _)| table.as_str()).collect();
    assert_eq!(listed, ["shared_app:news2", "system_namespaces", "system_tables"]);
    assert_eq!(system.namespaces.get(&"app".into()).unwrap().unwrap().table_count, 0);
}

pub(crate) fn a_drop_that_fails_removes_nothing(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let system = SystemTables::new(backend.clone());
    let id = TableId::from_strings("app", "news");
    system.tables.put(&id, &TableMetadata::new(id.clone(), TableType::Shared, 0)).unwrap();
    shared(&backend, "news").put(&"1".into(), &SharedTableRow::new(row(1), 0)).unwrap();
    let failed = backend.transaction(|tx| {
        assert!(system.tables.within(tx).drop_table(&id)?);
        assert_eq!(tx.count(&SharedTableStore::partition_of(&id), KeyRange::ALL)?, 0);
        Err::<(), _>(Error::from(ErrorKind::ReadOnly))
    });
    assert_eq!(failed.unwrap_err().code(), "ReadOnly");
    assert_eq!((system.tables.count().unwrap(), shared(&backend, "news").count().unwrap()), (1, 1));
    let system_table = TableId::from_strings("app", "own");
    system
        .tables
        .put(&system_table, &TableMetadata::new(system_table.clone(), TableType::System, 0))
        .unwrap();
    assert_eq!(system.tables.drop_table(&system_table).unwrap_err().code(), "InUse");
}

pub(crate) fn purges_and_evictions_skip_false_index_entries(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let (events, hand) = stream(&backend);
    events.put(&"a".into(), &StreamTableRow::new(row(1), 0, 5)).unwrap();
    events.put(&"b".into(), &StreamTableRow::new(row(2), 0, 5)).unwrap();
    let news = shared(&backend, "news");
    news.put(&"a".into(), &SharedTableRow::new(row(1), 0)).unwrap();
    news.soft_delete(&"a".into(), 2).unwrap();
    // Past the stores, an event is deleted, and a tombstone becomes a row.
    backend.transaction(|tx| tx.delete(events.partition(), b"a").map(|_| ())).unwrap();
    let restored = news.serialize(&"a".into(), &SharedTableRow::new(row(1), 3)).unwrap();
    backend.transaction(|tx| tx.put(news.partition(), b"a", &restored)).unwrap();

    hand.store(100, Ordering::Relaxed);
    assert_eq!(events.evict_expired(100, usize::MAX).unwrap(), 1);
    assert_eq!(news.purge_deleted_before(10, usize::MAX).unwrap(), 0);
    assert!(news.contains(&"a".into()).unwrap());
    assert_eq!((events.verify().unwrap(), news.verify().unwrap()), (vec![], vec![]));
}
