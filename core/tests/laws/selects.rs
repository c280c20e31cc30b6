//! A selection finds the entities that a filter over all of them finds.

use std::collections::BTreeMap;
use std::ops::RangeBounds;
use std::sync::Arc;

use keyloft::prelude::*;
use keyloft::store::Select;
use keyloft_memory::MemoryBackend;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use serde::{Deserialize, Serialize};

use crate::law::holds;
use crate::queries::{Bounds, bounds};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Issue {
    state: u8,
    day: Option<u8>,
    tags: Vec<u8>,
    votes: u8,
}

const STATE: Index<Issue, u8> = Index::new("state", |issue| Some(issue.state));
const DAY: Index<Issue, u8> = Index::new("day", |issue| issue.day);
const TAGS: Index<Issue, u8> = Index::each("tags", |issue, add| issue.tags.iter().copied().for_each(add));
const SLOT: UniqueIndex<Issue, (u8, u8)> = UniqueIndex::new("slot", |issue| Some((issue.state, issue.votes)));

type Issues = Table<u8, Issue>;
type Found = Vec<(u8, Issue)>;

fn issue() -> impl Strategy<Value = Issue> {
    let day = prop::option::of(0_u8..4);
    let tags = prop::collection::vec(0_u8..4, 0..4);
    (0_u8..3, day, tags, 0_u8..5).prop_map(|(state, day, tags, votes)| Issue { state, day, tags, votes })
}

/// A condition, over small values so that many are met.
#[derive(Clone, Debug)]
enum Condition {
    Keys(Bounds<u8>),
    State(u8),
    Day(Bounds<u8>),
    NoDay,
    Tags(Bounds<u8>),
    Tag(u8),
    Slot(u8, u8),
    Votes(u8),
}

fn condition() -> impl Strategy<Value = Condition> {
    let range =
        || bounds::<u8>().prop_map(|(lower, upper)| (lower.map(|byte| byte % 5), upper.map(|byte| byte % 5)));
    prop_oneof![
        range().prop_map(Condition::Keys),
        (0_u8..3).prop_map(Condition::State),
        range().prop_map(Condition::Day),
        Just(Condition::NoDay),
        range().prop_map(Condition::Tags),
        (0_u8..4).prop_map(Condition::Tag),
        (0_u8..3, 0_u8..5).prop_map(|(state, votes)| Condition::Slot(state, votes)),
        (0_u8..5).prop_map(Condition::Votes),
    ]
}

impl Condition {
    fn add<T>(self, select: Select<'_, u8, Issue, T>) -> Select<'_, u8, Issue, T> {
        match self {
            Self::Keys(range) => select.keys(range),
            Self::State(state) => select.by(&STATE, Query::exactly(&state)),
            Self::Day(range) => select.by(&DAY, range),
            Self::NoDay => select.missing(&DAY),
            Self::Tags(range) => select.by(&TAGS, range),
            Self::Tag(tag) => select.by(&TAGS, Query::exactly(&tag)),
            Self::Slot(state, votes) => select.by(&SLOT, Query::exactly(&(state, votes))),
            Self::Votes(least) => select.filter(move |issue| issue.votes >= least),
        }
    }

    fn holds(&self, key: u8, issue: &Issue) -> bool {
        match self {
            Self::Keys(range) => range.contains(&key),
            Self::State(state) => issue.state == *state,
            Self::Day(range) => issue.day.is_some_and(|day| range.contains(&day)),
            Self::NoDay => issue.day.is_none(),
            Self::Tags(range) => issue.tags.iter().any(|tag| range.contains(tag)),
            Self::Tag(tag) => issue.tags.contains(tag),
            Self::Slot(state, votes) => (issue.state, issue.votes) == (*state, *votes),
            Self::Votes(least) => issue.votes >= *least,
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Order {
    None,
    Day,
    Tags,
    Votes,
}

impl Order {
    fn add<T>(self, select: Select<'_, u8, Issue, T>) -> Select<'_, u8, Issue, T> {
        match self {
            Self::None => select,
            Self::Day => select.order_by(&DAY),
            Self::Tags => select.order_by(&TAGS),
            Self::Votes => select.order_with(|issue| issue.votes),
        }
    }

    fn value(self, issue: &Issue, reverse: bool) -> Option<u8> {
        match self {
            Self::None => Some(0),
            Self::Day => issue.day,
            Self::Tags if reverse => issue.tags.iter().max().copied(),
            Self::Tags => issue.tags.iter().min().copied(),
            Self::Votes => Some(issue.votes),
        }
    }
}

fn filled(issues: BTreeMap<u8, Issue>) -> (Issues, Found) {
    let schema = Schema::new("issues").index(STATE).index(DAY).index(TAGS).index(SLOT);
    let table = Issues::with_schema(Arc::new(MemoryBackend::new()), schema);
    for (key, issue) in issues {
        // A slot that is taken.
        drop(table.insert(&(key % 16), &issue));
    }
    let all = table.scan_all().unwrap();
    (table, all)
}

fn agrees<'a>(
    all: &Found,
    select: impl Fn() -> Select<'a, u8, Issue>,
    conditions: &[Condition],
    (order, reverse, limit): (Order, bool, Option<usize>),
) -> TestCaseResult {
    let limit = limit.unwrap_or(usize::MAX);
    let of = || {
        let select = conditions.iter().fold(select(), |select, condition| condition.clone().add(select));
        let select = order.add(select).limit(limit);
        if reverse { select.reverse() } else { select }
    };
    let selected = |(key, issue): &(u8, Issue)| {
        conditions.iter().all(|condition| condition.holds(*key, issue))
            && order.value(issue, reverse).is_some()
    };
    let mut expected: Found = all.iter().filter(|entry| selected(entry)).cloned().collect();
    expected.sort_by_key(|(key, issue)| (order.value(issue, reverse), *key));
    if reverse {
        expected.reverse();
    }
    let found = of().all().unwrap();
    let len = expected.len().min(limit);
    if matches!(order, Order::None) {
        // The order is that of what is read, and so is the choice of the first ones.
        prop_assert_eq!(found.len(), len);
        let mut keys: Vec<u8> = found.iter().map(|(key, _)| *key).collect();
        keys.sort_unstable();
        keys.dedup();
        prop_assert_eq!(keys.len(), len, "each is in the result once");
        prop_assert!(found.iter().all(|entry| expected.contains(entry)));
    } else {
        expected.truncate(limit);
        prop_assert_eq!(&found, &expected);
    }
    prop_assert_eq!(of().count().unwrap(), u64::try_from(len).unwrap());
    prop_assert_eq!(of().first().unwrap(), found.first().cloned());
    let votes: Vec<u8> = found.iter().map(|(_, issue)| issue.votes).collect();
    prop_assert_eq!(of().map(|_, issue| issue.votes).all().unwrap(), votes);
    Ok(())
}

#[test]
fn as_a_filter_does() {
    let issues = prop::collection::btree_map(any::<u8>(), issue(), 0..16);
    let order = prop_oneof![Just(Order::None), Just(Order::Day), Just(Order::Tags), Just(Order::Votes)];
    let shape = (order, any::<bool>(), prop::option::of(0_usize..5));
    holds((issues, prop::collection::vec(condition(), 0..4), shape), |(issues, conditions, shape)| {
        let (table, all) = filled(issues);
        agrees(&all, || table.select(), &conditions, shape)
    });
}

#[test]
fn of_more_than_are_in_memory_at_once() {
    const VOTES: Index<u32, u32> = Index::new("votes", |votes| Some(*votes));
    let table = Table::with_schema(Arc::new(MemoryBackend::new()), Schema::new("votes").index(VOTES));
    let votes = |key: u32| key.wrapping_mul(2_654_435_761) % 1_000;
    table.load((0_u32..2_000).map(|key| (key, votes(key)))).unwrap();
    let mut expected: Vec<(u32, u32)> = (0..2_000).map(|key| (key, votes(key))).collect();
    expected.sort_by_key(|(key, votes)| (*votes, *key));
    for limit in [1, 100, 300, 2_000] {
        let by_function = table.select().order_with(|votes| *votes).limit(limit);
        assert!(by_function.explain().unwrap().sorts);
        assert_eq!(by_function.all().unwrap(), expected[..limit]);
        let by_index = table.select().order_by(&VOTES).limit(limit);
        assert!(!by_index.explain().unwrap().sorts);
        assert_eq!(by_index.all().unwrap(), expected[..limit]);
    }
}

#[test]
fn reads_what_the_rules_say() {
    let (table, _) = filled(BTreeMap::new());
    let says = |select: Select<'_, u8, Issue>, text: &str| {
        assert_eq!(select.explain().unwrap().to_string(), text);
    };
    let state = || table.select().by(&STATE, Query::exactly(&1));
    says(table.select(), "reads the whole table");
    says(table.select().filter(|_| true), "reads the whole table, checks 1 condition on each entity");
    says(table.select().missing(&DAY), "reads the whole table, checks 1 condition on each entity");
    says(table.select().keys(3..), "reads a range of keys");
    says(table.select().by(&DAY, ..), "reads the index `day`");
    says(state().keys(3..), "reads the index `state`, checks 1 condition on each entity");
    says(table.select().keys(3..).by(&DAY, 3..), "reads a range of keys, checks 1 condition on each entity");
    says(state().keys(3..=3), "reads a range of keys, checks 1 condition on each entity");
    says(
        state().by(&SLOT, Query::exactly(&(1, 1))),
        "reads the index `slot`, checks 1 condition on each entity",
    );
    says(table.select().order_by(&DAY), "reads the index `day`");
    says(table.select().order_with(|issue| issue.votes), "reads the whole table, sorts in memory");
    says(
        table.select().by(&TAGS, 1..).by(&DAY, 1..).order_by(&DAY),
        "reads the index `day`, checks 1 condition on each entity",
    );
    says(state().order_by(&DAY), "reads the index `state`, sorts in memory");
    says(table.select().by(&TAGS, 1..).order_by(&TAGS), "reads the index `tags`, sorts in memory");
    says(
        table.select().filter(|_| true).filter(|_| true).order_by(&TAGS).reverse(),
        "reads the index `tags`, checks 2 conditions on each entity",
    );
}
