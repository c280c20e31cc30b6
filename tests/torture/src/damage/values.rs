//! [`Values`]: the values that the keys of a scenario had, to notice any other one.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use keyloft::Read;
use keyloft::prelude::*;
use keyloft::value::decode_payload;
use serde::de::DeserializeOwned;

use crate::failure::{Failure, Outcome};
use crate::history::History;
use crate::workload::{Batch, Event, Item, Model, NoteKey, Side, Tables};

/// The code of a value that its key never had.
pub(super) const FOREIGN: &str = "foreign";

/// The bytes of an envelope before the payload.
const HEADER: usize = 6;
/// The most entities of a scan of a damaged table.
const MOST: usize = 10_000;

/// The values that the keys of a scenario had, also those that were never committed, because a page of a free part of the file
/// may come back. The scope has tables of the same names, which checksums don't tell apart.
#[derive(Default)]
pub(super) struct Values {
    items: BTreeMap<u32, Vec<Item>>,
    notes: BTreeMap<NoteKey, Vec<Vec<u8>>>,
    marks: BTreeMap<u8, Vec<u64>>,
}

impl Values {
    /// Returns the values of the scenario.
    pub(super) fn of(history: &History) -> Self {
        let (mut values, mut model) = (Self::default(), Model::default());
        for number in history.events.iter().filter_map(Event::number) {
            let batch = Batch::of(history.seed, 0, number);
            batch.trace_in(&mut model.clone(), &mut |model| values.add(model));
            batch.commit_in(&mut model);
        }
        for stream in 0..Side::STREAMS {
            values.add(&Side::model(history.seed, stream));
        }
        values
    }

    fn add(&mut self, model: &Model) {
        add(&mut self.items, &model.items);
        add(&mut self.notes, &model.notes);
        add(&mut self.marks, &model.marks);
    }

    /// Fails if a read returns a value that its key never had. Errors and older values are allowed.
    ///
    /// With `unchecked`, the values are decoded without the check of their checksums.
    pub(super) fn check(&self, backend: Arc<dyn StorageBackend>, unchecked: bool) -> Outcome {
        let tables = Tables::of(backend);
        compare(&tables.items, &self.items, unchecked)?;
        compare(&tables.notes, &self.notes, unchecked)?;
        compare(&tables.marks, &self.marks, unchecked)
    }
}

fn add<K: Clone + Ord, V: Clone + PartialEq>(values: &mut BTreeMap<K, Vec<V>>, of: &BTreeMap<K, V>) {
    for (key, value) in of {
        let known = values.entry(key.clone()).or_default();
        if !known.contains(value) {
            known.push(value.clone());
        }
    }
}

fn compare<K, V>(table: &Table<K, V>, values: &BTreeMap<K, Vec<V>>, unchecked: bool) -> Outcome
where
    K: StorageKey + Ord + Debug,
    V: DeserializeOwned + PartialEq + 'static,
{
    let is_known = |key: &K, value: &V| {
        if values.get(key).is_some_and(|known| known.contains(value)) {
            return Ok(());
        }
        let text = format!("key {key:?} of {} has a value that it never had", table.partition());
        Err(Failure { text, code: Some(FOREIGN) })
    };
    for key in values.keys() {
        let found = if unchecked { unchecked_get(table, key) } else { table.get(key).ok().flatten() };
        if let Some(value) = found {
            is_known(key, &value)?;
        }
    }
    for query in [Query::all(), Query::all().reverse()] {
        for (key, value) in table.iter(query.limit(MOST)).into_iter().flatten().flatten() {
            is_known(&key, &value)?;
        }
    }
    Ok(())
}

/// Reads as a table would without the check.
fn unchecked_get<K: StorageKey, V: DeserializeOwned + 'static>(table: &Table<K, V>, key: &K) -> Option<V> {
    let mut found = None;
    let read = table.backend().get(table.partition(), &key.encode(), &mut |stored| {
        found = stored.get(HEADER..).and_then(|payload| decode_payload(payload).ok());
    });
    read.ok().and(found)
}
