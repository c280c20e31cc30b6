//! [`IndexUpdate`]: the index entries that changes to entities remove and add.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;

use super::holders::check_unique;
use super::{Entries, TableIndex, Values};
use crate::backend::{MAX_INDEX_KEY_LEN, Partition, Read, Transaction, Write, check_entry};
use crate::catalog::IndexStates;
use crate::error::{ErrorKind, Result};
use crate::store::schema::Outline;

/// The expected length of the keys that one change removes and adds in its first indexes. Most fit.
const ENTRY_BYTES: usize = 64;

/// The index entries that changes to one entity, or to several one after the other, remove and add.
///
/// All entries are checked before the first one is written, so that a refused change leaves no trace. The checks of a batch
/// read together.
#[derive(Default)]
pub(crate) struct IndexUpdate<'a> {
    pub(super) steps: Vec<Step<'a>>,
    /// The keys of all entries.
    bytes: Vec<u8>,
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
    /// The place of the entry's key, which is the value in a unique index.
    entry: Range<usize>,
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
                self.push(index, key, &value, Action::Remove);
            }
        });
        new.each(&mut |value| self.push(index, key, &value, Action::Add));
    }

    fn push(
        &mut self,
        (index, number): (&'a dyn IndexEntries, usize),
        key: &'a [u8],
        value: &[u8],
        action: Action,
    ) {
        if self.bytes.is_empty() {
            self.bytes.reserve(ENTRY_BYTES);
        }
        let start = self.bytes.len();
        index.entries().encode_into(value, key, &mut self.bytes);
        self.steps.push(Step { index, number, key, entry: start..self.bytes.len(), action });
    }

    /// Returns the key of the step's entry.
    pub(super) fn entry(&self, step: &Step<'_>) -> &[u8] {
        self.bytes.get(step.entry.clone()).unwrap_or_default()
    }

    fn write_of<'s>(&'s self, step: &Step<'s>) -> Option<Write<'s>> {
        match step.action {
            Action::Remove => Some(Write::delete(step.partition(), self.entry(step))),
            Action::Add => Some(Write::put(step.partition(), self.entry(step), step.stored())),
            Action::Skip => None,
        }
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
    /// [`ErrorKind::UniqueViolation`], [`ErrorKind::IndexedValueTooLong`], or an error of the backend.
    pub(crate) fn check(&mut self, reader: &dyn Read, outline: &Outline) -> Result<()> {
        let mut refused = Ok(());
        let mut is_unique = false;
        for (position, step) in self.steps.iter().enumerate() {
            refused = step.check_size(self.entry(step), outline);
            if refused.is_err() {
                self.steps.truncate(position);
                break;
            }
            is_unique |= step.index.entries().is_unique;
        }
        if is_unique {
            for position in check_unique(self, reader, outline)? {
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

    /// Adds the writes of the changes to `writes`, one index after the other. [`check`](IndexUpdate::check) must have accepted
    /// them.
    pub(crate) fn push_writes<'s>(&'s self, writes: &mut Vec<Write<'s>>) {
        let last = self.steps.iter().map(|step| step.number).max();
        for number in 0..=last.unwrap_or(0) {
            writes.extend(
                self.steps.iter().filter(|step| step.number == number).filter_map(|step| self.write_of(step)),
            );
        }
    }

    /// Writes the changes and that of the row.
    pub(crate) fn apply(&self, tx: &mut dyn Transaction, row: Write<'_>) -> Result<()> {
        if let Some(value) = row.value
            && self.steps.iter().all(|step| step.action == Action::Add)
        {
            for step in &self.steps {
                tx.put(step.partition(), self.entry(step), step.stored())?;
            }
            return tx.put(row.partition, row.key, value);
        }
        // An engine need not answer whether the entries existed.
        let mut writes = Vec::with_capacity(self.len() + 1);
        writes.extend(self.steps.iter().filter_map(|step| self.write_of(step)));
        writes.push(row);
        tx.write_batch(&writes)
    }
}

impl<'a> Step<'a> {
    /// Returns the partition of the entry.
    pub(super) fn partition(&self) -> &'a Partition {
        &self.index.entries().partition
    }

    /// Returns the value of the entry.
    fn stored(&self) -> &'a [u8] {
        self.index.entries().stored(self.key)
    }

    /// Refuses an entry that is too long to be added.
    fn check_size(&self, entry: &[u8], outline: &Outline) -> Result<()> {
        if self.action != Action::Add {
            return Ok(());
        }
        let entries = self.index.entries();
        if entry.len() > MAX_INDEX_KEY_LEN {
            let (index, len, max) = (entries.name.clone(), entry.len(), MAX_INDEX_KEY_LEN);
            return Err(
                ErrorKind::IndexedValueTooLong { place: outline.place(self.key), index, len, max }.into()
            );
        }
        check_entry(&entries.partition, entry, self.stored())
    }
}
