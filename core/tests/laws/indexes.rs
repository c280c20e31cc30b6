//! The indexes of a table agree with its entities after every sequence of writes.

use std::collections::BTreeMap;
use std::ops::{Bound, RangeBounds};
use std::sync::Arc;

use keyloft::prelude::*;
use keyloft_memory::MemoryBackend;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseResult;
use serde::{Deserialize, Serialize};

use crate::hostile::text;
use crate::law::holds;
use crate::queries::bounds;

type Key = (String, Vec<u8>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Item {
    tag: Option<String>,
    slot: Option<u8>,
}

const TAG: Index<Item, String> = Index::new("tag", |item| item.tag.clone());
const SLOT: UniqueIndex<Item, u8> = UniqueIndex::new("slot", |item| item.slot);

#[derive(Clone, Debug)]
enum Step {
    Put(Key, Item),
    PutMany(Vec<(Key, Item)>),
    Insert(Key, Item),
    Update(Key, Item),
    Delete(Key),
    DeleteMany(Vec<Key>),
    DeletePrefix(String),
}

fn key() -> impl Strategy<Value = Key> {
    (select(["", "a", "a\0", "b"].as_slice()), select(vec![b"".as_slice(), b"\0", b"\xFF"]))
        .prop_map(|(left, right)| (left.to_owned(), right.to_vec()))
}

fn item() -> impl Strategy<Value = Item> {
    (prop::option::of(text()), prop::option::of(0_u8..4)).prop_map(|(tag, slot)| Item { tag, slot })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (key(), item()).prop_map(|(key, item)| Step::Put(key, item)),
        1 => prop::collection::vec((key(), item()), 0..4).prop_map(Step::PutMany),
        2 => (key(), item()).prop_map(|(key, item)| Step::Insert(key, item)),
        2 => (key(), item()).prop_map(|(key, item)| Step::Update(key, item)),
        1 => key().prop_map(Step::Delete),
        1 => prop::collection::vec(key(), 0..4).prop_map(Step::DeleteMany),
        1 => key().prop_map(|key| Step::DeletePrefix(key.0)),
    ]
}

type Model = BTreeMap<Key, Item>;

/// Writes an entity into the model if a store accepts it.
fn put(model: &mut Model, key: &Key, item: &Item) -> Result<(), &'static str> {
    let taken = |(other, held): (&Key, &Item)| other != key && item.slot.is_some() && held.slot == item.slot;
    if model.iter().any(taken) {
        return Err("UniqueViolation");
    }
    model.insert(key.clone(), item.clone());
    Ok(())
}

/// Applies the step to the model and returns the number of deleted entities, or the code of the error.
fn on_model(model: &mut Model, step: &Step) -> Result<u64, &'static str> {
    let mut changed = model.clone();
    let before = model.len();
    match step {
        Step::Insert(key, _) if model.contains_key(key) => return Err("AlreadyExists"),
        Step::Update(key, _) if !model.contains_key(key) => return Err("NotFound"),
        Step::Put(key, item) | Step::Insert(key, item) | Step::Update(key, item) => {
            put(&mut changed, key, item)?;
        }
        Step::PutMany(entries) => {
            for (key, item) in entries {
                put(&mut changed, key, item)?;
            }
        }
        Step::Delete(key) => changed.retain(|other, _| other != key),
        Step::DeleteMany(keys) => changed.retain(|other, _| !keys.contains(other)),
        Step::DeletePrefix(left) => changed.retain(|other, _| other.0 != *left),
    }
    *model = changed;
    Ok(u64::try_from(before.saturating_sub(model.len())).unwrap())
}

fn on_store(items: &Table<Key, Item>, step: &Step) -> Result<u64, Error> {
    match step {
        Step::Put(key, item) => items.put(key, item).map(|()| 0),
        Step::PutMany(entries) => items.put_many(entries).map(|()| 0),
        Step::Insert(key, item) => items.insert(key, item).map(|()| 0),
        Step::Update(key, item) => {
            let change = |old: &mut Item| {
                *old = item.clone();
                Ok(())
            };
            items.update(key, change).map(|_| 0)
        }
        Step::Delete(key) => items.delete(key).map(u64::from),
        Step::DeleteMany(keys) => items.delete_many(keys),
        Step::DeletePrefix(left) => items.delete_prefix(&Prefix::of(left)),
    }
}

fn new_store() -> Table<Key, Item> {
    let schema = Schema::new("items").index(TAG).index(SLOT);
    Table::with_schema(Arc::new(MemoryBackend::new()), schema)
}

fn agree(items: &Table<Key, Item>, model: &Model) -> TestCaseResult {
    let entities: Vec<_> = model.clone().into_iter().collect();
    prop_assert_eq!(items.scan_all().unwrap(), entities);
    let mut tagged: Vec<_> = model.iter().filter(|(_, item)| item.tag.is_some()).collect();
    tagged.sort_by_key(|(key, item)| (&item.tag, *key));
    let by_tag: Vec<_> = items.iter_by(&TAG, ..).unwrap().map(Result::unwrap).collect();
    prop_assert_eq!(by_tag.iter().map(|(key, item)| (key, item)).collect::<Vec<_>>(), tagged);
    for slot in 0..4 {
        let holder = model.iter().find(|(_, item)| item.slot == Some(slot));
        let found = items.find(&SLOT, &slot).unwrap();
        prop_assert_eq!(found.as_ref().map(|(key, item)| (key, item)), holder);
    }
    let slots = model.values().filter(|item| item.slot.is_some()).count();
    prop_assert_eq!(items.count_by(&SLOT, ..).unwrap(), u64::try_from(slots).unwrap());
    Ok(())
}

#[test]
fn after_any_steps() {
    holds(prop::collection::vec(step(), 0..16), |steps| {
        let items = new_store();
        let mut model = Model::new();
        for step in steps {
            let expected = on_model(&mut model, &step);
            prop_assert_eq!(on_store(&items, &step).map_err(|error| error.code()), expected, "{:?}", step);
            agree(&items, &model)?;
        }
        Ok(())
    });
}

/// Applies the steps in one transaction, which continues after a refused step.
#[test]
fn after_any_single_changes_in_one_transaction() {
    let single = step().prop_filter("of one entity", |step| {
        matches!(step, Step::Put(..) | Step::Insert(..) | Step::Update(..) | Step::Delete(_))
    });
    holds(prop::collection::vec(single, 0..16), |steps| {
        let items = new_store();
        let mut model = Model::new();
        let run = |tx: &mut dyn keyloft::Transaction| -> keyloft::Result<Vec<Option<&'static str>>> {
            let mut within = items.within(tx);
            let codes = steps.iter().map(|step| {
                let done = match step {
                    Step::Put(key, item) => within.put(key, item),
                    Step::Insert(key, item) => within.insert(key, item),
                    Step::Update(key, item) => {
                        let change = |old: &mut Item| {
                            *old = item.clone();
                            Ok(())
                        };
                        within.update(key, change).map(drop)
                    }
                    Step::Delete(key) => within.delete(key).map(drop),
                    _ => Ok(()),
                };
                done.err().map(|error| error.code())
            });
            Ok(codes.collect())
        };
        let codes = items.backend().transaction(run).unwrap();
        let expected: Vec<_> = steps.iter().map(|step| on_model(&mut model, step).err()).collect();
        prop_assert_eq!(codes, expected);
        agree(&items, &model)
    });
}

#[test]
fn ranges_and_pages_by_an_index() {
    let items = prop::collection::btree_map(key(), item(), 0..12);
    let cases = (items, bounds::<String>(), any::<bool>(), 1_usize..4);
    holds(cases, |(entries, range, reverse, size)| {
        let items = new_store();
        let mut model = Model::new();
        for (key, mut item) in entries {
            item.slot = None;
            items.put(&key, &item).unwrap();
            model.insert(key, item);
        }
        let wanted = |item: &Item| item.tag.as_ref().is_some_and(|tag| range.contains(tag));
        let mut expected: Vec<_> = model.iter().filter(|(_, item)| wanted(item)).collect();
        expected.sort_by_key(|(key, item)| (&item.tag, *key));
        if reverse {
            expected.reverse();
        }
        let expected: Vec<(Key, Item)> =
            expected.into_iter().map(|(key, item)| (key.clone(), item.clone())).collect();

        let query = Query::range(range.clone());
        let query = if reverse { query.reverse() } else { query };
        let found: Vec<_> = items.iter_by(&TAG, query.clone()).unwrap().map(Result::unwrap).collect();
        prop_assert_eq!(&found, &expected);
        prop_assert_eq!(items.count_by(&TAG, query.clone()).unwrap(), u64::try_from(expected.len()).unwrap());

        let mut paged = Vec::new();
        let mut after: Option<Cursor> = None;
        loop {
            let page = items.page_by(&TAG, query.clone(), size, after.as_ref()).unwrap();
            paged.extend(page.entries);
            prop_assert_eq!(page.next.is_some(), paged.len() < expected.len());
            let Some(next) = page.next else { break };
            after = Some(next);
        }
        prop_assert_eq!(&paged, &expected);

        if let Bound::Included(tag) = &range.0 {
            let mut same: Vec<_> =
                expected.iter().filter(|(_, item)| item.tag.as_ref() == Some(tag)).collect();
            if range.1 == Bound::Unbounded {
                if reverse {
                    same.reverse();
                }
                let found = items.find_all(&TAG, tag).unwrap();
                prop_assert_eq!(found.iter().collect::<Vec<_>>(), same);
            }
        }
        Ok(())
    });
}
