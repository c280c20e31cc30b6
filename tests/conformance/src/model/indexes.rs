//! Changes to the entities of an indexed store, compared with a map.

use std::collections::BTreeMap;

use keyloft::TableWriter;
use keyloft::prelude::*;
use serde::{Deserialize, Serialize};

use super::trace::Trace;
use crate::Fixture;
use crate::random::Random;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Item {
    code: Option<u8>,
    group: Option<Vec<u8>>,
    /// Some of them more than once.
    tags: Vec<u8>,
    names: Vec<u8>,
}

type Items = Table<UserId, Item>;
type Model = BTreeMap<UserId, Item>;

const CODE: UniqueIndex<Item, u8> = UniqueIndex::new("code", |item| item.code);
const GROUP: Index<Item, Vec<u8>> = Index::new("group", |item| item.group.clone());
const TAGS: Index<Item, u8> = Index::each("tags", |item, add| item.tags.iter().copied().for_each(add));
const NAMES: UniqueIndex<Item, u8> =
    UniqueIndex::each("names", |item, add| item.names.iter().copied().for_each(add));

const SEEDS: u64 = 8;
const CHANGES: usize = 60;
const CODES: u8 = 5;
const TAG_VALUES: u8 = 4;
const NAME_VALUES: u8 = 9;
const GROUPS: [&[u8]; 5] = [b"", b"\0", b"\0\xff", b"a", b"\xff"];

pub(crate) fn agree_with_a_map(fixture: &dyn Fixture) {
    for seed in 100..100 + SEEDS {
        let db = fixture.open();
        let schema = Schema::new("items").index(CODE).index(GROUP).index(TAGS).index(NAMES);
        let items = Items::with_schema(db.clone(), schema);
        let (mut random, mut trace, mut model) = (Random::new(seed), Trace::new(seed), Model::new());
        for _ in 0..CHANGES {
            if random.below(3) > 0 {
                let change = Change::any(&mut random);
                trace.note(format!("{change:?}"));
                let done = items.backend().transaction(|tx| change.make(&mut items.within(tx)));
                trace.same("the outcome", &done.map_err(|error| error.code()), &change.make_in(&mut model));
            } else {
                several(&mut random, &mut trace, &items, &mut model);
            }
            check(&trace, &items, &model);
        }
        trace.ok("a reindex", items.reindex());
        check(&trace, &items, &model);
    }
}

/// Makes several changes in one transaction, which continues after refused changes, and may fail at its end.
fn several(random: &mut Random, trace: &mut Trace, items: &Items, model: &mut Model) {
    let changes: Vec<Change> = (0..=random.below(5)).map(|_| Change::any(random)).collect();
    let fails = random.below(3) == 0;
    trace.note(format!("in one, {}: {changes:?}", if fails { "failing" } else { "committed" }));
    let mut after = Model::new();
    let done = items.backend().transaction(|tx| -> Result<(), Error> {
        after.clone_from(model);
        for change in &changes {
            let outcome = change.make(&mut items.within(tx)).map_err(|error| error.code());
            trace.same(format_args!("the outcome of {change:?}"), &outcome, &change.make_in(&mut after));
        }
        if fails { Err(ErrorKind::Aborted.into()) } else { Ok(()) }
    });
    trace.same("whether it failed", &done.is_err(), &fails);
    if !fails {
        *model = after;
    }
}

#[derive(Debug)]
enum Change {
    Put(UserId, Item),
    Insert(UserId, Item),
    SetGroup(UserId, Option<Vec<u8>>),
    SetTags(UserId, Vec<u8>),
    DeleteTagged(u8),
    Delete(UserId),
    DeletePrefix(&'static str),
}

impl Change {
    fn any(random: &mut Random) -> Self {
        let key = UserId::new(["a", "aa", "ab", "b", "c", "ca", "d", ""][random.below(8)]);
        match random.below(12) {
            0..4 => Self::Put(key, any_item(random)),
            4 | 5 => Self::Insert(key, any_item(random)),
            6 => Self::SetGroup(key, any_group(random)),
            7 => Self::Delete(key),
            8 | 9 => Self::SetTags(key, any_list(random, TAG_VALUES)),
            10 => Self::DeleteTagged(u8::try_from(random.below(usize::from(TAG_VALUES))).unwrap()),
            _ => Self::DeletePrefix(["a", "b", "c", "d", "x"][random.below(5)]),
        }
    }

    fn make(&self, items: &mut TableWriter<'_, UserId, Item>) -> Result<u64> {
        match self {
            Self::Put(key, item) => items.put(key, item).map(|()| 1),
            Self::Insert(key, item) => items.insert(key, item).map(|()| 1),
            Self::SetGroup(key, group) => {
                let set = |item: &mut Item| {
                    item.group.clone_from(group);
                    Ok(())
                };
                items.update(key, set).map(|_| 1)
            }
            Self::SetTags(key, tags) => {
                let set = |item: &mut Item| {
                    item.tags.clone_from(tags);
                    Ok(())
                };
                items.update(key, set).map(|_| 1)
            }
            Self::DeleteTagged(least) => items.delete_by(&TAGS, *least..=least + 1),
            Self::Delete(key) => items.delete(key).map(u64::from),
            Self::DeletePrefix(start) => items.delete_prefix(&UserId::prefix(start)),
        }
    }

    fn make_in(&self, model: &mut Model) -> Result<u64, &'static str> {
        match self {
            Self::Insert(key, _) if model.contains_key(key) => Err("AlreadyExists"),
            Self::Put(key, item) | Self::Insert(key, item) => {
                let taken = |(other, held): (&UserId, &Item)| other != key && held.code == item.code;
                let named = |(other, held): (&UserId, &Item)| {
                    other != key && held.names.iter().any(|name| item.names.contains(name))
                };
                if item.code.is_some() && model.iter().any(taken) || model.iter().any(named) {
                    return Err("UniqueViolation");
                }
                model.insert(key.clone(), item.clone());
                Ok(1)
            }
            Self::SetGroup(key, group) => {
                model.get_mut(key).ok_or("NotFound")?.group.clone_from(group);
                Ok(1)
            }
            Self::SetTags(key, tags) => {
                model.get_mut(key).ok_or("NotFound")?.tags.clone_from(tags);
                Ok(1)
            }
            Self::DeleteTagged(least) => {
                let before = model.len();
                model.retain(|_, item| !item.tags.iter().any(|tag| (*least..=least + 1).contains(tag)));
                Ok(u64::try_from(before - model.len()).unwrap())
            }
            Self::Delete(key) => Ok(u64::from(model.remove(key).is_some())),
            Self::DeletePrefix(start) => {
                let before = model.len();
                model.retain(|key, _| !key.as_str().starts_with(start));
                Ok(u64::try_from(before - model.len()).unwrap())
            }
        }
    }
}

fn check(trace: &Trace, items: &Items, model: &Model) {
    let all: Vec<(UserId, Item)> = model.iter().map(|(key, item)| (key.clone(), item.clone())).collect();
    trace.same("the entities", &trace.ok("a scan", items.scan_all()), &all);
    for code in 0..CODES {
        let found = trace.ok("a search", items.find(&CODE, &code));
        let expected = all.iter().find(|(_, item)| item.code == Some(code)).cloned();
        trace.same(format_args!("who has code {code}"), &found, &expected);
    }
    for group in GROUPS {
        let found = trace.ok("a search", items.find_all(&GROUP, group));
        let members = all.iter().filter(|(_, item)| item.group.as_deref() == Some(group));
        trace.same(format_args!("who is in group {group:?}"), &found, &members.cloned().collect());
    }
    let mut by_group: Vec<(UserId, Item)> =
        all.iter().filter(|(_, item)| item.group.is_some()).cloned().collect();
    by_group.sort_by(|(a_key, a), (b_key, b)| (&a.group, a_key).cmp(&(&b.group, b_key)));
    let iterate = |query| -> Vec<(UserId, Item)> {
        let entries = trace.ok("an iteration", items.iter_by(&GROUP, query));
        entries.map(|entry| trace.ok("an entity of it", entry)).collect()
    };
    trace.same("the entities by group", &iterate(Query::all()), &by_group);
    by_group.reverse();
    trace.same("the same backward", &iterate(Query::all().reverse()), &by_group);
    check_lists(trace, items, &all);
    trace.same("the faults", &trace.ok("a check", items.verify()), &Vec::new());
}

/// Checks the indexes with several entries for an entity.
fn check_lists(trace: &Trace, items: &Items, all: &[(UserId, Item)]) {
    let keys = |entries: keyloft::store::Iter<'_, UserId, Item>| -> Vec<UserId> {
        entries.map(|entry| trace.ok("an entity of it", entry).0).collect()
    };
    let mut tagged: Vec<(u8, UserId)> =
        all.iter().flat_map(|(key, item)| item.tags.iter().map(|tag| (*tag, key.clone()))).collect();
    tagged.sort();
    tagged.dedup();
    for lowest in 0..TAG_VALUES {
        let expected = tagged.iter().filter(|(tag, _)| *tag >= lowest).map(|(_, key)| key.clone()).collect();
        let found = keys(trace.ok("an iteration", items.iter_by(&TAGS, lowest..)));
        trace.same(format_args!("the entities by tags from {lowest}"), &found, &expected);
        let count = trace.ok("a count", items.count_by(&TAGS, lowest..));
        trace.same("their number", &count, &u64::try_from(expected.len()).unwrap());
    }
    for name in 0..NAME_VALUES {
        let found = trace.ok("a search", items.find(&NAMES, &name));
        let expected = all.iter().find(|(_, item)| item.names.contains(&name)).cloned();
        trace.same(format_args!("who has name {name}"), &found, &expected);
    }
}

fn any_item(random: &mut Random) -> Item {
    let code = u8::try_from(random.below(usize::from(CODES) + 2)).unwrap();
    let names = if random.below(3) == 0 { any_list(random, NAME_VALUES) } else { Vec::new() };
    let tags = any_list(random, TAG_VALUES);
    Item { code: (code < CODES).then_some(code), group: any_group(random), tags, names }
}

fn any_list(random: &mut Random, values: u8) -> Vec<u8> {
    (0..random.below(4)).map(|_| u8::try_from(random.below(usize::from(values))).unwrap()).collect()
}

fn any_group(random: &mut Random) -> Option<Vec<u8>> {
    GROUPS.get(random.below(GROUPS.len() + 1)).map(|group| group.to_vec())
}
