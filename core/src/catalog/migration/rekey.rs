//! [`KeyChange`]: the change of the keys of a table.
//!
//! Old and new keys may have the same bytes, so the rows can't change their keys in place. All rows are first copied under
//! their new keys into a partition beside the table. Then the table is emptied, and the copies move to it. At each moment
//! between two transactions either the table or the copies are complete.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::target::{Rows, Target, read_rows};
use crate::backend::{CATALOG, KeyRange, Partition, Transaction};
use crate::catalog::entry::{Rekey, Work, key_of};
use crate::catalog::{CatalogEntry, IndexState};
use crate::error::{Error, Place, Result};
use crate::key::StorageKey;
use crate::maybe_send::{MaybeSend, MaybeSync};
use crate::store::Schema;

/// Returns the new key of a row, which is given as stored.
trait NewKey: MaybeSend + MaybeSync {
    fn new_key(&self, key: &[u8], stored: &[u8]) -> Result<Vec<u8>>;
}

impl<F: Fn(&[u8], &[u8]) -> Result<Vec<u8>> + MaybeSend + MaybeSync> NewKey for F {
    fn new_key(&self, key: &[u8], stored: &[u8]) -> Result<Vec<u8>> {
        self(key, stored)
    }
}

/// The change of the keys of a table.
pub(super) struct KeyChange {
    table: Partition,
    function: Box<dyn NewKey>,
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
        Self { table: new.partition().clone(), function: Box::new(function) }
    }

    /// Returns the table whose keys change.
    pub(super) fn table(&self) -> &Partition {
        &self.table
    }
}

/// Copies the next rows under their new keys.
///
/// # Errors
///
/// [`Error::AlreadyExists`] if two rows get the same key.
pub(super) fn copy(
    target: &dyn Target,
    change: Option<&KeyChange>,
    after: Option<Vec<u8>>,
    entry: &mut CatalogEntry,
    tx: &mut dyn Transaction,
) -> Result<u64> {
    let table = &target.outline().partition;
    let Some(KeyChange { function, .. }) = change else {
        let difference = "its keys are being changed".into();
        let remedy = "run the migration that changes them to its end";
        return Err(Error::DefinitionMismatch { place: Place::of(table), difference, remedy });
    };
    let copies = table.of_moved_rows();
    let Rows { rows, is_last } = read_rows(&*tx, table, after.as_deref())?;
    for (key, stored) in &rows {
        let new = function.new_key(key, stored)?;
        if tx.contains(&copies, &new)? {
            return Err(Error::AlreadyExists { place: target.outline().place(&new) });
        }
        tx.put(&copies, &new, stored)?;
    }
    let handled = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    if is_last {
        // From here on the table has its new definition.
        tx.delete_range(table, KeyRange::ALL)?;
        let mut dropped: Vec<_> = entry.definition.indexes.iter().map(|index| index.name.clone()).collect();
        let new = CatalogEntry::new(target.definition(), IndexState::Clearing);
        dropped.extend(new.definition.indexes.iter().map(|index| index.name.clone()));
        dropped.sort_unstable();
        dropped.dedup();
        let work = Work { clear: dropped, rekey: Some(Rekey::Replacing), ..Work::default() };
        *entry = CatalogEntry { oldest: entry.oldest, work, ..new };
    } else {
        entry.work.rekey = Some(Rekey::Copying(rows.into_iter().last().map(|(key, _)| key)));
    }
    Ok(handled)
}

/// Moves the next copies to the table.
pub(super) fn replace(table: &Partition, entry: &mut CatalogEntry, tx: &mut dyn Transaction) -> Result<u64> {
    let copies = table.of_moved_rows();
    let Rows { rows, is_last } = read_rows(&*tx, &copies, None)?;
    for (key, stored) in &rows {
        tx.put(table, key, stored)?;
        tx.delete(&copies, key)?;
    }
    if !is_last {
        entry.work.rekey = Some(Rekey::Replacing);
    }
    Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
}

/// Gives up a change of keys whose copies are not complete. The table stays as it was.
pub(super) fn abandon(table: &Partition, tx: &mut dyn Transaction) -> Result<()> {
    let Some(mut entry) = CatalogEntry::read(&*tx, table)? else { return Ok(()) };
    if !matches!(entry.work.rekey, Some(Rekey::Copying(_))) {
        return Ok(());
    }
    entry.work.rekey = None;
    tx.delete_range(&table.of_moved_rows(), KeyRange::ALL)?;
    tx.put(&Partition::from(CATALOG), key_of(table), &entry.encode(table)?)
}
