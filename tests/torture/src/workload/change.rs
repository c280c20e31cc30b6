//! [`Change`]: one write to the tables, and its effect on the model.

use std::ops::Range;

use keyloft::prelude::*;

use super::item::{any_bytes, any_name, any_note};
use super::{Item, Model, NoteKey, Tables};
use crate::random::Random;

/// One write to the tables.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Save(Item),
    Add(Item),
    SetGroup(u32, String),
    SetTags(u32, Vec<u8>),
    Delete(u32),
    DeleteItems(Range<u32>),
    PutNote(NoteKey, Vec<u8>),
    DeleteNote(NoteKey),
    DeleteNotes(String),
}

impl Change {
    pub(crate) fn any(random: &mut Random, writer: u8) -> Self {
        let id = Item::any_id(random, writer);
        match random.below(20) {
            0..6 => Self::Save(Item::any(random, writer)),
            6 | 7 => Self::Add(Item::any(random, writer)),
            8 => Self::SetGroup(id, Item::any_group(random)),
            9 | 10 => Self::SetTags(id, Item::any_tags(random)),
            11 | 12 => Self::Delete(id),
            13 => Self::DeleteItems(id..id.max(Item::any_id(random, writer))),
            14..17 => Self::PutNote(any_note(random, writer), any_bytes(random)),
            17 | 18 => Self::DeleteNote(any_note(random, writer)),
            _ => Self::DeleteNotes(any_name(random, writer)),
        }
    }

    /// Makes the change in a transaction. Returns the number of entities that it changed.
    pub(crate) fn make(&self, tables: &Tables, tx: &mut dyn Transaction) -> Result<u64> {
        match self {
            Self::Save(item) => tables.items.within(tx).save(item).map(|()| 1),
            Self::Add(item) => tables.items.within(tx).add(item).map(|()| 1),
            Self::SetGroup(id, group) => {
                let set = |item: &mut Item| {
                    item.group.clone_from(group);
                    Ok(())
                };
                tables.items.within(tx).update(id, set).map(|_| 1)
            }
            Self::SetTags(id, tags) => {
                let set = |item: &mut Item| {
                    item.tags.clone_from(tags);
                    Ok(())
                };
                tables.items.within(tx).update(id, set).map(|_| 1)
            }
            Self::Delete(id) => tables.items.within(tx).delete(id).map(u64::from),
            Self::DeleteItems(ids) => tables.items.within(tx).delete_in(ids.clone()),
            Self::PutNote(key, bytes) => tables.notes.within(tx).put(key, bytes).map(|()| 1),
            Self::DeleteNote(key) => tables.notes.within(tx).delete(key).map(u64::from),
            Self::DeleteNotes(name) => tables.notes.within(tx).delete_prefix(&Prefix::of(name.as_str())),
        }
    }

    /// Makes the change in the model. Returns the number of entities that it changed, or the code of the refusal.
    pub(crate) fn make_in(&self, model: &mut Model) -> Result<u64, &'static str> {
        match self {
            Self::Add(item) if model.items.contains_key(&item.id) => Err("AlreadyExists"),
            Self::Save(item) | Self::Add(item) => {
                if model.is_taken(item.code, item.id) {
                    return Err("UniqueViolation");
                }
                model.items.insert(item.id, item.clone());
                Ok(1)
            }
            Self::SetGroup(id, group) => {
                model.items.get_mut(id).ok_or("NotFound")?.group.clone_from(group);
                Ok(1)
            }
            Self::SetTags(id, tags) => {
                model.items.get_mut(id).ok_or("NotFound")?.tags.clone_from(tags);
                Ok(1)
            }
            Self::Delete(id) => Ok(u64::from(model.items.remove(id).is_some())),
            Self::DeleteItems(ids) => {
                let before = model.items.len();
                model.items.retain(|id, _| !ids.contains(id));
                Ok(number(before - model.items.len()))
            }
            Self::PutNote(key, bytes) => {
                model.notes.insert(key.clone(), bytes.clone());
                Ok(1)
            }
            Self::DeleteNote(key) => Ok(u64::from(model.notes.remove(key).is_some())),
            Self::DeleteNotes(name) => {
                let before = model.notes.len();
                model.notes.retain(|(of, _), _| of != name);
                Ok(number(before - model.notes.len()))
            }
        }
    }
}

fn number(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}
