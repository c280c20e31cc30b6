//! The comparison of a table's definition with the catalog, before the table is read or written.

use alloc::format;
use alloc::string::String;
use core::ops::ControlFlow;

use super::entry::{CatalogEntry, IndexState, UNKNOWN_OLDEST, key_of};
use super::{Difference, TableDefinition};
use crate::backend::{CATALOG, Direction, KeyRange, Partition, Read, Transaction};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::store::{Layout, Outline};

/// The most indexes of a table: [`IndexStates`] has a bit for each.
const MAX_INDEXES: usize = 64;

/// The indexes of a layout that don't answer, and those that writes don't update. Nearly always there is none.
#[derive(Clone, Copy, Default)]
pub(crate) struct IndexStates {
    unbuilt: u64,
    unkept: u64,
}

/// The result of a comparison that found no difference.
#[derive(Clone, Copy, Default)]
pub(crate) struct Agreement {
    pub(crate) states: IndexStates,
    /// `true` if the catalog does not have the table yet.
    pub(crate) is_new: bool,
}

impl IndexStates {
    /// Returns `true` if all indexes have the entries of all rows.
    #[inline]
    pub(crate) fn are_built(self) -> bool {
        self.unbuilt == 0
    }

    /// Returns `true` if the index at this position has the entries of all rows.
    #[inline]
    pub(crate) fn is_built(self, position: usize) -> bool {
        self.unbuilt & bit(position) == 0
    }

    /// Returns `true` if writes update the index at this position.
    #[inline]
    pub(crate) fn is_kept(self, position: usize) -> bool {
        self.unkept & bit(position) == 0
    }

    fn set(&mut self, position: usize, state: IndexState) {
        if state != IndexState::Built {
            self.unbuilt |= bit(position);
        }
        if state == IndexState::Clearing {
            self.unkept |= bit(position);
        }
    }
}

fn bit(position: usize) -> u64 {
    u32::try_from(position).ok().and_then(|position| 1_u64.checked_shl(position)).unwrap_or(0)
}

/// Compares the definition of the table with the catalog in the reader's state.
///
/// # Errors
///
/// [`ErrorKind::DefinitionMismatch`], or an error of the backend.
#[inline]
pub(crate) fn check<V>(layout: &Layout<V>, reader: &dyn Read) -> Result<Agreement> {
    if reader.catalog_stamp().is_some_and(|stamp| layout.checked.contains(stamp)) {
        return Ok(Agreement::default());
    }
    compare(layout, &|| layout.definition(), reader)
}

/// Looks into the catalog. It is compiled once for all types of entities.
#[cold]
fn compare(
    outline: &Outline,
    definition: &dyn Fn() -> TableDefinition,
    reader: &dyn Read,
) -> Result<Agreement> {
    let table = &outline.partition;
    if !is_listed(table) {
        return Ok(Agreement::default());
    }
    let stamp = reader.catalog_stamp();
    let definition = definition();
    check_count(table, &definition)?;
    let Some(stored) = CatalogEntry::read(reader, table)? else {
        return unlisted(table, &definition, reader);
    };
    if stored.work.rekey.is_some() {
        return Err(changing_keys(table));
    }
    if let Some((difference, remedy)) = Difference::between(&definition, &stored.definition).found() {
        return Err(mismatch(table, difference, remedy));
    }
    let mut states = IndexStates::default();
    for (position, index) in definition.indexes.iter().enumerate() {
        states.set(position, stored.state_of(&index.name).unwrap_or(IndexState::Clearing));
    }
    let is_built = stored.indexes.iter().all(|state| *state == IndexState::Built);
    // The newest state may have changed since the stamp was read.
    if let Some(stamp) = stamp.filter(|stamp| is_built && reader.catalog_stamp() == Some(*stamp)) {
        outline.checked.insert(stamp);
    }
    Ok(Agreement { states, is_new: false })
}

/// Refuses a table with more indexes than [`IndexStates`] has bits for.
pub(super) fn check_count(table: &Partition, definition: &TableDefinition) -> Result<()> {
    if definition.indexes.len() <= MAX_INDEXES {
        return Ok(());
    }
    let difference = format!("this program has {} indexes on it", definition.indexes.len());
    Err(mismatch(table, difference, "a table can have 64"))
}

/// Returns the agreement on a table that the catalog does not have.
fn unlisted(table: &Partition, definition: &TableDefinition, reader: &dyn Read) -> Result<Agreement> {
    let mut states = IndexStates::default();
    // Rows that were written without the table, through the backend, are in no index.
    if !definition.indexes.is_empty() && has_rows(reader, table)? {
        for position in 0..definition.indexes.len() {
            states.set(position, IndexState::Clearing);
        }
    }
    Ok(Agreement { states, is_new: true })
}

/// Returns `true` if the catalog has tables in such partitions.
pub(super) fn is_listed(table: &Partition) -> bool {
    !table.is_catalog() && !table.is_index()
}

/// Returns `true` if the partition has an entry.
pub(super) fn has_rows(reader: &dyn Read, table: &Partition) -> Result<bool> {
    let mut found = false;
    reader.scan(table, KeyRange::ALL, Direction::Forward, &mut |_, _| {
        found = true;
        ControlFlow::Break(())
    })?;
    Ok(found)
}

/// Refuses a write of a table that the catalog does not have, if its rows are in none of its indexes.
///
/// # Errors
///
/// [`ErrorKind::DefinitionMismatch`].
#[cold]
pub(crate) fn check_new(outline: &Outline, states: IndexStates) -> Result<()> {
    if states.unbuilt == 0 {
        return Ok(());
    }
    Err(mismatch(
        &outline.partition,
        String::from("it has rows, which no table wrote, and this program has indexes on it"),
        "call `migrate` to build them",
    ))
}

/// Adds the table to the catalog, before its first write.
#[cold]
pub(crate) fn register<V>(layout: &Layout<V>, tx: &mut dyn Transaction) -> Result<()> {
    register_definition(&layout.partition, layout.definition(), tx)
}

fn register_definition(
    table: &Partition,
    definition: TableDefinition,
    tx: &mut dyn Transaction,
) -> Result<()> {
    if !is_listed(table) {
        return Ok(());
    }
    let mut entry = CatalogEntry::new(definition, IndexState::Built);
    if has_rows(&*tx, table)? {
        entry.oldest = UNKNOWN_OLDEST;
    }
    entry.write(tx, table)
}

/// Marks all indexes of the table as built.
pub(crate) fn set_built<V>(layout: &Layout<V>, tx: &mut dyn Transaction) -> Result<()> {
    let table = &layout.partition;
    if !is_listed(table) {
        return Ok(());
    }
    let entry = match CatalogEntry::read(&*tx, table)? {
        // The stored definition may tell more than the program's, which agrees with it.
        Some(stored) => {
            let CatalogEntry { definition, oldest, .. } = stored;
            CatalogEntry { oldest, ..CatalogEntry::new(definition, IndexState::Built) }
        }
        None => CatalogEntry::new(layout.definition(), IndexState::Built),
    };
    entry.write(tx, table)
}

/// Removes the table from the catalog.
pub(crate) fn unregister(tx: &mut dyn Transaction, table: &Partition) -> Result<()> {
    tx.delete(&Partition::from(CATALOG), key_of(table)).map(drop)
}

/// Returns the error of a table whose keys are being changed.
#[cold]
pub(super) fn changing_keys(table: &Partition) -> Error {
    let remedy =
        "run the migration that changes them to its end, or give it up with `Migration::abandon_rekey`";
    mismatch(table, String::from("its keys are being changed"), remedy)
}

/// Returns the error of a table that is defined otherwise.
#[cold]
pub(super) fn mismatch(table: &Partition, difference: String, remedy: &'static str) -> Error {
    Error::from(ErrorKind::DefinitionMismatch { place: Place::of(table), difference, remedy })
}
