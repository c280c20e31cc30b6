//! Several stores in one transaction, and at one snapshot.

use std::sync::Arc;

use keyloft::layers::{Observed, Scoped};
use keyloft::prelude::*;

use super::samples::{CITY, EMAIL, Person, people};
use crate::Fixture;
use crate::writing::Commit;

type Totals = Table<UserId, u32>;

pub(crate) fn change_together(fixture: &dyn Fixture) {
    let db = fixture.open();
    let (jobs, totals) = stores(&db);
    db.transaction(|tx| -> Result<(), Error> {
        jobs.within(tx).put_many(&[("1".into(), 3), ("2".into(), 4)])?;
        let sum = jobs.within(tx).scan_all()?.iter().map(|(_, cost)| cost).sum();
        totals.within(tx).insert(&"alice".into(), &sum)
    })
    .unwrap();
    assert_eq!(totals.get(&"alice".into()).unwrap(), Some(7));
    assert_eq!(jobs.count().unwrap(), 2);
}

pub(crate) fn change_together_or_not_at_all(fixture: &dyn Fixture) {
    let db = fixture.open();
    let (jobs, totals) = stores(&db);
    jobs.put(&"1".into(), &1).unwrap();
    let error = db.transaction(|tx| -> Result<(), Error> {
        jobs.within(tx).put(&"2".into(), &2)?;
        jobs.within(tx).delete(&"1".into())?;
        totals.within(tx).put(&"alice".into(), &2)?;
        jobs.within(tx).insert(&"2".into(), &2)
    });
    assert_eq!(error.unwrap_err().code(), "AlreadyExists");
    assert_eq!(jobs.scan_all().unwrap(), [("1".into(), 1)]);
    assert_eq!(totals.count().unwrap(), 0);
}

/// Every call returns the error, whether the transaction is of another database, of another scope, or of another layer
/// over the same database.
pub(crate) fn refuse_a_transaction_of_another_backend(fixture: &dyn Fixture) {
    let db = fixture.open();
    let observed: Arc<dyn StorageBackend> = Arc::new(Observed::new(Arc::clone(&db)));
    let scope = |name: &str| -> Arc<dyn StorageBackend> { Arc::new(Scoped::new(Arc::clone(&db), name)) };
    let backends = [Arc::clone(&db), fixture.open(), observed, scope("a"), scope("b")];
    for (place, of_transaction) in backends.iter().enumerate() {
        for (other, of_store) in backends.iter().enumerate() {
            let (jobs, _) = stores(of_store);
            let is_refused =
                |outcome: Result<(), Error>| outcome.is_err_and(|error| error.code() == "OtherBackend");
            let committed = of_transaction.transaction(|tx| -> Result<(), Error> {
                let mut within = jobs.within(tx);
                let outcomes = [
                    within.get(&"1".into()).map(drop),
                    within.scan_all().map(drop),
                    within.put(&"1".into(), &1),
                    within.insert(&"2".into(), &2),
                    within.put_many(&[("3".into(), 3)]),
                    within.delete(&"2".into()).map(drop),
                ];
                for outcome in outcomes {
                    assert_eq!(is_refused(outcome), place != other);
                }
                within.put(&"1".into(), &1)
            });
            assert_eq!(is_refused(committed), place != other);
        }
    }
    // Two handles of a scope are one backend, and so are those of a database.
    let (jobs, _) = stores(&scope("a"));
    scope("a").transaction(|tx| jobs.within(tx).put(&"4".into(), &4)).unwrap();
    assert_eq!(jobs.count().unwrap(), 3);
}

pub(crate) fn refuse_a_snapshot_of_another_backend(fixture: &dyn Fixture) {
    let (db, other) = (fixture.open(), fixture.open());
    let observed: Arc<dyn StorageBackend> = Arc::new(Observed::new(Arc::clone(&db)));
    let scope: Arc<dyn StorageBackend> = Arc::new(Scoped::new(Arc::clone(&db), "a"));
    let (jobs, _) = stores(&db);
    jobs.put(&"1".into(), &1).unwrap();
    for other in [&other, &scope] {
        let snapshot = other.snapshot().unwrap();
        let jobs = jobs.at(&snapshot);
        let refused = [
            jobs.get(&"1".into()).map(drop),
            jobs.scan_all().map(drop),
            jobs.count().map(drop),
            jobs.page(.., 5, None).map(drop),
        ];
        for refused in refused {
            assert_eq!(refused.unwrap_err().code(), "OtherBackend");
        }
    }
    // A layer that only observes has the same data.
    assert_eq!(jobs.at(&observed.snapshot().unwrap()).get(&"1".into()).unwrap(), Some(1));
    assert_eq!(stores(&observed).0.at(&db.snapshot().unwrap()).count().unwrap(), 1);
}

pub(crate) fn have_every_call_inside_a_transaction(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = people(&db);
    store.put(&"a".into(), &Person::new("a@x", "Bonn")).unwrap();
    db.transaction(|tx| -> Result<(), Error> {
        let mut people = store.within(tx);
        people.insert(&"b".into(), &Person::new("b@x", "Bonn"))?;
        people.put_many(&[("c".into(), Person::new("c@x", "Köln")), ("d".into(), Person::new("", ""))])?;
        people.update(&"a".into(), |person| {
            person.city = Some("Köln".to_owned());
            Ok(())
        })?;
        assert!(people.delete(&"d".into())?);
        assert_eq!(people.insert(&"b".into(), &Person::new("", "")).unwrap_err().code(), "AlreadyExists");

        assert!(people.contains(&"b".into())?);
        assert_eq!(people.get(&"b".into())?, Some(Person::new("b@x", "Bonn")));
        assert_eq!(people.get_many(&["d".into(), "c".into()])?, [None, Some(Person::new("c@x", "Köln"))]);
        assert_eq!(people.count()?, 3);
        assert_eq!(people.first()?.map(|(key, _)| key), Some("a".into()));
        assert_eq!(people.last()?.map(|(key, _)| key), Some("c".into()));
        assert_eq!(people.scan(Query::all().reverse().limit(1))?.len(), 1);
        assert_eq!(people.scan_prefix(&UserId::prefix("b"))?.len(), 1);
        let page = people.page(.., 2, None)?;
        assert_eq!(people.page(.., 2, page.next.as_ref())?.entries.len(), 1);

        assert_eq!(people.find(&EMAIL, "c@x")?.map(|(key, _)| key), Some("c".into()));
        assert_eq!(people.find_all(&CITY, "Köln")?.len(), 2);
        assert_eq!(people.count_by(&CITY, ..)?, 3);
        assert_eq!(people.page_by(&CITY, .., 2, None)?.entries.len(), 2);
        assert_eq!(people.first_by(&CITY, ..)?.map(|(key, _)| key), Some("b".into()));
        assert_eq!(people.last_by(&CITY, ..)?.map(|(key, _)| key), Some("c".into()));
        assert_eq!(people.scan_by(&CITY, Query::all().limit(2))?.len(), 2);
        assert_eq!(people.scan_missing(&EMAIL, ..)?.len(), 0);
        assert_eq!(people.select().by(&CITY, Query::exactly("Köln")).count()?, 2);
        assert_eq!(people.page_readable(.., 2, None)?.entries.len(), 2);
        assert_eq!(people.page_readable_by(&CITY, .., 2, None)?.entries.len(), 2);
        assert_eq!(store.within(tx).iter(..)?.count(), 3);
        assert_eq!(store.within(tx).iter_by(&CITY, ..)?.count(), 3);

        assert_eq!(store.within(tx).delete_many(&["b".into(), "x".into()])?, 1);
        assert_eq!(store.within(tx).delete_prefix(&UserId::prefix("c"))?, 1);
        Ok(())
    })
    .unwrap();
    assert_eq!(store.scan_all().unwrap(), [("a".into(), Person::new("a@x", "Köln"))]);
    assert_eq!(store.find_all(&CITY, "Köln").unwrap().len(), 1);
}

pub(crate) fn are_written_beside_a_walk(fixture: &dyn Fixture) {
    let db = fixture.open();
    let (jobs, totals) = stores(&db);
    let all: Vec<(JobId, u32)> = (0..150).map(|job| (JobId::new(format!("{job:03}")), job)).collect();
    jobs.put_many(&all).unwrap();
    db.transaction(|tx| -> Result<(), Error> {
        let mut walk = jobs.walk(Query::range(JobId::new("010")..).reverse().limit(120));
        while let Some((job, cost)) = walk.next(tx)? {
            totals.within(tx).put(&job.as_str().into(), &(cost * 2))?;
            assert!(jobs.within(tx).delete(&job)?);
        }
        assert_eq!(walk.next(tx)?, None, "the limit is reached");
        Ok(())
    })
    .unwrap();
    assert_eq!(jobs.scan_all().unwrap(), all[..30]);
    let doubled: Vec<u32> = totals.iter(..).unwrap().map(|entry| entry.unwrap().1).collect();
    assert_eq!(doubled, (30..150).map(|cost| cost * 2).collect::<Vec<_>>());
    let snapshot = db.snapshot().unwrap();
    let mut walk = jobs.walk(..);
    jobs.delete_in(..).unwrap();
    let mut seen = 0;
    while let Some(entry) = walk.next(&snapshot).unwrap() {
        assert_eq!(entry, all[seen]);
        seen += 1;
    }
    assert_eq!(seen, 30);
}

pub(crate) fn a_walk_sees_the_writes_ahead_of_it(fixture: &dyn Fixture) {
    let db = fixture.open();
    let (jobs, _) = stores(&db);
    jobs.put_many(&["b", "d", "f"].map(|key| (key.into(), 0))).unwrap();
    let seen = db.transaction(|tx| {
        let mut walk = jobs.walk(..);
        assert_eq!(walk.next(tx)?, Some(("b".into(), 0)));
        jobs.within(tx).put_many(&["a", "c"].map(|key| (key.into(), 1)))?;
        assert_eq!(walk.next(tx)?, Some(("c".into(), 1)), "the write behind it is not seen");
        jobs.within(tx).delete(&"d".into())?;
        jobs.within(tx).put(&"f".into(), &2)?;
        assert_eq!(walk.next(tx)?, Some(("f".into(), 2)));
        assert_eq!(walk.next(tx)?, None);
        jobs.within(tx).put(&"g".into(), &3)?;
        walk.next(tx)
    });
    assert_eq!(seen.unwrap(), Some(("g".into(), 3)), "a write behind the last entity is ahead of the walk");
    assert_eq!(jobs.count().unwrap(), 5);

    db.put_one("jobs", b"c", b"rubbish");
    let snapshot = db.snapshot().unwrap();
    let mut walk = jobs.walk(JobId::new("b")..);
    walk.next(&snapshot).unwrap();
    assert_eq!(walk.next(&snapshot).unwrap_err().code(), "Decode");
    assert_eq!(walk.next(&snapshot).unwrap(), Some(("f".into(), 2)), "it goes on behind the damage");
}

pub(crate) fn a_walk_by_an_index_follows_the_index(fixture: &dyn Fixture) {
    const OTHER: Index<Person, String> = Index::new("other", |_| None);
    let db = fixture.open();
    let store = people(&db);
    store.put_many(&["a", "b", "c"].map(|key| (key.into(), Person::new("", "Bonn")))).unwrap();
    let moved = db.transaction(|tx| {
        let (mut walk, mut moved) = (store.walk_by(&CITY, ..)?, 0);
        while let Some((key, person)) = walk.next(tx)? {
            // Each is met again under its new city, which is ahead, and not under the last one, which is behind.
            let city = if person.city.as_deref() == Some("Bonn") { "Ulm" } else { "Aachen" };
            store.within(tx).put(&key, &Person::new("", city))?;
            moved += 1;
        }
        Ok(moved)
    });
    assert_eq!(moved.unwrap(), 6);
    assert_eq!(store.find_all(&CITY, "Aachen").unwrap().len(), 3);
    assert_eq!(store.walk_by(&OTHER, ..).map(drop).unwrap_err().code(), "UnknownIndex");
}

pub(crate) fn are_read_at_one_snapshot(fixture: &dyn Fixture) {
    let db = fixture.open();
    let (jobs, totals) = stores(&db);
    jobs.put(&"1".into(), &1).unwrap();
    totals.put(&"alice".into(), &1).unwrap();
    let snapshot = db.snapshot().unwrap();
    jobs.put(&"2".into(), &2).unwrap();
    totals.put(&"alice".into(), &3).unwrap();
    let then = jobs.at(&snapshot);
    assert_eq!((then.count().unwrap(), then.scan_all().unwrap()), (1, vec![("1".into(), 1)]));
    assert_eq!(then.get(&"2".into()).unwrap(), None);
    assert_eq!(then.page(.., 10, None).unwrap().entries.len(), 1);
    assert_eq!(jobs.at(&snapshot).iter(..).unwrap().count(), 1);
    assert_eq!(totals.at(&snapshot).get(&"alice".into()).unwrap(), Some(1));
    assert_eq!(jobs.count().unwrap(), 2);
}

pub(crate) fn indexes_are_read_at_the_same_snapshot(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = people(&db);
    store.put(&"a".into(), &Person::new("a@x", "Bonn")).unwrap();
    let snapshot = db.snapshot().unwrap();
    let open = store.iter_by(&CITY, ..).unwrap();
    store.put(&"a".into(), &Person::new("new@x", "Köln")).unwrap();
    store.put(&"b".into(), &Person::new("a@x", "Bonn")).unwrap();
    let found = store.at(&snapshot).find(&EMAIL, "a@x").unwrap();
    assert_eq!(found, Some(("a".into(), Person::new("a@x", "Bonn"))));
    assert_eq!(store.at(&snapshot).find(&EMAIL, "new@x").unwrap(), None);
    assert_eq!(open.map(Result::unwrap).collect::<Vec<_>>(), [("a".into(), Person::new("a@x", "Bonn"))]);
    assert_eq!(store.find(&EMAIL, "a@x").unwrap().map(|(key, _)| key), Some("b".into()));
}

fn stores(db: &Arc<dyn StorageBackend>) -> (Table<JobId, u32>, Totals) {
    (Table::new(Arc::clone(db), "jobs"), Table::new(Arc::clone(db), "totals"))
}
