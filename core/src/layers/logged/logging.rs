//! [`Logging`]: a transaction that collects its changes.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::entry::LoggedChange;
use super::names;
use crate::backend::{BackendId, Direction, KeyRange, Partition, Read, Transaction, Write};
use crate::error::Result;
use crate::{delegate_reads, delegate_writes};

/// The last change of each key.
pub(super) type LoggedChanges = BTreeMap<(Partition, Vec<u8>), LoggedChange>;

/// The transaction that one run of a body receives.
///
/// A write is collected after the engine has accepted it. A body may ignore the error of a refused write, which must not be
/// logged.
pub(super) struct Logging<'a> {
    tx: &'a mut dyn Transaction,
    id: Option<BackendId>,
    has_values: bool,
    changes: LoggedChanges,
}

impl<'a> Logging<'a> {
    pub(super) fn new(tx: &'a mut dyn Transaction, id: Option<BackendId>, has_values: bool) -> Self {
        Self { tx, id, has_values, changes: LoggedChanges::new() }
    }

    /// Returns the transaction and its changes.
    pub(super) fn into_parts(self) -> (&'a mut dyn Transaction, LoggedChanges) {
        (self.tx, self.changes)
    }

    fn collect(&mut self, partition: &Partition, key: &[u8], value: Option<&[u8]>) {
        if names::is_logged(partition) {
            let change = LoggedChange::of(value, self.has_values);
            self.changes.insert((partition.clone(), key.to_vec()), change);
        }
    }
}

impl Read for Logging<'_> {
    delegate_reads!(self => *self.tx; get, scan, get_many, get_batch, contains, count, catalog_stamp, read_time);

    fn partitions(&self) -> Result<Vec<Partition>> {
        self.tx.partitions().map(names::without_log)
    }

    fn backend_id(&self) -> Option<BackendId> {
        self.id
    }
}

impl Transaction for Logging<'_> {
    delegate_writes!(self => *self.tx; on_commit);

    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        self.tx.put(partition, key, value)?;
        self.collect(partition, key, Some(value));
        Ok(())
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        let deleted = self.tx.delete(partition, key)?;
        if deleted {
            self.collect(partition, key, None);
        }
        Ok(deleted)
    }

    fn delete_many(&mut self, partition: &Partition, keys: &[&[u8]]) -> Result<u64> {
        let mut existing = Vec::new();
        if names::is_logged(partition) {
            self.tx.get_many(partition, keys, &mut |position, _| existing.extend(keys.get(position)))?;
        }
        let deleted = self.tx.delete_many(partition, keys)?;
        for key in existing {
            self.collect(partition, key, None);
        }
        Ok(deleted)
    }

    fn write_batch(&mut self, writes: &[Write<'_>]) -> Result<()> {
        self.tx.write_batch(writes)?;
        for &Write { partition, key, value } in writes {
            self.collect(partition, key, value);
        }
        Ok(())
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        let mut existing: Vec<Vec<u8>> = Vec::new();
        if names::is_logged(partition) {
            self.tx.scan(partition, range, Direction::Forward, &mut |key, _| {
                existing.push(key.to_vec());
                ControlFlow::Continue(())
            })?;
        }
        let deleted = self.tx.delete_range(partition, range)?;
        for key in existing {
            self.collect(partition, &key, None);
        }
        Ok(deleted)
    }
}
