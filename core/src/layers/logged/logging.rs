//! [`Logging`]: a transaction that collects its changes.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::entry::{LoggedChange, OldValue};
use super::{Content, names};
use crate::backend::{BackendId, Direction, KeyRange, Partition, Read, Transaction, Write};
use crate::error::Result;
use crate::{delegate_reads, delegate_writes};

/// The last change of each key, and the value before the first one.
pub(super) type LoggedChanges = BTreeMap<(Partition, Vec<u8>), (OldValue, LoggedChange)>;

/// The transaction that one run of a body receives.
///
/// A write is collected after the engine has accepted it. A body may ignore the error of a refused write, which must not be
/// logged.
pub(super) struct Logging<'a> {
    tx: &'a mut dyn Transaction,
    id: Option<BackendId>,
    content: Content,
    changes: LoggedChanges,
}

impl<'a> Logging<'a> {
    pub(super) fn new(tx: &'a mut dyn Transaction, id: Option<BackendId>, content: Content) -> Self {
        Self { tx, id, content, changes: LoggedChanges::new() }
    }

    /// Returns the transaction and its changes, without those that are known to leave a key as it was.
    pub(super) fn into_parts(mut self) -> (&'a mut dyn Transaction, LoggedChanges) {
        self.changes.retain(|_, (old, change)| !old.is_kept_by(change));
        (self.tx, self.changes)
    }

    fn collect(&mut self, partition: &Partition, key: &[u8], old: OldValue, value: Option<&[u8]>) {
        if names::is_logged(partition) {
            let change = LoggedChange::of(value, self.content != Content::Digests);
            let collected = self.changes.entry((partition.clone(), key.to_vec()));
            collected.and_modify(|(_, last)| *last = change.clone()).or_insert((old, change));
        }
    }

    /// Returns `true` if the log has the values before the changes to the partition.
    fn has_old(&self, partition: &Partition) -> bool {
        self.content == Content::Changes && names::is_logged(partition)
    }

    /// Reads the value before a write.
    fn old(&self, partition: &Partition, key: &[u8]) -> Result<OldValue> {
        if !self.has_old(partition) {
            return Ok(OldValue::NotLogged);
        }
        let mut old = OldValue::Absent;
        self.tx.get(partition, key, &mut |value| old = OldValue::Value(value.to_vec()))?;
        Ok(old)
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
        let old = self.old(partition, key)?;
        self.tx.put(partition, key, value)?;
        self.collect(partition, key, old, Some(value));
        Ok(())
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        let old = self.old(partition, key)?;
        let deleted = self.tx.delete(partition, key)?;
        if deleted {
            self.collect(partition, key, old, None);
        }
        Ok(deleted)
    }

    fn delete_many(&mut self, partition: &Partition, keys: &[&[u8]]) -> Result<u64> {
        let mut existing = Vec::new();
        if names::is_logged(partition) {
            let content = self.content;
            self.tx.get_many(partition, keys, &mut |position, value| {
                existing.extend(keys.get(position).map(|key| (key, OldValue::of(value, content))));
            })?;
        }
        let deleted = self.tx.delete_many(partition, keys)?;
        for (key, old) in existing {
            self.collect(partition, key, old, None);
        }
        Ok(deleted)
    }

    fn write_batch(&mut self, writes: &[Write<'_>]) -> Result<()> {
        let mut old = Vec::new();
        old.resize(writes.len(), OldValue::NotLogged);
        if self.content == Content::Changes {
            let keys: Vec<_> = writes.iter().map(|write| (write.partition, write.key)).collect();
            old.fill(OldValue::Absent);
            self.tx.get_batch(&keys, &mut |position, value| {
                if let Some(old) = old.get_mut(position) {
                    *old = OldValue::Value(value.to_vec());
                }
            })?;
        }
        self.tx.write_batch(writes)?;
        // Where a key repeats, only the old value of its first change counts.
        for (&Write { partition, key, value }, old) in writes.iter().zip(old) {
            self.collect(partition, key, old, value);
        }
        Ok(())
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        let mut existing: Vec<(Vec<u8>, OldValue)> = Vec::new();
        if names::is_logged(partition) {
            let content = self.content;
            self.tx.scan(partition, range, Direction::Forward, &mut |key, value| {
                existing.push((key.to_vec(), OldValue::of(value, content)));
                ControlFlow::Continue(())
            })?;
        }
        let deleted = self.tx.delete_range(partition, range)?;
        for (key, old) in existing {
            self.collect(partition, &key, old, None);
        }
        Ok(deleted)
    }
}
