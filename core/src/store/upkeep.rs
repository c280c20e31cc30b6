//! [`Upkeep`]: what a change to an entity does to the indexes.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use alloc::vec::Vec;

use super::index::{BoundIndex, Entries};
use crate::backend::{Partition, Read, Transaction, check_entry};
use crate::error::{Error, Result};

/// The index entries that a change removes and adds, checked before any is written.
pub(super) struct Upkeep<'a> {
    steps: Vec<Step<'a>>,
}

/// An index of a table, whatever the table's entities are.
pub(super) trait Keeper {
    fn entries(&self) -> &Entries;

    /// A value as messages show it.
    fn describe(&self, value: &[u8]) -> String;
}

impl<V> Keeper for BoundIndex<V> {
    fn entries(&self) -> &Entries {
        &self.entries
    }

    fn describe(&self, value: &[u8]) -> String {
        self.definition.describe(value)
    }
}

/// The values of an index whose entries go and come.
struct Step<'a> {
    index: &'a dyn Keeper,
    remove: Option<Vec<u8>>,
    add: Option<Vec<u8>>,
}

/// What is changed: a table's partition, the key of an entity, and how keys of the table are shown.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) table: &'a Partition,
    pub(super) key: &'a [u8],
    pub(super) shown: fn(&[u8]) -> String,
}

impl<'a> Upkeep<'a> {
    /// What goes from the indexes with `old` and comes with `new`.
    pub(super) fn between<V>(indexes: &'a [BoundIndex<V>], old: Option<&V>, new: Option<&V>) -> Self {
        let mut steps = Vec::new();
        for index in indexes {
            let remove = old.and_then(|entity| index.definition.value(entity));
            let add = new.and_then(|entity| index.definition.value(entity));
            if remove != add {
                steps.push(Step { index, remove, add });
            }
        }
        Self { steps }
    }

    /// # Errors
    ///
    /// [`Error::UniqueViolation`], [`Error::KeyTooLong`], or what the backend reports.
    pub(super) fn check(&mut self, reader: &dyn Read, place: Place<'_>) -> Result<()> {
        for Step { index, remove, add } in &mut self.steps {
            if let Some(value) = add {
                admit(*index, reader, value, place)?;
            }
            if let Some(value) = remove
                && !holds(index.entries(), reader, value, place.key)?
            {
                *remove = None;
            }
        }
        Ok(())
    }

    pub(super) fn carry_out(self, tx: &mut dyn Transaction, key: &[u8]) -> Result<()> {
        for Step { index, remove, add } in self.steps {
            let entries = index.entries();
            if let Some(value) = remove {
                let (entry, _) = entries.entry(&value, key);
                tx.delete(&entries.partition, &entry)?;
            }
            if let Some(value) = add {
                let (entry, stored) = entries.entry(&value, key);
                tx.put(&entries.partition, &entry, stored)?;
            }
        }
        Ok(())
    }
}

/// Whether the entry of the value is that of the entity of `key`: in a unique index that was never rebuilt it can be
/// another's, which stays.
fn holds(entries: &Entries, reader: &dyn Read, value: &[u8], key: &[u8]) -> Result<bool> {
    let mut holds = true;
    if entries.is_unique {
        reader.get(&entries.partition, value, &mut |holder| holds = holder == key)?;
    }
    Ok(holds)
}

/// Whether the value may be added for the entity of the place.
pub(super) fn admit(index: &dyn Keeper, reader: &dyn Read, value: &[u8], place: Place<'_>) -> Result<()> {
    let entries = index.entries();
    let (entry, stored): (Cow<'_, [u8]>, _) = entries.entry(value, place.key);
    check_entry(&entries.partition, &entry, stored)?;
    if !entries.is_unique {
        return Ok(());
    }
    let mut holder = None;
    reader.get(&entries.partition, value, &mut |holding| {
        if holding != place.key {
            holder = Some((place.shown)(holding));
        }
    })?;
    match holder {
        None => Ok(()),
        Some(holder) => Err(Error::UniqueViolation {
            partition: place.table.as_str().to_owned(),
            index: entries.name.clone(),
            value: index.describe(value),
            holder,
        }),
    }
}
