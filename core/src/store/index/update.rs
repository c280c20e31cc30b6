//! [`IndexUpdate`]: the index entries that changes to entities remove and add.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::holders::check_unique;
use super::{Entries, TableIndex, Values};
use crate::backend::{MAX_INDEX_KEY_LEN, Partition, Read, Transaction, Write, check_entry};
use crate::catalog::IndexStates;
use crate::error::{Error, Result};
use crate::store::schema::Outline;

/// The index entries that changes to one entity, or to several one after the other, remove and add.
///
/// All entries are checked before the first one is written, so that a refused change leaves no trace. The checks of a batch
/// read together.
#[derive(Default)]
pub(crate) struct IndexUpdate<'a> {
    pub(super) steps: Vec<Step<'a>>,
}

/// An index of a table, without the type of the entities.
pub(crate) trait IndexEntries {
    fn entries(&self) -> &Entries;

    /// Describes a value in messages.
    fn describe(&self, value: &[u8]) -> String;
}

impl<V> IndexEntries for TableIndex<V> {
    fn entries(&self) -> &Entries {
        &self.entries
    }

    fn describe(&self, value: &[u8]) -> String {
        self.definition.describe(value)
    }
}

/// An entry that a change removes or adds.
pub(super) struct Step<'a> {
    pub(super) index: &'a dyn IndexEntries,
    /// The position of the index in the schema.
    pub(super) number: usize,
    /// The key of the entry, which is the value in a unique index.
    pub(super) entry: Vec<u8>,
    /// The key of the changed entity.
    pub(super) key: &'a [u8],
    pub(super) action: Action,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Action {
    Remove,
    Add,
    /// The removal of an entry that belongs to another entity.
    Skip,
}

impl<'a> IndexUpdate<'a> {
    /// Adds the entries that the change of the entity under `key` from `old` to `new` removes and adds.
    pub(crate) fn change<V>(
        &mut self,
        indexes: &'a [Arc<TableIndex<V>>],
        states: IndexStates,
        key: &'a [u8],
        old: Option<&V>,
        new: Option<&V>,
    ) {
        for (position, index) in indexes.iter().enumerate() {
            if states.is_kept(position) {
                let values = |entity| Values::of_option(&*index.definition, entity);
                self.replace((&**index, position), key, values(old), values(new));
            }
        }
    }

    /// Adds the entries of these values in an index, which comes with its position in the schema.
    pub(crate) fn add(&mut self, index: (&'a dyn IndexEntries, usize), key: &'a [u8], values: Values) {
        self.replace(index, key, Values::default(), values);
    }

    /// Adds the steps from the old values of one index to the new ones.
    fn replace(&mut self, index: (&'a dyn IndexEntries, usize), key: &'a [u8], old: Values, mut new: Values) {
        // The removals come first: an engine's nodes then don't split for entries that soon leave them.
        old.each(&mut |value| {
            if !new.remove(&value) {
                self.push(index, key, value, Action::Remove);
            }
        });
        new.each(&mut |value| self.push(index, key, value, Action::Add));
    }

    fn push(
        &mut self,
        (index, number): (&'a dyn IndexEntries, usize),
        key: &'a [u8],
        value: Vec<u8>,
        action: Action,
    ) {
        let entry = match index.entries().encode(&value, key).0 {
            Cow::Owned(entry) => entry,
            Cow::Borrowed(_) => value,
        };
        self.steps.push(Step { index, number, entry, key, action });
    }

    /// Returns the number of entries that are removed and added.
    pub(crate) fn len(&self) -> usize {
        self.steps.len()
    }

    /// Refuses changes whose entries can't be added, and skips the removal of entries that belong to other entities. It
    /// returns the error of the first change that is refused.
    ///
    /// # Errors
    ///
    /// [`Error::UniqueViolation`], [`Error::IndexedValueTooLong`], or an error of the backend.
    pub(crate) fn check(&mut self, reader: &dyn Read, outline: &Outline) -> Result<()> {
        let mut refused = Ok(());
        let mut is_unique = false;
        for (position, step) in self.steps.iter().enumerate() {
            refused = step.check_size(outline);
            if refused.is_err() {
                self.steps.truncate(position);
                break;
            }
            is_unique |= step.index.entries().is_unique;
        }
        if is_unique {
            for position in check_unique(&self.steps, reader, outline)? {
                if let Some(step) = self.steps.get_mut(position) {
                    step.action = Action::Skip;
                }
            }
        }
        refused
    }

    /// Makes the changes to the indexes alone. Returns the number of entries.
    ///
    /// # Errors
    ///
    /// The errors of [`check`](Self::check).
    pub(crate) fn write(mut self, tx: &mut dyn Transaction, outline: &Outline) -> Result<u64> {
        self.check(&*tx, outline)?;
        let mut writes = Vec::with_capacity(self.len());
        self.push_writes(&mut writes);
        tx.write_batch(&writes)?;
        Ok(u64::try_from(self.len()).unwrap_or(u64::MAX))
    }

    /// Adds the writes of the changes to `writes`. [`check`](IndexUpdate::check) must have accepted them.
    pub(crate) fn push_writes<'s>(&'s self, writes: &mut Vec<Write<'s>>) {
        for Step { index, entry, key, action, .. } in &self.steps {
            let entries = index.entries();
            let partition = &entries.partition;
            match action {
                Action::Remove => writes.push(Write::delete(partition, entry)),
                Action::Add => writes.push(Write::put(partition, entry, entries.stored(key))),
                Action::Skip => {}
            }
        }
    }
}

impl<'a> Step<'a> {
    /// Returns the partition of the entry.
    pub(super) fn partition(&self) -> &'a Partition {
        &self.index.entries().partition
    }

    /// Refuses an entry that is too long to be added.
    fn check_size(&self, outline: &Outline) -> Result<()> {
        if self.action != Action::Add {
            return Ok(());
        }
        let entries = self.index.entries();
        if self.entry.len() > MAX_INDEX_KEY_LEN {
            let (index, len, max) = (entries.name.clone(), self.entry.len(), MAX_INDEX_KEY_LEN);
            return Err(Error::IndexedValueTooLong { place: outline.place(self.key), index, len, max });
        }
        check_entry(&entries.partition, &self.entry, entries.stored(self.key))
    }
}
