//! The table of the cases of lists, and a list that events keep up to date.

use keyloft::prelude::*;
use keyloft::store::{Changes, Event, IndexOn};
use serde::{Deserialize, Serialize};

use super::Db;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Issue {
    pub(super) day: Option<u32>,
    pub(super) slug: Option<u32>,
    pub(super) tags: Vec<u8>,
}

pub(super) type Issues = Table<u32, Issue>;
pub(super) type List = Vec<(u32, Issue)>;

pub(super) const DAY: Index<Issue, u32> = Index::new("day", |issue| issue.day);
pub(super) const SLUG: UniqueIndex<Issue, u32> = UniqueIndex::new("slug", |issue| issue.slug);
pub(super) const TAGS: Index<Issue, u8> =
    Index::each("tags", |issue, add| issue.tags.iter().copied().for_each(add));

pub(super) fn issues(db: &Db) -> Issues {
    Issues::with_schema(db.clone(), Schema::new("issues").index(DAY).index(SLUG).index(TAGS))
}

pub(super) fn of_day(day: u32) -> Issue {
    Issue { day: Some(day), slug: None, tags: Vec::new() }
}

pub(super) fn events(changes: &Changes<u32, Issue>) -> Vec<Event<u32, Issue>> {
    std::iter::from_fn(|| changes.try_recv()).map(Result::unwrap).collect()
}

pub(super) fn apply(event: Event<u32, Issue>, list: &mut List) {
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

pub(super) fn by<I: StorageKey>(issues: &Issues, index: &impl IndexOn<Issue, I>, query: Query<I>) -> List {
    issues.iter_by(index, query).unwrap().collect::<Result<_, _>>().unwrap()
}
