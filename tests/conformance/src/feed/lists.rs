//! Watches of queries with a limit: lists that stay what a scan returns.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use keyloft::error::Place;
use keyloft::layers::{Filter, Observed, RawEvent, Subscription};
use keyloft::prelude::*;
use keyloft::store::{Changes, Event, IndexOn, Watch};
use serde::{Deserialize, Serialize};

use super::{Db, observed};
use crate::Fixture;
use crate::model::trace::Trace;
use crate::random::Random;
use crate::tally::Tally;
use crate::threads::at_once_observed;
use crate::writing::Commit;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Issue {
    day: Option<u32>,
    slug: Option<u32>,
    tags: Vec<u8>,
}

type Issues = Table<u32, Issue>;
type List = Vec<(u32, Issue)>;

const DAY: Index<Issue, u32> = Index::new("day", |issue| issue.day);
const SLUG: UniqueIndex<Issue, u32> = UniqueIndex::new("slug", |issue| issue.slug);
const TAGS: Index<Issue, u8> = Index::each("tags", |issue, add| issue.tags.iter().copied().for_each(add));

fn issues(db: &Db) -> Issues {
    Issues::with_schema(db.clone(), Schema::new("issues").index(DAY).index(SLUG).index(TAGS))
}

fn of_day(day: u32) -> Issue {
    Issue { day: Some(day), slug: None, tags: Vec::new() }
}

fn events(changes: &Changes<u32, Issue>) -> Vec<Event<u32, Issue>> {
    std::iter::from_fn(|| changes.try_recv()).map(Result::unwrap).collect()
}

fn apply(event: Event<u32, Issue>, list: &mut List) {
    match event {
        Event::Entered { key, new, at, .. } => list.insert(at, (key, new)),
        Event::Changed { key, old, new, from, to, .. } => {
            assert_eq!(list.remove(from), (key, old));
            list.insert(to, (key, new));
        }
        Event::Left { key, old, at, .. } => assert_eq!(list.remove(at), (key, old)),
        other => panic!("not an event of a list: {other:?}"),
    }
}

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
    let later = issues.changes(&db.feed(), Query::range(2..).limit(2)).unwrap();
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
    assert_eq!(events(&later), expected);
}

/// What a watch shows, and the number of the commit that it shows.
struct Follower {
    name: String,
    watch: Changes<u32, Issue>,
    list: List,
    scan: Box<dyn Fn(&Issues) -> List>,
    /// The result of the query after each commit.
    expected: BTreeMap<u64, List>,
}

impl Follower {
    fn all(db: &Db, issues: &Issues, random: &mut Random) -> Vec<Self> {
        let mut followers = Vec::new();
        for limit in [0, 1, 2, 5, usize::MAX] {
            let (low, reverse) = (u32::try_from(random.below(6)).unwrap(), random.below(2) == 0);
            let shaped = |query: Query<u32>| if reverse { query.reverse() } else { query }.limit(limit);
            let query = shaped(Query::range(low..=low + 12));
            let tags = Query::range(u8::try_from(low).unwrap()..).limit(limit);
            let tags = if reverse { tags.reverse() } else { tags };
            let mut add = |by: &str, watch: Watch<u32, Issue>, scan: Box<dyn Fn(&Issues) -> List>| {
                assert_eq!(watch.current, scan(issues));
                let name = format!("by {by}, from {low}, reverse {reverse}, limit {limit}");
                let (list, expected) = (watch.current, BTreeMap::new());
                followers.push(Self { name, watch: watch.changes, list, scan, expected });
            };
            let feed = db.feed();
            let asked = query.clone();
            let scan = move |issues: &Issues| issues.scan(asked.clone()).unwrap();
            add("key", issues.watch(&feed, query.clone()).unwrap(), Box::new(scan));
            let asked = query.clone();
            let scan = move |issues: &Issues| by(issues, &DAY, asked.clone());
            add("day", issues.watch_by(&feed, &DAY, query.clone()).unwrap(), Box::new(scan));
            let query = shaped(Query::range(20 + low..=50));
            let asked = query.clone();
            let scan = move |issues: &Issues| by(issues, &SLUG, asked.clone());
            add("slug", issues.watch_by(&feed, &SLUG, query).unwrap(), Box::new(scan));
            let asked = tags.clone();
            let scan = move |issues: &Issues| by(issues, &TAGS, asked.clone());
            add("tags", issues.watch_by(&feed, &TAGS, tags).unwrap(), Box::new(scan));
        }
        followers
    }

    /// Takes the events so far, and compares the list with the result after each commit.
    fn catch_up(&mut self, trace: &Trace) {
        let mut events = events(&self.watch).into_iter().peekable();
        for (number, expected) in std::mem::take(&mut self.expected) {
            let is_of_this = |event: &Event<u32, Issue>| match event {
                Event::Entered { commit, .. }
                | Event::Changed { commit, .. }
                | Event::Left { commit, .. } => *commit == number,
                other => panic!("{other:?}"),
            };
            while let Some(event) = events.next_if(is_of_this) {
                apply(event, &mut self.list);
            }
            trace.same(format_args!("the list {} at commit {number}", self.name), &self.list, &expected);
        }
        trace.same("later events", &events.next(), &None);
    }
}

fn by<I: StorageKey>(issues: &Issues, index: &impl IndexOn<Issue, I>, query: Query<I>) -> List {
    issues.iter_by(index, query).unwrap().collect::<Result<_, _>>().unwrap()
}

/// Takes the number of the newest commit that changed an issue.
fn newest(subscription: &Subscription) -> Option<u64> {
    let numbers = std::iter::from_fn(|| subscription.try_recv()).map(|event| match event {
        RawEvent::Change(change) => change.commit,
        other => panic!("{other:?}"),
    });
    numbers.last()
}

pub(crate) fn agree_with_scans_after_random_transactions(fixture: &dyn Fixture) {
    for seed in 0..12 {
        let db = observed(fixture);
        let issues = issues(&db);
        let (mut random, mut trace) = (Random::new(seed), Trace::new(seed));
        for key in 0..30 {
            let issue = any_issue(&mut random, key);
            issues.put(&key, &issue).unwrap();
        }
        let subscription = db.feed().subscribe(Filter::partition("issues")).unwrap();
        let mut followers = Follower::all(&db, &issues, &mut random);
        for _ in 0..60 {
            // Deletions prevail in one half of the time, so that lists become short and are filled again.
            let deletes = if random.below(2) == 0 { 1 } else { 3 };
            let changes: Vec<(u32, Option<Issue>)> = (0..=random.below(6))
                .map(|_| {
                    let key = u32::try_from(random.below(30)).unwrap();
                    (key, (random.below(4) >= deletes).then(|| any_issue(&mut random, key)))
                })
                .collect();
            trace.note(format!("{changes:?}"));
            let done = db.transaction(|tx| {
                let mut issues = issues.within(tx);
                changes.iter().try_for_each(|(key, issue)| match issue {
                    Some(issue) => issues.put(key, issue),
                    None => issues.delete(key).map(drop),
                })
            });
            trace.ok("a transaction", done);
            let number = newest(&subscription);
            for follower in &mut followers {
                follower.expected.extend(number.map(|number| (number, (follower.scan)(&issues))));
                // Most of the time, commits that a follower has not seen yet are in the state that it reads.
                if random.below(4) == 0 {
                    follower.catch_up(&trace);
                }
            }
        }
        for follower in &mut followers {
            follower.catch_up(&trace);
        }
    }
}

fn any_issue(random: &mut Random, key: u32) -> Issue {
    let mut some = |end: usize| (random.below(5) > 0).then(|| u32::try_from(random.below(end)).unwrap());
    Issue {
        day: some(20),
        // One of three values that no other key has.
        slug: some(3).map(|turn| key + 30 * turn),
        tags: (0..random.below(4)).map(|_| random.next().to_le_bytes()[0] % 8).collect(),
    }
}

/// The cost of an update is the same in a table of any size.
pub(crate) fn cost_what_changes(fixture: &dyn Fixture) {
    const LIMIT: u32 = 5;
    let cost = |rows: u32| {
        let (tally, reads) = Tally::of_snapshots(fixture.open());
        let db = Arc::new(Observed::new(tally));
        let issues = issues(&db);
        issues.put_many(&(0..rows).map(|key| (key, of_day(key))).collect::<Vec<_>>()).unwrap();
        let latest = Query::all().reverse().limit(LIMIT.try_into().unwrap());
        let Watch { current: mut list, changes } = issues.watch_by(&db.feed(), &DAY, latest.clone()).unwrap();
        let mut follow = || {
            reads.store(0, Ordering::Relaxed);
            events(&changes).into_iter().for_each(|event| apply(event, &mut list));
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
        entries
    };
    let costs = [cost(200), cost(2_000)];
    assert_eq!(costs[0], costs[1]);
    // Each row is read once: its index entry and its entity.
    assert!((1..=2 * 101).contains(&costs[0]), "101 deletions read {} entries", costs[0]);
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
                    codes.push((error.code(), error.place().and_then(Place::key).map(str::to_owned)))
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
        events(&changes).into_iter().for_each(|event| apply(event, &mut current));
        assert_eq!(current, by(&issues, &DAY, latest));
    });
}
