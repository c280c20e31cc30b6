//! [`Target`]: a table that a migration moves, without its types.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use crate::backend::{Direction, EACH_KEY, KeySpan, Read, Transaction, Write, scan_in_order};
use crate::catalog::{CatalogEntry, IndexState, TableDefinition};
use crate::error::Result;
use crate::store::{IndexUpdate, Layout, Outline, Values};

/// The most rows that one transaction of a migration handles.
const MAX_ROWS: u64 = 1000;
/// The stored length of rows after which a transaction takes no more.
const MAX_BYTES: usize = 1 << 20;

/// A table that a migration moves, without its types.
pub(super) trait Target {
    fn outline(&self) -> &Outline;

    fn definition(&self) -> TableDefinition;

    /// Returns `true` if values of older versions can be read.
    fn has_upgrade(&self) -> bool;

    /// Adds the entries of the rows to the indexes that the entry says are being built, and stores their values in the present
    /// version if the entry says so.
    fn pass(&self, tx: &mut dyn Transaction, rows: &[(Vec<u8>, Vec<u8>)], entry: &CatalogEntry)
    -> Result<()>;
}

impl<V: 'static> Target for Arc<Layout<V>> {
    fn outline(&self) -> &Outline {
        self
    }

    fn definition(&self) -> TableDefinition {
        Layout::definition(self)
    }

    fn has_upgrade(&self) -> bool {
        self.upgrade.is_some()
    }

    fn pass(
        &self,
        tx: &mut dyn Transaction,
        rows: &[(Vec<u8>, Vec<u8>)],
        entry: &CatalogEntry,
    ) -> Result<()> {
        let mut update = IndexUpdate::default();
        let mut rewritten = Vec::new();
        for (key, stored) in rows {
            (self.check_key)(key).map_err(|error| error.in_partition(&self.partition))?;
            let failed = |reason| self.undecodable(key, reason);
            let row = self.open(key, stored).map_err(failed)?;
            let entity = self.decode_row(row).map_err(failed)?;
            for (number, index) in self.indexes.iter().enumerate() {
                if entry.state_of(&index.entries.name) == Some(IndexState::Building) {
                    update.add((&**index, number), key, Values::of(&*index.definition, &entity));
                }
            }
            if entry.work.rewrite && row.version != self.version {
                let mut present = Vec::new();
                self.encode(key, &entity, &mut present)?;
                rewritten.push((key, present));
            }
        }
        update.write(tx, self)?;
        let rewritten: Vec<Write<'_>> =
            rewritten.iter().map(|(key, present)| Write::put(&self.partition, key, present)).collect();
        tx.write_batch(&rewritten)
    }
}

/// The rows that one transaction of a migration handles.
pub(super) struct Portion {
    pub(super) rows: Vec<(Vec<u8>, Vec<u8>)>,
    pub(super) count: u64,
    /// `true` if no rows follow.
    pub(super) is_last: bool,
}

/// Reads the rows of the partition after this key, as many as one transaction handles.
pub(super) fn read_rows(
    reader: &dyn Read,
    partition: &crate::Partition,
    after: Option<&[u8]>,
) -> Result<Portion> {
    let mut span = KeySpan::ALL;
    if let Some(after) = after {
        span.resume_after(after, Direction::Forward);
    }
    let (mut rows, mut count, mut bytes, mut is_last) = (Vec::new(), 0, 0, true);
    scan_in_order::<EACH_KEY>(reader, partition, span.as_range(), Direction::Forward, |key, stored| {
        if count == MAX_ROWS || bytes > MAX_BYTES {
            is_last = false;
            return ControlFlow::Break(());
        }
        bytes += key.len() + stored.len();
        count += 1;
        rows.push((key.to_vec(), stored.to_vec()));
        ControlFlow::Continue(())
    })?;
    Ok(Portion { rows, count, is_last })
}
