//! Watches of queries with a limit: lists that stay what a scan returns.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::fixture::Fed;
use keyloft::error::Place;
use keyloft::prelude::*;
use keyloft::store::{Event, Watch};

use super::list::{DAY, Issue, TAGS, apply, by, events, issues, of_day};
use super::observed;
use crate::Fixture;
use crate::random::Random;
use crate::tally::Tally;
use crate::threads::at_once_observed;
use crate::writing::Commit;

pub(crate) fn of_the_latest_follow_every_change(fixture: &dyn Fixture) {
    let db = observed(fixture);
    let issues = issues(&db);
    issues.put_many(&(1..=9).map(|day| (day, of_day(10 * day))).collect::<Vec<_>>()).unwrap();
    let latest = issues.watch_by(&db.feed(), &DAY, Query::all().reverse().limit(3)).unwrap();
    assert_eq!(latest.current, [(9, of_day(90)), (8, of_day(80)), (7, of_day(70))]);
    issues.put(&10, &of_day(85)).unwrap();
    issues.put(&1, &of_day(11)).unwrap();
    issues.put(&9, &of_day(82)).unwrap();
    issues.put(&9, &Issue { tags: vec![1], ..of_day(82) }).unwrap();
    issues.put(&10, &of_day(1)).unwrap();
    issues.delete(&3).unwrap();
    let tagged = || Issue { tags: vec![1], ..of_day(82) };
    assert_eq!(
        events(&latest.changes),
        [
            Event::Left { commit: 1, key: 7, old: of_day(70), at: 2 },
            Event::Entered { commit: 1, key: 10, new: of_day(85), at: 1 },
            Event::Changed { commit: 3, key: 9, old: of_day(90), new: of_day(82), from: 0, to: 1 },
            Event::Changed { commit: 4, key: 9, old: of_day(82), new: tagged(), from: 1, to: 1 },
            Event::Left { commit: 5, key: 10, old: of_day(85), at: 0 },
            Event::Entered { commit: 5, key: 7, new: of_day(70), at: 2 },
        ]
    );
}

pub(crate) fn by_key_follow_every_change(fixture: &dyn Fixture) {
    let db = observed(fixture);
    let issues = issues(&db);
    issues.put_many(&[(1, of_day(1)), (2, of_day(2)), (3, of_day(3))]).unwrap();
    let Watch { current, changes } = issues.watch(&db.feed(), Query::range(2..).limit(2)).unwrap();
    assert_eq!(current, [(2, of_day(2)), (3, of_day(3))]);
    db.transaction(|tx| {
        let mut issues = issues.within(tx);
        issues.delete(&2)?;
        issues.put(&3, &of_day(7))?;
        issues.put(&1, &of_day(9))?;
        issues.put(&5, &of_day(5))?;
        issues.put(&4, &of_day(4))
    })
    .unwrap();
    let expected = [
        Event::Left { commit: 1, key: 2, old: of_day(2), at: 0 },
        Event::Changed { commit: 1, key: 3, old: of_day(3), new: of_day(7), from: 0, to: 0 },
        Event::Entered { commit: 1, key: 4, new: of_day(4), at: 1 },
    ];
    assert_eq!(events(&changes), expected);
}

pub(crate) fn by_several_values_follow_each_of_them(fixture: &dyn Fixture) {
    let db = observed(fixture);
    let issues = issues(&db);
    let tagged = |tags: &[u8]| Issue { day: None, slug: None, tags: tags.to_vec() };
    issues.put_many(&[(1, tagged(&[1, 2, 3])), (2, tagged(&[2]))]).unwrap();
    let Watch { current, changes } = issues.watch_by(&db.feed(), &TAGS, Query::range(2..).limit(3)).unwrap();
    let old = || tagged(&[1, 2, 3]);
    assert_eq!(current, [(1, old()), (2, tagged(&[2])), (1, old())]);
    issues.put(&1, &tagged(&[4, 2])).unwrap();
    issues.put(&1, &tagged(&[4])).unwrap();
    assert_eq!(
        events(&changes),
        [
            Event::Changed { commit: 1, key: 1, old: old(), new: tagged(&[4, 2]), from: 0, to: 0 },
            Event::Changed { commit: 1, key: 1, old: old(), new: tagged(&[4, 2]), from: 2, to: 2 },
            Event::Left { commit: 2, key: 1, old: tagged(&[4, 2]), at: 0 },
            Event::Changed { commit: 2, key: 1, old: tagged(&[4, 2]), new: tagged(&[4]), from: 1, to: 1 },
        ]
    );
}

/// The list reads rows of a state in which later commits have taken rows away that it still has to show.
pub(crate) fn show_each_commit_to_a_follower_that_is_behind(fixture: &dyn Fixture) {
    let db = observed(fixture);
    let issues = issues(&db);
    issues.put_many(&(0..9).map(|key| (key, of_day(key))).collect::<Vec<_>>()).unwrap();
    let Watch { current: mut list, changes } = issues.watch(&db.feed(), Query::all().limit(1)).unwrap();
    // The list knows 0 and 1, and reads two rows. Later commits leave 8 alone, and put 2 to 7 back as they delete them.
    issues.delete_many(&[0, 1]).unwrap();
    for key in 2..8 {
        issues.delete(&key).unwrap();
    }
    let mut seen = Vec::new();
    for event in events(&changes) {
        apply(event, &mut list);
        seen.extend(list.first().map(|(key, _)| *key));
    }
    assert_eq!(seen, [2, 3, 4, 5, 6, 7, 8]);
}

/// The cost of an update is the same in a table of any size.
pub(crate) fn cost_what_changes(fixture: &dyn Fixture) {
    const LIMIT: u32 = 5;
    let cost = |rows: u32| {
        let (tally, reads) = Tally::of_snapshots(fixture.open());
        let db = Arc::new(Fed::observed(tally));
        let issues = issues(&db);
        issues.put_many(&(0..rows).map(|key| (key, of_day(key))).collect::<Vec<_>>()).unwrap();
        let latest = Query::all().reverse().limit(LIMIT.try_into().unwrap());
        let Watch { current: mut list, changes } =
            issues.watch_by(&db.feed().with_capacity(4_000), &DAY, latest.clone()).unwrap();
        let mut follow = || {
            reads.store(0, Ordering::Relaxed);
            for event in events(&changes) {
                apply(event, &mut list);
            }
            let cost = reads.load(Ordering::Relaxed);
            assert_eq!(list, by(&issues, &DAY, latest.clone()));
            cost
        };
        // Changes behind the list, at its head, and in it.
        issues.put(&(rows / 2), &of_day(1)).unwrap();
        issues.put(&rows, &of_day(rows)).unwrap();
        issues.put(&rows, &of_day(rows - 1)).unwrap();
        assert_eq!(follow(), 0, "the list is full");
        let mut entries = 0;
        for key in (rows - 100..=rows).rev() {
            issues.delete(&key).unwrap();
            entries += follow();
        }
        // A list that has all rows needs no read to know it.
        issues.delete_in(3..).unwrap();
        follow();
        for key in [9, 1, 9, 3] {
            issues.delete(&key).unwrap();
            issues.put(&key, &of_day(20 - key)).unwrap();
            assert_eq!(follow(), 0, "the list is complete");
        }
        entries
    };
    let costs = [cost(200), cost(2_000)];
    assert_eq!(costs[0], costs[1]);
    // Each row is read once: its index entry and its entity. An engine without stamps also reads the catalog.
    assert!((1..=3 * 101).contains(&costs[0]), "101 deletions read {} entries", costs[0]);
}

pub(crate) fn step_over_what_cannot_be_decoded(fixture: &dyn Fixture) {
    let db = observed(fixture);
    let issues = issues(&db);
    issues.put_many(&(0..20).map(|day| (day, of_day(day))).collect::<Vec<_>>()).unwrap();
    for damaged in [1_u32, 6] {
        db.put_one("issues", &damaged.to_be_bytes(), b"not an issue");
    }
    let by_key = issues.watch(&db.feed(), Query::all().limit(2)).unwrap();
    let by_day = issues.watch_by(&db.feed(), &DAY, Query::all().limit(2)).unwrap();
    let mut lists = [by_key, by_day].map(|Watch { current, changes }| {
        assert_eq!(current, [(0, of_day(0)), (2, of_day(2))]);
        let error = changes.try_recv().unwrap().unwrap_err();
        assert_eq!((error.code(), error.place().and_then(Place::key)), ("Decode", Some("1")));
        assert!(changes.try_recv().is_none());
        (current, changes)
    });
    // One more is damaged, another one is mended, and the list is filled past the third.
    db.put_one("issues", &2_u32.to_be_bytes(), b"not an issue");
    issues.clone().discard(&1_u32.to_be_bytes()).unwrap();
    issues.put(&1, &of_day(1)).unwrap();
    issues.delete_many(&[0, 1, 3, 4, 5]).unwrap();
    for (list, changes) in &mut lists {
        let mut codes = Vec::new();
        for event in std::iter::from_fn(|| changes.try_recv()) {
            match event {
                Ok(event) => apply(event, list),
                Err(error) => {
                    codes.push((error.code(), error.place().and_then(Place::key).map(str::to_owned)));
                }
            }
        }
        assert_eq!(*list, [(7, of_day(7)), (8, of_day(8))]);
        assert_eq!(codes, [("Decode", Some("2".to_owned())), ("Decode", Some("6".to_owned()))]);
    }
}

pub(crate) fn continue_after_a_resync(fixture: &dyn Fixture) {
    let db = observed(fixture);
    let issues = issues(&db);
    let latest = Query::all().reverse().limit(2);
    let watch = issues.watch_by(&db.feed().with_capacity(2), &DAY, latest).unwrap();
    issues.put(&1, &of_day(1)).unwrap();
    issues.put_many(&[(2, of_day(2)), (3, of_day(3))]).unwrap();
    issues.put(&4, &of_day(4)).unwrap();
    let mut events = events(&watch.changes).into_iter();
    assert_eq!(events.next(), Some(Event::Entered { commit: 1, key: 1, new: of_day(1), at: 0 }));
    assert!(matches!(events.next(), Some(Event::Lagged { missed: 2.. })));
    assert_eq!(events.next(), None);
    issues.put(&5, &of_day(5)).unwrap();
    assert!(watch.changes.try_recv().is_none(), "the list is unknown");
    assert_eq!(watch.changes.resync().unwrap(), [(5, of_day(5)), (4, of_day(4))]);
    issues.delete(&5).unwrap();
    let left = Event::Left { commit: 5, key: 5, old: of_day(5), at: 0 };
    assert_eq!(watch.changes.try_recv().transpose().unwrap(), Some(left));
}

/// One thread follows while the others write. Every event must fit the list that the thread knows.
pub(crate) fn have_neither_a_gap_nor_an_overlap(fixture: &dyn Fixture) {
    const THREADS: usize = 3;
    const KEYS: usize = 60;
    const ROUNDS: usize = 40;
    const LAST: u32 = 1_000_000;
    at_once_observed(&observed(fixture), THREADS, |db, number| {
        let issues = issues(db);
        if number > 0 {
            let mut random = Random::new(u64::try_from(number).unwrap());
            for _ in 0..ROUNDS {
                let key = u32::try_from(random.below(KEYS)).unwrap();
                let day = u32::try_from(random.below(1_000)).unwrap();
                issues.put(&key, &of_day(day)).unwrap();
                issues.delete(&u32::try_from(random.below(KEYS)).unwrap()).unwrap();
            }
            issues.put(&(LAST + u32::try_from(number).unwrap()), &of_day(LAST)).unwrap();
            return;
        }
        let latest = Query::all().reverse().limit(4);
        let Watch { mut current, changes } = issues.watch_by(&db.feed(), &DAY, latest.clone()).unwrap();
        while current.iter().filter(|(key, _)| *key > LAST).count() < THREADS - 1 {
            apply(changes.recv_timeout(Duration::from_secs(60)).unwrap().unwrap(), &mut current);
        }
        for event in events(&changes) {
            apply(event, &mut current);
        }
        assert_eq!(current, by(&issues, &DAY, latest));
    });
}
