//! [`Plan`]: the steps of a migration.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::Options;
use super::rekey::ChangeKeys;
use super::target::Target;
use crate::backend::{Partition, Read};
use crate::catalog::check::{check_count, has_rows};
use crate::catalog::definition::better_known;
use crate::catalog::entry::{Rekey, UNKNOWN_OLDEST};
use crate::catalog::{CatalogEntry, DefinedIndex, Difference, IndexState, TableDefinition};
use crate::error::{Error, Place, Result};
use crate::store::Outline;

/// The steps of a [`Migration`](super::Migration), from [`plan`](super::Migration::plan). Its text has a line for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    steps: Vec<(Partition, Step)>,
}

/// A step of a migration of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// The catalog does not have the table yet.
    AddTable,
    /// The keys of all rows change.
    ChangeKeys,
    /// The schema version is raised.
    RaiseVersion {
        /// The stored version.
        from: u32,
        /// The program's version.
        to: u32,
    },
    /// The shape of the key or the entity is stored, which was unknown, or has further variants.
    StoreShape,
    /// The entries of the index are added, after old ones were deleted.
    BuildIndex(String),
    /// The entries of the index are deleted.
    DropIndex(String),
    /// The values of older versions are stored in the present one.
    Rewrite,
}

impl Plan {
    /// Returns the steps, each with its table.
    pub fn steps(&self) -> &[(Partition, Step)] {
        &self.steps
    }

    /// Returns `true` if the tables have the program's definitions already.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    pub(super) fn add(
        &mut self,
        target: &dyn Target,
        change: Option<&dyn ChangeKeys>,
        options: &Options,
        reader: &dyn Read,
    ) -> Result<()> {
        let table = &target.outline().partition;
        if let Some(Move { steps, .. }) = Move::of(target, change, options, reader)? {
            for step in steps {
                self.steps.push((table.clone(), step));
            }
        }
        Ok(())
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.steps.iter().try_for_each(|(table, step)| writeln!(f, "{}: {step}", table.name()))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddTable => f.write_str("add the table to the catalog"),
            Self::ChangeKeys => f.write_str("change the keys of all rows"),
            Self::RaiseVersion { from, to } => write!(f, "raise the schema version from {from} to {to}"),
            Self::StoreShape => f.write_str("store the shapes of the program"),
            Self::BuildIndex(index) => write!(f, "build index `{index}`"),
            Self::DropIndex(index) => write!(f, "drop index `{index}`"),
            Self::Rewrite => f.write_str("store the values of older versions in the present one"),
        }
    }
}

/// The rest of a table's migration.
pub(super) struct Move {
    /// The entry with which the migration begins or continues.
    pub(super) entry: CatalogEntry,
    steps: Vec<Step>,
    /// `true` if the catalog has this entry already.
    pub(super) is_announced: bool,
}

impl Move {
    /// Compares the program's definition with the stored one. Returns `None` if there is nothing to do.
    ///
    /// # Errors
    ///
    /// [`Error::DefinitionMismatch`] if no migration leads from one to the other.
    pub(super) fn of(
        target: &dyn Target,
        change: Option<&dyn ChangeKeys>,
        options: &Options,
        reader: &dyn Read,
    ) -> Result<Option<Self>> {
        let table = &target.outline().partition;
        let program = target.definition();
        check_count(table, &program)?;
        match CatalogEntry::read(reader, table)? {
            None => {
                let is_empty = !has_rows(reader, table)?;
                Ok(Some(added(program, is_empty)))
            }
            Some(entry) if entry.work.rekey.is_some() => {
                Ok(Some(Self { entry, steps: Vec::from([Step::ChangeKeys]), is_announced: true }))
            }
            Some(stored) => moved(target, program, stored, change, options, reader),
        }
    }
}

/// Returns the entry of a table that the catalog does not have.
fn added(program: TableDefinition, is_empty: bool) -> Move {
    let mut steps = Vec::from([Step::AddTable]);
    let state = if is_empty { IndexState::Built } else { IndexState::Clearing };
    let mut entry = CatalogEntry::new(program, state);
    if !is_empty {
        entry.oldest = UNKNOWN_OLDEST;
        for DefinedIndex { name, .. } in &entry.definition.indexes {
            entry.work.clear.push(name.clone());
            steps.push(Step::BuildIndex(name.clone()));
        }
    }
    Move { entry, steps, is_announced: false }
}

/// Puts the indexes into the stored order.
///
/// So two programs that list the same indexes in different orders don't undo each other's migration.
fn keep_order(program: &mut TableDefinition, stored: &TableDefinition) {
    // Sorting would compile the code of a sort for this alone.
    let mut ordered = Vec::with_capacity(program.indexes.len());
    for DefinedIndex { name, .. } in &stored.indexes {
        if let Some(place) = program.indexes.iter().position(|index| index.name == *name) {
            ordered.push(program.indexes.remove(place));
        }
    }
    ordered.append(&mut program.indexes);
    program.indexes = ordered;
}

/// Returns the entry that follows the stored one.
fn moved(
    target: &dyn Target,
    mut program: TableDefinition,
    mut stored: CatalogEntry,
    change: Option<&dyn ChangeKeys>,
    options: &Options,
    reader: &dyn Read,
) -> Result<Option<Move>> {
    let table = &target.outline().partition;
    let before = &stored.definition;
    let mut compared = before.clone();
    let is_dropped =
        |index: &DefinedIndex| program.index(&index.name).is_none() && options.drops(table, &index.name);
    while let Some(place) = compared.indexes.iter().position(is_dropped) {
        compared.indexes.remove(place);
    }
    let changes_keys = change.is_some() && program.key.difference(&before.key).is_some();
    if let Some(change) = change.filter(|_| changes_keys) {
        change.check_old(before)?;
        compared.key = program.key.clone();
    }
    let difference = Difference::between(&program, &compared);
    if !difference.is_movable()
        && let Some((difference, remedy)) = difference.found()
    {
        return Err(Error::DefinitionMismatch { place: Place::of(table), difference, remedy });
    }
    let raises = program.version != before.version;
    if raises {
        check_upgrade(target, &stored, reader)?;
    }
    // The stored shape tells more than an unknown one.
    if program.entity.is_none() && !raises {
        program.entity.clone_from(&before.entity);
    }

    keep_order(&mut program, before);

    program.key = better_known(&program.key, &before.key);
    for index in &mut program.indexes {
        if let Some(same) = before.index(&index.name) {
            index.value = better_known(&index.value, &same.value);
        }
    }
    if program.key_fields.is_empty() && !raises {
        program.key_fields.clone_from(&before.key_fields);
    }

    let mut steps = Vec::new();
    let mut work = stored.work.clone();
    if changes_keys {
        steps.push(Step::ChangeKeys);
    }
    if raises {
        steps.push(Step::RaiseVersion { from: before.version, to: program.version });
    }
    if program.key != before.key && !changes_keys || program.entity != before.entity && !raises {
        steps.push(Step::StoreShape);
    }
    let mut indexes = Vec::new();
    for index in &program.indexes {
        let is_same = before.index(&index.name).is_some_and(|same| index.agrees_with(same));
        let state = stored.state_of(&index.name).filter(|_| is_same && !raises && !changes_keys);
        let state = state.unwrap_or(IndexState::Clearing);
        if state != IndexState::Built {
            steps.push(Step::BuildIndex(index.name.clone()));
        }
        if state == IndexState::Clearing && !work.clear.contains(&index.name) {
            work.clear.push(index.name.clone());
        }
        indexes.push(state);
    }
    for DefinedIndex { name, .. } in &before.indexes {
        if program.index(name).is_none() {
            work.clear.push(name.clone());
        }
    }
    for name in work.clear.iter().filter(|name| program.index(name).is_none()) {
        steps.push(Step::DropIndex(name.clone()));
    }
    if options.rewrite && stored.oldest != program.version || work.rewrite {
        work.rewrite = true;
        steps.push(Step::Rewrite);
    }
    // A pass that begins anew includes the rows that the last one has handled.
    if raises || work.clear != stored.work.clear || work.rewrite != stored.work.rewrite {
        work.passed = None;
    }
    if changes_keys {
        // The definition changes when all rows have a copy under their new keys: see `rekey`.
        stored.work.rekey = Some(Rekey::Copying(0, None));
        return Ok(Some(Move { entry: stored, steps, is_announced: false }));
    }
    let entry = CatalogEntry { definition: program, indexes, oldest: stored.oldest, work };
    // The comparison of the stored forms compiles no comparison of all their types.
    let is_announced = entry.encode() == stored.encode();
    if steps.is_empty() && is_announced {
        return Ok(None);
    }
    Ok(Some(Move { entry, steps, is_announced }))
}

/// Refuses to raise the version if the program can't read the rows that there are.
fn check_upgrade(target: &dyn Target, stored: &CatalogEntry, reader: &dyn Read) -> Result<()> {
    let Outline { partition: table, older_shape, .. } = target.outline();
    let TableDefinition { version, entity, .. } = &stored.definition;
    let refuse =
        |difference, remedy| Err(Error::DefinitionMismatch { place: Place::of(table), difference, remedy });
    if let (Some(declared), Some(entity)) = (older_shape(*version), entity)
        && let Some(difference) = declared.difference(entity)
        && !declared.extends(entity)
    {
        return refuse(
            format!("its entities of version {version}: {difference}"),
            "upgrade from a type with the stored fields",
        );
    }
    if !target.has_upgrade() && has_rows(reader, table)? {
        return refuse(
            format!("it has rows of version {version}, and this program has no upgrade from it"),
            "give the schema an upgrade, or delete the rows first",
        );
    }
    Ok(())
}
