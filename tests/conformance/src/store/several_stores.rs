//! Several stores in one transaction, and at one snapshot.

use std::sync::Arc;

use keyloft::prelude::*;

use super::samples::{CITY, EMAIL, Person, people};
use crate::Fixture;

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
