//! The transactions of a migration.

use core::ops::ControlFlow;

use super::Options;
use super::plan::Move;
use super::rekey::{self, ChangeKeys, Copying};
use super::target::{Portion, Target, read_rows};
use crate::backend::{KeyRange, Partition, StorageBackend, Transaction};
use crate::catalog::check::changing_keys;
use crate::catalog::entry::{Rekey, Work};
use crate::catalog::{CatalogEntry, IndexState};
use crate::error::Result;

/// The progress of a [`Migration`](super::Migration), after one of its transactions.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The table that is being moved.
    pub table: Partition,
    /// The number of rows that this run has handled in the table. A change of the keys handles each row several times.
    pub rows: u64,
    /// The number of the run that copies rows to new keys, once it has begun:
    /// [`continue_rekey`](super::Migration::continue_rekey) takes it.
    pub rekey_run: Option<u32>,
}

/// Moves one table. Breaks if the report does.
pub(super) fn migrate(
    backend: &dyn StorageBackend,
    target: &dyn Target,
    change: Option<&dyn ChangeKeys>,
    options: &Options,
    report: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<ControlFlow<()>> {
    let table = &target.outline().partition;
    if options.abandon_rekey {
        backend.transact(&mut |tx| rekey::abandon(table, None, tx))?;
    }
    // A program that starts with nothing to move needs no write.
    if Move::of(target, change, options, &*backend.snapshot()?)?.is_none() {
        return Ok(ControlFlow::Continue(()));
    }
    let mut run = options.continued.iter().find(|(of, _)| of == table).map(|(_, run)| *run);
    let mut progress = Progress { table: table.clone(), rows: 0, rekey_run: run };
    loop {
        let mut handled = None;
        let mut copying = run;
        let outcome = backend.transact(&mut |tx| {
            copying = run;
            handled = advance(target, change, options, &mut copying, tx)?;
            Ok(())
        });
        if let Err(error) = outcome {
            // A key that can't be changed must not leave the table unusable. If this fails too, the next run does it.
            if let Some(run) = copying {
                let _abandoned = backend.transact(&mut |tx| rekey::abandon(table, Some(run), tx));
            }
            return Err(error);
        }
        run = copying;
        progress.rekey_run = run;
        let Some(rows) = handled else { return Ok(ControlFlow::Continue(())) };
        progress.rows += rows;
        if report(&progress).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
}

/// Does as much as one transaction does. Returns the number of rows, or `None` if nothing is left to do. `run` is the number
/// of this run, once it copies rows to new keys.
fn advance(
    target: &dyn Target,
    change: Option<&dyn ChangeKeys>,
    options: &Options,
    run: &mut Option<u32>,
    tx: &mut dyn Transaction,
) -> Result<Option<u64>> {
    let table = &target.outline().partition;
    let Some(Move { mut entry, is_announced }) = Move::of(target, change, options, &*tx)? else {
        return Ok(None);
    };
    let mut rows = 0;
    // The first transaction only announces the work: from its commit on, every writer follows the new definition.
    if is_announced {
        rows = work(target, change, &mut entry, run, tx)?;
    }
    entry.write(tx, table)?;
    Ok(Some(rows))
}

fn work(
    target: &dyn Target,
    change: Option<&dyn ChangeKeys>,
    entry: &mut CatalogEntry,
    run: &mut Option<u32>,
    tx: &mut dyn Transaction,
) -> Result<u64> {
    let table = &target.outline().partition;
    if let Some(phase) = entry.work.rekey.take() {
        return match phase {
            Rekey::Copying(of, after) => match change {
                Some(change) => change.copy(target, Copying { of, after, run }, entry, tx),
                None => Err(changing_keys(table)),
            },
            Rekey::Replacing => rekey::replace(table, entry, tx),
        };
    }
    if let Some(index) = entry.work.clear.pop() {
        let cleared = tx.delete_range(&table.of_index(&index), KeyRange::ALL)?;
        set_state(entry, &index, IndexState::Building);
        return Ok(cleared);
    }
    pass(target, entry, tx)
}

/// Handles the next rows of the pass over the table.
fn pass(target: &dyn Target, entry: &mut CatalogEntry, tx: &mut dyn Transaction) -> Result<u64> {
    let table = &target.outline().partition;
    let Portion { mut rows, count, is_last } = read_rows(&*tx, table, entry.work.passed.as_deref())?;
    target.pass(tx, &rows, entry)?;
    if is_last {
        if entry.work.rewrite {
            entry.oldest = entry.definition.version;
        }
        entry.indexes.fill(IndexState::Built);
        entry.work = Work::default();
    } else {
        entry.work.passed = rows.pop().map(|(key, _)| key);
    }
    Ok(count)
}

fn set_state(entry: &mut CatalogEntry, index: &str, state: IndexState) {
    let position = entry.definition.indexes.iter().position(|defined| defined.name == index);
    if let Some(stored) = position.and_then(|position| entry.indexes.get_mut(position)) {
        *stored = state;
    }
}
