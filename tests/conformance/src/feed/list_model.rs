//! Random transactions, after which lists are compared with scans.

use std::collections::BTreeMap;

use keyloft::layers::{Filter, RawEvent, Subscription};
use keyloft::prelude::*;
use keyloft::store::{Changes, Event, Watch};

use super::list::{DAY, Issue, Issues, List, SLUG, TAGS, apply, by, events, issues};
use super::{Db, observed};
use crate::Fixture;
use crate::model::trace::Trace;
use crate::random::Random;

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

/// Takes the number of the newest commit that changed an issue.
fn newest(subscription: &Subscription) -> Option<u64> {
    let numbers = std::iter::from_fn(|| subscription.try_recv()).map(|event| match event {
        RawEvent::Change(change) => change.commit,
        other => panic!("{other:?}"),
    });
    numbers.last()
}

pub(crate) fn agrees_with_scans_after_random_transactions(fixture: &dyn Fixture) {
    for seed in 0..6 {
        let db = observed(fixture);
        let issues = issues(&db);
        let (mut random, mut trace) = (Random::new(seed), Trace::new(seed));
        for key in 0..30 {
            let issue = any_issue(&mut random, key);
            issues.put(&key, &issue).unwrap();
        }
        let subscription = db.feed().subscribe(Filter::partition("issues")).unwrap();
        let mut followers = Follower::all(&db, &issues, &mut random);
        for _ in 0..50 {
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
