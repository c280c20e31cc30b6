//! [`Model`]: the contents that the tables must have.

use std::collections::BTreeMap;

use super::{Item, NoteKey};

/// The contents that the tables must have.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Model {
    pub(crate) items: BTreeMap<u32, Item>,
    pub(crate) notes: BTreeMap<NoteKey, Vec<u8>>,
    /// The number of the last batch that each writer has committed.
    pub(crate) marks: BTreeMap<u8, u64>,
}

impl Model {
    /// Returns `true` if an item other than this one has the code.
    pub(crate) fn is_taken(&self, code: Option<u32>, by_other_than: u32) -> bool {
        code.is_some() && self.items.values().any(|item| item.code == code && item.id != by_other_than)
    }

    /// Adds the contents of another writer.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.items.extend(other.items.clone());
        self.notes.extend(other.notes.clone());
        self.marks.extend(other.marks.clone());
    }
}
