//! [`IndexUpdate`]: the index entries that a change to an entity removes and adds.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::{Entries, TableIndex, Values};
use crate::backend::{MAX_INDEX_KEY_LEN, Partition, Read, Transaction, check_entry};
use crate::catalog::IndexStates;
use crate::error::{Error, Place, Result};

/// The index entries that a change removes and adds.
///
/// All entries are checked before the first one is written, so that a refused change leaves no trace.
pub(crate) struct IndexUpdate<'a> {
    steps: Vec<Step<'a>>,
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
struct Step<'a> {
    index: &'a dyn IndexEntries,
    value: Vec<u8>,
    action: Action,
}

#[derive(Clone, Copy, PartialEq)]
enum Action {
    Remove,
    Add,
    /// The removal of an entry that belongs to another entity.
    Skip,
}

/// The changed entity: its table's partition, its key, and the function that describes keys of the table.
#[derive(Clone, Copy)]
pub(crate) struct ChangedEntity<'a> {
    pub(crate) table: &'a Partition,
    pub(crate) key: &'a [u8],
    pub(crate) describe: fn(&[u8]) -> String,
}

impl ChangedEntity<'_> {
    fn place(&self) -> Place {
        Place::entity(self.table, (self.describe)(self.key))
    }
}

impl<'a> IndexUpdate<'a> {
    /// Returns the entries that a change from `old` to `new` removes and adds.
    pub(crate) fn between<V>(
        indexes: &'a [Arc<TableIndex<V>>],
        states: IndexStates,
        old: Option<&V>,
        new: Option<&V>,
    ) -> Self {
        let mut update = Self { steps: Vec::new() };
        for (position, index) in indexes.iter().enumerate() {
            if states.is_kept(position) {
                let values = |entity| Values::of_option(&*index.definition, entity);
                update.replace(&**index, values(old), values(new));
            }
        }
        update
    }

    /// Adds the steps from the old values of one index to the new ones.
    fn replace(&mut self, index: &'a dyn IndexEntries, old: Values, mut new: Values) {
        // The removals come first: an engine's nodes then don't split for entries that soon leave them.
        old.each(&mut |value| {
            if !new.remove(&value) {
                self.steps.push(Step { index, value, action: Action::Remove });
            }
        });
        new.each(&mut |value| self.steps.push(Step { index, value, action: Action::Add }));
    }

    /// Refuses a change whose entries can't be added, and skips the removal of an entry that belongs to another entity.
    ///
    /// # Errors
    ///
    /// [`Error::UniqueViolation`], [`Error::IndexedValueTooLong`], or an error of the backend.
    pub(crate) fn check(&mut self, reader: &dyn Read, changed: ChangedEntity<'_>) -> Result<()> {
        for Step { index, value, action } in &mut self.steps {
            if *action == Action::Add {
                check_value(*index, reader, value, changed)?;
            } else if !belongs_to(index.entries(), reader, value, changed.key)? {
                *action = Action::Skip;
            }
        }
        Ok(())
    }

    /// Writes the change to the indexes. [`check`](IndexUpdate::check) must have accepted it.
    pub(crate) fn apply(self, tx: &mut dyn Transaction, key: &[u8]) -> Result<()> {
        for Step { index, value, action } in self.steps {
            let entries = index.entries();
            let (entry, stored) = entries.encode(&value, key);
            match action {
                Action::Remove => drop(tx.delete(&entries.partition, &entry)?),
                Action::Add => tx.put(&entries.partition, &entry, stored)?,
                Action::Skip => {}
            }
        }
        Ok(())
    }
}

/// Returns `true` if the entry of the value belongs to the entity under `key`.
///
/// Before a [`reindex`](crate::EntityRepair::reindex), it can belong to another entity in a unique index, and must
/// stay.
fn belongs_to(entries: &Entries, reader: &dyn Read, value: &[u8], key: &[u8]) -> Result<bool> {
    let mut holds = true;
    if entries.is_unique {
        reader.get(&entries.partition, value, &mut |holder| holds = holder == key)?;
    }
    Ok(holds)
}

/// Adds the entries of these values. Returns their number.
///
/// # Errors
///
/// The errors of [`check_value`].
pub(crate) fn add_entries(
    index: &dyn IndexEntries,
    values: &Values,
    tx: &mut dyn Transaction,
    changed: ChangedEntity<'_>,
) -> Result<u64> {
    let (entries, mut added) = (index.entries(), 0);
    for value in values.as_slice() {
        check_value(index, &*tx, value, changed)?;
        let (entry, stored) = entries.encode(value, changed.key);
        tx.put(&entries.partition, &entry, stored)?;
        added += 1;
    }
    Ok(added)
}

/// Refuses a value that is too long, or that another entity has in a unique index.
fn check_value(
    index: &dyn IndexEntries,
    reader: &dyn Read,
    value: &[u8],
    changed: ChangedEntity<'_>,
) -> Result<()> {
    let entries = index.entries();
    let (entry, stored): (Cow<'_, [u8]>, _) = entries.encode(value, changed.key);
    if entry.len() > MAX_INDEX_KEY_LEN {
        let (index, len, max) = (entries.name.clone(), entry.len(), MAX_INDEX_KEY_LEN);
        return Err(Error::IndexedValueTooLong { place: changed.place(), index, len, max });
    }
    check_entry(&entries.partition, &entry, stored)?;
    if !entries.is_unique {
        return Ok(());
    }
    let mut holder = None;
    reader.get(&entries.partition, value, &mut |holding| {
        if holding != changed.key {
            holder = Some((changed.describe)(holding));
        }
    })?;
    match holder {
        None => Ok(()),
        Some(holder) => Err(Error::UniqueViolation {
            place: changed.place(),
            index: entries.name.clone(),
            value: index.describe(value),
            holder,
        }),
    }
}
