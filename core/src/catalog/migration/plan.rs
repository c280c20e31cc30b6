//! [`Plan`]: the steps of a migration.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::Options;
use super::rekey::ChangeKeys;
use super::target::Target;
use crate::backend::{Partition, Read};
use crate::catalog::check::{check_count, has_rows, mismatch};
use crate::catalog::definition::better_known;
use crate::catalog::entry::{Rekey, UNKNOWN_OLDEST, Work};
use crate::catalog::{CatalogEntry, DefinedIndex, Difference, IndexState, TableDefinition};
use crate::error::Result;
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
        let Some(Move { entry, .. }) = Move::of(target, change, options, reader)? else { return Ok(()) };
        let mut steps = Vec::new();
        match CatalogEntry::read(reader, table)? {
            None => {
                steps.push(Step::AddTable);
                add_steps(&entry.definition, &entry, &mut steps);
            }
            // The stored work is that of the change alone.
            Some(CatalogEntry { work: Work { rekey: Some(_), .. }, .. }) => steps.push(Step::ChangeKeys),
            Some(stored) => {
                let before = stored.definition.clone();
                if entry.work.rekey.is_some() {
                    steps.push(Step::ChangeKeys);
                    add_steps(&before, &moved(target.definition(), stored, true, options), &mut steps);
                } else {
                    add_steps(&before, &entry, &mut steps);
                }
            }
        }
        for step in steps {
            self.steps.push((table.clone(), step));
        }
        Ok(())
    }
}

/// Adds the steps from this definition to the entry, after a change of the keys.
fn add_steps(before: &TableDefinition, entry: &CatalogEntry, steps: &mut Vec<Step>) {
    let CatalogEntry { definition: program, indexes, work, .. } = entry;
    let changes_keys = !steps.is_empty();
    let raises = program.version != before.version;
    if raises {
        steps.push(Step::RaiseVersion { from: before.version, to: program.version });
    }
    if program.key != before.key && !changes_keys || program.entity != before.entity && !raises {
        steps.push(Step::StoreShape);
    }
    for (DefinedIndex { name, .. }, state) in program.indexes.iter().zip(indexes) {
        if *state != IndexState::Built {
            steps.push(Step::BuildIndex(name.clone()));
        }
    }
    for name in work.clear.iter().filter(|name| program.index(name).is_none()) {
        steps.push(Step::DropIndex(name.clone()));
    }
    if work.rewrite {
        steps.push(Step::Rewrite);
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
    /// `true` if the catalog has this entry already.
    pub(super) is_announced: bool,
}

impl Move {
    /// Compares the program's definition with the stored one. Returns `None` if there is nothing to do.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::DefinitionMismatch`](crate::ErrorKind::DefinitionMismatch) if no migration leads from one to the other.
    pub(super) fn of(
        target: &dyn Target,
        change: Option<&dyn ChangeKeys>,
        options: &Options,
        reader: &dyn Read,
    ) -> Result<Option<Self>> {
        let table = &target.outline().partition;
        let program = target.definition();
        check_count(table, &program)?;
        let Some(mut stored) = CatalogEntry::read(reader, table)? else {
            return added(table, program, reader).map(Some);
        };
        if stored.work.rekey.is_some() {
            return Ok(Some(Self { entry: stored, is_announced: true }));
        }
        let changes_keys = check(target, &program, &stored, change, options, reader)?;
        let before = stored.encode(table);
        let entry = if changes_keys {
            // The definition changes when all rows have a copy under their new keys: see `rekey`.
            stored.work.rekey = Some(Rekey::Copying(0, None));
            stored
        } else {
            moved(program, stored, false, options)
        };
        // The comparison of the stored forms compiles no comparison of all their types.
        let is_announced = entry.encode(table) == before;
        Ok(if is_announced && entry.is_settled() { None } else { Some(Self { entry, is_announced }) })
    }
}

/// Returns the beginning of the migration of a table that the catalog does not have.
fn added(table: &Partition, program: TableDefinition, reader: &dyn Read) -> Result<Move> {
    let has_rows = has_rows(reader, table)?;
    let state = if has_rows { IndexState::Clearing } else { IndexState::Built };
    let mut entry = CatalogEntry::new(program, state);
    if has_rows {
        entry.oldest = UNKNOWN_OLDEST;
        for DefinedIndex { name, .. } in &entry.definition.indexes {
            entry.work.clear.push(name.clone());
        }
    }
    Ok(Move { entry, is_announced: false })
}

/// Refuses a move from the stored definition to the program's that no migration makes. Returns `true` if the keys change.
fn check(
    target: &dyn Target,
    program: &TableDefinition,
    stored: &CatalogEntry,
    change: Option<&dyn ChangeKeys>,
    options: &Options,
    reader: &dyn Read,
) -> Result<bool> {
    let table = &target.outline().partition;
    let before = &stored.definition;
    let change = change.filter(|_| program.key.difference(&before.key).is_some());
    if let Some(change) = change {
        change.check_old(before)?;
    }
    let difference =
        Difference::beyond(program, before, change.is_some(), &|name| options.drops(table, name));
    if !difference.is_movable()
        && let Some((difference, remedy)) = difference.found()
    {
        return Err(mismatch(table, difference, remedy));
    }
    if program.version != before.version {
        check_upgrade(target, stored, reader)?;
    }
    Ok(change.is_some())
}

/// Returns the entry with the program's definition, and with the work that the rows need to follow it.
///
/// Facts that only the stored definition has are kept. So is the order of its indexes: two programs that list the
/// same indexes in different orders don't undo each other's migration.
fn moved(
    mut program: TableDefinition,
    stored: CatalogEntry,
    changes_keys: bool,
    options: &Options,
) -> CatalogEntry {
    let CatalogEntry { definition: before, indexes: states, oldest, mut work } = stored;
    let raises = program.version != before.version;
    if program.entity.is_none() && !raises {
        program.entity = before.entity;
    }
    if program.key_fields.is_empty() && !raises {
        program.key_fields = before.key_fields;
    }
    program.key = better_known(program.key, before.key);

    let (cleared, rewrite) = (work.clear.len(), work.rewrite);
    let (mut defined, mut indexes, mut dropped) = (Vec::new(), Vec::new(), Vec::new());
    for (old, state) in before.indexes.iter().zip(&states) {
        let Some(place) = program.indexes.iter().position(|index| index.name == old.name) else {
            dropped.push(old.name.clone());
            continue;
        };
        let mut index = program.indexes.remove(place);
        let is_same = index.agrees_with(old) && !raises && !changes_keys;
        index.value = better_known(index.value, old.value.clone());
        defined.push(index);
        indexes.push(if is_same { *state } else { IndexState::Clearing });
    }
    defined.append(&mut program.indexes);
    indexes.resize(defined.len(), IndexState::Clearing);
    for (DefinedIndex { name, .. }, state) in defined.iter().zip(&indexes) {
        if *state == IndexState::Clearing && !work.clear.contains(name) {
            work.clear.push(name.clone());
        }
    }
    work.clear.append(&mut dropped);
    program.indexes = defined;

    work.rewrite |= options.rewrite && oldest != program.version;
    // A pass that begins anew includes the rows that the last one has handled.
    if raises || work.clear.len() != cleared || work.rewrite != rewrite {
        work.passed = None;
    }
    CatalogEntry { definition: program, indexes, oldest, work }
}

/// Refuses to raise the version if the program can't read the rows that there are.
fn check_upgrade(target: &dyn Target, stored: &CatalogEntry, reader: &dyn Read) -> Result<()> {
    let Outline { partition: table, older_shape, .. } = target.outline();
    let TableDefinition { version, entity, .. } = &stored.definition;
    if let (Some(declared), Some(entity)) = (older_shape(*version), entity)
        && let Some(difference) = declared.difference(entity)
        && !declared.extends(entity)
    {
        let difference = format!("its entities of version {version}: {difference}");
        return Err(mismatch(table, difference, "upgrade from a type with the stored fields"));
    }
    if !target.has_upgrade() && has_rows(reader, table)? {
        let difference = format!("it has rows of version {version}, and this program has no upgrade from it");
        return Err(mismatch(table, difference, "give the schema an upgrade, or delete the rows first"));
    }
    Ok(())
}
