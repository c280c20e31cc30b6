//! The cost of removals depends on the removed rows, that of a count on its limit, and that of an update on the index entries
//! that change.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use keyloft::prelude::*;
use keyloft::tables::system::{Job, JobType, LiveQuery};

use crate::Fixture;
use crate::tally::Tally;

/// The numbers of rows that stay and that are removed.
const STAY: i64 = 2_000;
const GO: i64 = 10;

/// The number of entries that the removal of one row may touch: the row, its index entries, and their lookups.
const EACH: usize = 12;

#[track_caller]
fn costs_what_it_removes(
    backend: Arc<dyn StorageBackend>,
    fill: impl FnOnce(Arc<dyn StorageBackend>) -> u64,
) {
    let (backend, entries) = Tally::of(backend);
    let before = Arc::clone(&entries);
    let removed = fill(backend);
    let cost = before.load(Ordering::Relaxed);
    assert_eq!(removed, u64::try_from(GO).unwrap());
    assert!(cost <= EACH * usize::try_from(GO).unwrap(), "{removed} rows came by {cost} entries");
}

fn key(number: i64) -> RowId {
    RowId::from(format!("{number:05}"))
}

pub(crate) fn an_eviction_costs_what_it_evicts(fixture: &dyn Fixture) {
    let plain = fixture.open();
    let id = TableId::from_strings("app", "events");
    let store = |backend| StreamTableStore::new(backend, &id, TableAccess::Public, Arc::new(|| 100_i64));
    let rows: Vec<_> = (0..STAY + GO)
        .map(|number| {
            let ttl = if number % ((STAY + GO) / GO) == 0 { 1 } else { 1_000 };
            (key(number), StreamTableRow::new(Row::new(), 0, ttl))
        })
        .collect();
    store(plain.clone()).put_many(&rows).unwrap();
    costs_what_it_removes(plain, |backend| store(backend).evict_expired(100, usize::MAX).unwrap());
}

pub(crate) fn a_purge_costs_what_it_removes(fixture: &dyn Fixture) {
    let plain = fixture.open();
    let id = TableId::from_strings("app", "news");
    let store = |backend| SharedTableStore::new(backend, &id, TableAccess::Public);
    let rows: Vec<_> = (0..STAY + GO)
        .map(|number| {
            let deleted = number % ((STAY + GO) / GO) == 0;
            (key(number), SharedTableRow { updated: 5, deleted, row: Row::new() })
        })
        .collect();
    store(plain.clone()).put_many(&rows).unwrap();
    costs_what_it_removes(plain, |backend| store(backend).purge_deleted_before(6, usize::MAX).unwrap());
}

pub(crate) fn retention_of_jobs_costs_what_it_removes(fixture: &dyn Fixture) {
    let plain = fixture.open();
    let jobs = Job::store(plain.clone());
    let all: Vec<_> = (0..STAY)
        .map(|number| {
            (JobId::from(format!("{number:05}")), Job::new(JobType::Cleanup, "app", "node", number))
        })
        .collect();
    jobs.put_many(&all).unwrap();
    for number in 0..GO {
        jobs.complete(&format!("{:05}", number * 100).as_str().into(), None, 9_000).unwrap();
    }
    costs_what_it_removes(plain, |backend| Job::store(backend).delete_finished_before(9_001).unwrap());
}

pub(crate) fn a_lost_connection_costs_its_queries(fixture: &dyn Fixture) {
    let plain = fixture.open();
    let queries = LiveQuery::store(plain.clone());
    let all: Vec<_> = (0..STAY + GO)
        .map(|number| {
            let connection = if number < GO { "lost" } else { "kept" };
            let table = TableId::from_strings("app", "news");
            let query = LiveQuery::new(connection, "q", table, "alice", "SELECT 1", "node", 0);
            (LiveQueryId::from(format!("{number:05}")), query)
        })
        .collect();
    queries.put_many(&all).unwrap();
    costs_what_it_removes(plain, |backend| LiveQuery::store(backend).remove_connection("lost").unwrap());
}

pub(crate) fn a_count_costs_its_limit(fixture: &dyn Fixture) {
    const OWN: Index<u32, u32> = Index::new("own", |number| Some(*number));
    let plain = fixture.open();
    let numbers = |backend| Table::with_schema(backend, Schema::new("numbers").index(OWN));
    numbers(plain.clone()).load((0..2_000).map(|number| (number, number))).unwrap();
    let id = TableId::from_strings("app", "news");
    let news = |backend| SharedTableStore::new(backend, &id, TableAccess::Public);
    let row = SharedTableRow { updated: 5, deleted: false, row: Row::new() };
    news(plain.clone()).load((0..2_000).map(|number| (key(number), row.clone()))).unwrap();

    let (backend, entries) = Tally::of(plain);
    let (numbers, news) = (numbers(backend.clone()), news(backend.clone()));
    for limit in [0, 1, 7] {
        let counted = backend.transaction(|tx| {
            Ok([
                numbers.within(tx).count_in(Query::range(100..).limit(limit))?,
                numbers.within(tx).count_by(&OWN, Query::range(100..).reverse().limit(limit))?,
                news.within(tx).count_in(Query::range(key(100)..).limit(limit))?,
            ])
        });
        assert_eq!(counted.unwrap(), [u64::try_from(limit).unwrap(); 3]);
        // The rest are looks into the catalog.
        let cost = entries.swap(0, Ordering::Relaxed);
        assert!(cost <= 3 * (limit + 4), "{cost} entries for a limit of {limit}");
    }
    let selected = backend.transaction(|tx| numbers.within(tx).select().order_by(&OWN).limit(5).all());
    assert_eq!(selected.unwrap().len(), 5);
    let cost = entries.swap(0, Ordering::Relaxed);
    assert!(cost < 150, "{cost} entries for 5 in the order of an index");
    let counted = backend.transaction(|tx| {
        let select = numbers.within(tx);
        Ok((select.select().by(&OWN, 100..).limit(7).count()?, select.select().keys(100..).limit(7).count()?))
    });
    assert_eq!(counted.unwrap(), (7, 7));
    let cost = entries.swap(0, Ordering::Relaxed);
    assert!(cost <= 14 + 8, "{cost} entries for two selections of 7");
    let all = backend.transaction(|tx| numbers.within(tx).count_in(Query::range(1_900..).limit(500)));
    assert_eq!(all.unwrap(), 100);
}

pub(crate) fn an_update_costs_the_entries_that_change(fixture: &dyn Fixture) {
    const TAGS: Index<Vec<u32>, u32> = Index::each("tags", |tags, add| tags.iter().copied().for_each(add));
    let plain = fixture.open();
    let tagged = |backend| Table::<u32, Vec<u32>>::with_schema(backend, Schema::new("tagged").index(TAGS));
    tagged(plain.clone()).put(&1, &(0..100).collect()).unwrap();
    let (backend, entries) = Tally::of(plain);
    let table = tagged(backend);
    let cost = |change: fn(&mut Vec<u32>)| {
        let changed = table.update(&1, |tags| {
            change(tags);
            Ok(())
        });
        changed.unwrap();
        entries.swap(0, Ordering::Relaxed)
    };
    // The first one looks into the catalog.
    cost(|_| ());
    let unchanged = cost(|_| ());
    assert!(unchanged < 10, "{unchanged} entries for no change");
    let reordered = cost(|tags| {
        tags.reverse();
        tags.push(7);
    });
    assert!(reordered <= unchanged, "neither the order nor a repetition changes an entry");
    let replaced = cost(|tags| tags.iter_mut().filter(|tag| **tag == 50).for_each(|tag| *tag = 1_000));
    assert!(replaced <= unchanged + 2, "one entry is removed, and one is added");
    assert_eq!(table.count_by(&TAGS, ..).unwrap(), 100);
}
