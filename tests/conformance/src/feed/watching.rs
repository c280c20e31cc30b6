//! Watches: the result of a query and its changes, as entities.

use std::collections::BTreeMap;
use std::time::Duration;

use keyloft::prelude::*;
use keyloft::store::{Event, Watch};

use super::{Db, observed};
use crate::Fixture;
use crate::threads::at_once_observed;

type Jobs = Table<JobId, u32>;

fn jobs(db: &Db) -> Jobs {
    Jobs::new(db.clone(), "jobs")
}

pub(crate) fn gives_the_result_and_then_its_changes(fixture: &dyn Fixture) {
    let db = observed(fixture);
    let jobs = jobs(&db);
    jobs.put_many(&[("a1".into(), 1), ("a2".into(), 2), ("b1".into(), 3)]).unwrap();
    let watch = jobs.watch(&db.feed(), JobId::prefix("a")).unwrap();
    assert_eq!(watch.current, [("a1".into(), 1), ("a2".into(), 2)]);
    jobs.put(&"a1".into(), &7).unwrap();
    jobs.put(&"b1".into(), &7).unwrap();
    jobs.insert(&"a3".into(), &8).unwrap();
    jobs.delete_prefix(&JobId::prefix("a2")).unwrap();
    let events: Vec<_> = std::iter::from_fn(|| watch.changes.try_recv()).map(Result::unwrap).collect();
    assert_eq!(
        events,
        [
            Event::Updated { commit: 1, key: "a1".into(), old: 1, new: 7 },
            Event::Inserted { commit: 2, key: "a3".into(), new: 8 },
            Event::Deleted { commit: 3, key: "a2".into(), old: 2 },
        ]
    );
}

pub(crate) fn is_up_to_date_after_a_resync(fixture: &dyn Fixture) {
    let db = observed(fixture);
    let jobs = jobs(&db);
    let watch = jobs.watch(&db.feed().with_capacity(1), ..).unwrap();
    jobs.put_many(&[("a".into(), 1), ("b".into(), 2)]).unwrap();
    assert_eq!(watch.changes.try_recv().unwrap().unwrap(), Event::Lagged { missed: 2 });
    jobs.put(&"c".into(), &3).unwrap();
    assert_eq!(watch.changes.resync().unwrap(), jobs.scan_all().unwrap());
    assert!(watch.changes.try_recv().is_none());
    jobs.delete(&"a".into()).unwrap();
    assert!(matches!(watch.changes.try_recv(), Some(Ok(Event::Deleted { old: 1, .. }))));
}

/// One thread watches while the others write. The old value of each update must be the value that it knows.
pub(crate) fn has_neither_a_gap_nor_an_overlap(fixture: &dyn Fixture) {
    const THREADS: usize = 4;
    const LAST: u32 = 25;
    at_once_observed(&observed(fixture), THREADS, |db, number| {
        let jobs = jobs(db);
        if number > 0 {
            let key = JobId::from(number.to_string().as_str());
            (0..=LAST).for_each(|round| jobs.put(&key, &round).unwrap());
            return;
        }
        let Watch { current, changes } = jobs.watch(&db.feed(), ..).unwrap();
        let mut state: BTreeMap<JobId, u32> = current.into_iter().collect();
        while state.values().filter(|round| **round == LAST).count() < THREADS - 1 {
            match changes.recv_timeout(Duration::from_secs(60)).unwrap().unwrap() {
                Event::Inserted { key, new, .. } => assert_eq!((state.insert(key, new), new), (None, 0)),
                Event::Updated { key, old, new, .. } => {
                    assert_eq!((state.insert(key, new), new), (Some(old), old + 1));
                }
                other => panic!("nothing is deleted, and there is room for every change: {other:?}"),
            }
        }
        assert!(changes.try_recv().is_none());
    });
}
