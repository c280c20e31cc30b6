//! [`KeyChange`]: the change of the keys of a table.
//!
//! Old and new keys may have the same bytes, so the rows can't change their keys in place. All rows are first copied under
//! their new keys into a partition beside the table. Then the table is emptied, and the copies move to it. At each moment
//! between two transactions either the table or the copies are complete.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use super::target::{Portion, Target, read_rows};
use crate::backend::{KeyRange, Partition, Transaction, check_entry};
use crate::catalog::check::mismatch;
use crate::catalog::entry::{Rekey, Work};
use crate::catalog::{CatalogEntry, DefinedIndex, Difference, IndexState, TableDefinition};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::key::StorageKey;
use crate::maybe_send::{MaybeSend, MaybeSync};
use crate::store::Schema;
use crate::value;

/// Returns the new key of a row, which is given as stored.
trait NewKey: MaybeSend + MaybeSync {
    fn new_key(&self, key: &[u8], stored: &[u8]) -> Result<Vec<u8>>;
}

impl<F: Fn(&[u8], &[u8]) -> Result<Vec<u8>> + MaybeSend + MaybeSync> NewKey for F {
    fn new_key(&self, key: &[u8], stored: &[u8]) -> Result<Vec<u8>> {
        self(key, stored)
    }
}

/// A change of the keys of a table. Only a program that changes keys links what it does.
pub(super) trait ChangeKeys: MaybeSend + MaybeSync {
    /// Returns the table whose keys change.
    fn table(&self) -> &Partition;

    /// Refuses to read the stored rows by another definition than theirs. The indexes don't matter.
    fn check_old(&self, stored: &TableDefinition) -> Result<()>;

    /// Copies the next rows under their new keys.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AlreadyExists`] if two rows get the same key.
    fn copy(
        &self,
        target: &dyn Target,
        copying: Copying<'_>,
        entry: &mut CatalogEntry,
        tx: &mut dyn Transaction,
    ) -> Result<u64>;
}

/// The change of the keys of a table by a function.
pub(super) struct KeyChange {
    table: Partition,
    old: TableDefinition,
    old_table: Partition,
    function: Box<dyn NewKey>,
}

/// The copying that an earlier transaction has begun.
pub(super) struct Copying<'a> {
    /// The run that began it.
    pub(super) of: u32,
    /// The last old key with a copy.
    pub(super) after: Option<Vec<u8>>,
    /// The number of this run, if it has copied already.
    pub(super) run: &'a mut Option<u32>,
}

impl KeyChange {
    pub(super) fn new<K: StorageKey, L: StorageKey, V: 'static, W: 'static>(
        old: &Schema<K, V>,
        new: &Schema<L, W>,
        key: impl Fn(K, V) -> Result<L> + MaybeSend + MaybeSync + 'static,
    ) -> Self {
        let layout = old.layout().clone();
        let function = move |bytes: &[u8], stored: &[u8]| {
            let old = K::decode(bytes).map_err(|error| error.in_partition(&layout.partition))?;
            Ok(key(old, layout.decode_at(bytes, stored)?)?.encode().into_owned())
        };
        Self {
            table: new.partition().clone(),
            old: old.layout().definition(),
            old_table: old.partition().clone(),
            function: Box::new(function),
        }
    }
}

impl ChangeKeys for KeyChange {
    fn table(&self) -> &Partition {
        &self.table
    }

    fn check_old(&self, stored: &TableDefinition) -> Result<()> {
        if self.old_table != self.table {
            let difference = format!("the old schema of its new keys is that of `{}`", self.old_table.name());
            let remedy = "give `rekey` the old and the new schema of one table";
            return Err(mismatch(&self.table, difference, remedy));
        }
        let mut old = self.old.clone();
        old.indexes.clone_from(&stored.indexes);
        if old.version > stored.version {
            // It upgrades the stored values.
            old.version = stored.version;
            old.entity = None;
        }
        match Difference::between(&old, stored).found() {
            Some((difference, _)) => {
                let remedy = "give `rekey` the stored definition as the old schema";
                Err(mismatch(&self.table, difference, remedy))
            }
            None => Ok(()),
        }
    }

    fn copy(
        &self,
        target: &dyn Target,
        copying: Copying<'_>,
        entry: &mut CatalogEntry,
        tx: &mut dyn Transaction,
    ) -> Result<u64> {
        let table = &target.outline().partition;
        let copies = table.of_moved_rows();
        let Copying { of, mut after, run } = copying;
        let own = match *run {
            Some(own) if own == of => own,
            Some(_) => {
                let difference = "another run of a migration changes its keys".into();
                return Err(mismatch(table, difference, "run the migration again when that one has ended"));
            }
            None => {
                tx.delete_range(&copies, KeyRange::ALL)?;
                after = None;
                of.wrapping_add(1)
            }
        };
        *run = Some(own);
        let Portion { mut rows, count, is_last } = read_rows(&*tx, table, after.as_deref())?;
        for (key, stored) in &rows {
            let new = self.function.new_key(key, stored)?;
            // The copies have the checksums of the table's rows, so that only bytes move later.
            let stored = &moved(&entry.definition, table, (key, &new), stored)?;
            // The copies have the limits of an index, which are wider.
            check_entry(table, &new, stored)?;
            if tx.contains(&copies, &new)? {
                return Err(ErrorKind::AlreadyExists { place: target.outline().place(&new) }.into());
            }
            tx.put(&copies, &new, stored)?;
        }
        if is_last {
            // From here on the table has its new definition.
            tx.delete_range(table, KeyRange::ALL)?;
            let new = CatalogEntry::new(target.definition(), IndexState::Clearing);
            let mut clear = Vec::new();
            for DefinedIndex { name, .. } in entry.definition.indexes.iter().chain(&new.definition.indexes) {
                if !clear.contains(name) {
                    clear.push(name.clone());
                }
            }
            let work = Work { clear, rekey: Some(Rekey::Replacing), ..Work::default() };
            *entry = CatalogEntry { oldest: entry.oldest, work, ..new };
        } else {
            entry.work.rekey = Some(Rekey::Copying(own, rows.pop().map(|(key, _)| key)));
        }
        Ok(count)
    }
}

/// Returns the stored bytes of a row of the table under another key.
fn moved<'a>(
    definition: &TableDefinition,
    table: &Partition,
    (from, to): (&[u8], &[u8]),
    stored: &'a [u8],
) -> Result<Cow<'a, [u8]>> {
    if !definition.has_envelope {
        return Ok(Cow::Borrowed(stored));
    }
    let moved = value::moved(table, from, stored, to);
    moved.map(Cow::Owned).map_err(|reason| Error::decode(Place::entry(table, from), reason))
}

/// Moves the next copies to the table.
pub(super) fn replace(table: &Partition, entry: &mut CatalogEntry, tx: &mut dyn Transaction) -> Result<u64> {
    let copies = table.of_moved_rows();
    let Portion { rows, count, is_last } = read_rows(&*tx, &copies, None)?;
    for (key, stored) in &rows {
        tx.put(table, key, stored)?;
        tx.delete(&copies, key)?;
    }
    if !is_last {
        entry.work.rekey = Some(Rekey::Replacing);
    }
    Ok(count)
}

/// Gives up a change of keys of this run, or of any, whose copies are not complete. The table stays as it was.
pub(super) fn abandon(table: &Partition, run: Option<u32>, tx: &mut dyn Transaction) -> Result<()> {
    let Some(mut entry) = CatalogEntry::read(&*tx, table)? else { return Ok(()) };
    // The first transaction of the run may have failed. Then the copies are still those of the run before.
    let is_own = |of: u32| run.is_none_or(|run| of == run || of.wrapping_add(1) == run);
    if !matches!(entry.work.rekey, Some(Rekey::Copying(of, _)) if is_own(of)) {
        return Ok(());
    }
    entry.work.rekey = None;
    tx.delete_range(&table.of_moved_rows(), KeyRange::ALL)?;
    entry.write(tx, table)
}
