//! [`Tables`]: the tables of a backend, and their comparison with the model.

use std::sync::Arc;

use keyloft::Read;
use keyloft::prelude::*;

use super::{GROUPS, Item, Model, NoteKey, TAGS};
use crate::failure::{Outcome, same};

/// The tables of a backend.
#[derive(Clone)]
pub(crate) struct Tables {
    pub(crate) backend: Arc<dyn StorageBackend>,
    pub(crate) items: Table<u32, Item>,
    pub(crate) notes: Table<NoteKey, Vec<u8>>,
    pub(crate) marks: Table<u8, u64>,
}

/// Returns `true` if a rule of the table refused the change. The transaction can go on.
pub(crate) fn is_refusal(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::AlreadyExists { .. } | ErrorKind::UniqueViolation { .. } | ErrorKind::NotFound { .. }
    )
}

impl Tables {
    pub(crate) fn of(backend: Arc<dyn StorageBackend>) -> Self {
        Self {
            items: Item::table(backend.clone()),
            notes: Table::new(backend.clone(), "notes"),
            marks: Table::new(backend.clone(), "marks"),
            backend,
        }
    }

    /// Compares every answer with the model's: scans in both directions, gets, reads by each index, and the check.
    pub(crate) fn compare(&self, model: &Model) -> Outcome {
        self.compare_at(&*self.backend.snapshot()?, model)
    }

    /// Compares a snapshot in the same way.
    pub(crate) fn compare_at(&self, snapshot: &dyn Read, model: &Model) -> Outcome {
        let (items, notes) = (self.items.at(snapshot), self.notes.at(snapshot));
        let all: Vec<(u32, Item)> = model.items.iter().map(|(id, item)| (*id, item.clone())).collect();
        same("the marks", &self.marks.at(snapshot).scan_all()?, &pairs(&model.marks))?;
        same("the items", &items.scan_all()?, &all)?;
        same("the notes", &notes.scan_all()?, &pairs(&model.notes))?;
        let backward: Vec<(u32, Item)> = items.iter(Query::all().reverse())?.collect::<Result<_>>()?;
        same("the items backward", &backward, &all.iter().rev().cloned().collect())?;
        for (id, item) in &all {
            same("an item by its key", &items.get(id)?.as_ref(), &Some(item))?;
        }
        let keys: Vec<NoteKey> = model.notes.keys().cloned().collect();
        let found: Vec<Option<Vec<u8>>> = notes.get_many(&keys)?;
        same("notes by their keys", &found, &model.notes.values().cloned().map(Some).collect())?;
        compare_indexes(&items, &all)?;
        let mismatches: Vec<String> = items.verify()?.iter().map(|found| format!("{found:?}")).collect();
        same("the mismatches of the indexes", &mismatches, &Vec::new())
    }
}

fn compare_indexes(items: &impl IndexReader<u32, Item>, all: &[(u32, Item)]) -> Outcome {
    let highest = all.iter().filter_map(|(_, item)| item.code).max().unwrap_or(0);
    let lowest = all.iter().filter_map(|(_, item)| item.code).min().unwrap_or(0);
    for code in lowest.saturating_sub(1)..=highest + 1 {
        let expected = all.iter().find(|(_, item)| item.code == Some(code)).cloned();
        same(format_args!("the item with code {code}"), &items.find(&Item::CODE, &code)?, &expected)?;
    }
    for group in GROUPS {
        let expected: Vec<_> = all.iter().filter(|(_, item)| item.group == group).cloned().collect();
        let found = items.find_all(&Item::GROUP, group)?;
        same(format_args!("the items in group {group:?}"), &found, &expected)?;
    }
    for tag in 0..=TAGS {
        let expected: Vec<_> = all.iter().filter(|(_, item)| item.tags.contains(&tag)).cloned().collect();
        same(format_args!("the items with tag {tag}"), &items.find_all(&Item::TAGS, &tag)?, &expected)?;
    }
    Ok(())
}

fn pairs<K: Clone, V: Clone>(of: &std::collections::BTreeMap<K, V>) -> Vec<(K, V)> {
    of.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}
