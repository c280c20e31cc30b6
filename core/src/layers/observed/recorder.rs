//! [`Recorder`]: a transaction that records its net changes.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::change_set::{Bytes, ChangeSet};
use super::registry::Registry;
use crate::backend::{Direction, KeyRange, Partition, Read, Transaction};
use crate::delegate_reads;
use crate::error::Result;

/// The transaction that one run of a body receives. It records the changes to watched keys.
///
/// A write is recorded after the engine has accepted it. A body may ignore the error of a refused write, which must not
/// be reported.
pub(super) struct Recorder<'a> {
    tx: &'a mut dyn Transaction,
    registry: &'a Registry,
    changes: ChangeSet,
}

impl<'a> Recorder<'a> {
    pub(super) fn new(tx: &'a mut dyn Transaction, registry: &'a Registry) -> Self {
        Self { tx, registry, changes: ChangeSet::default() }
    }

    pub(super) fn into_changes(self) -> ChangeSet {
        self.changes
    }

    /// Reads the value before the transaction. Returns `None` also if an earlier write has recorded it.
    fn old(&self, partition: &Partition, key: &[u8]) -> Result<Option<Bytes>> {
        let mut old = None;
        if !self.changes.contains(partition, key) {
            self.tx.get(partition, key, &mut |value| old = Some(Bytes::from(value)))?;
        }
        Ok(old)
    }
}

impl Read for Recorder<'_> {
    delegate_reads!(self => *self.tx);
}

impl Transaction for Recorder<'_> {
    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        if !self.registry.watches_key(partition, key) {
            return self.tx.put(partition, key, value);
        }
        let old = self.old(partition, key)?;
        self.tx.put(partition, key, value)?;
        self.changes.record(partition, key, old, Some(value.into()));
        Ok(())
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        if !self.registry.watches_key(partition, key) {
            return self.tx.delete(partition, key);
        }
        let old = self.old(partition, key)?;
        let deleted = self.tx.delete(partition, key)?;
        if deleted {
            self.changes.record(partition, key, old, None);
        }
        Ok(deleted)
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        if !self.registry.watches_range(partition, range) {
            return self.tx.delete_range(partition, range);
        }
        let mut watched: Vec<(Bytes, Bytes)> = Vec::new();
        self.tx.scan(partition, range, Direction::Forward, &mut |key, value| {
            if self.registry.watches_key(partition, key) {
                watched.push((Arc::from(key), Arc::from(value)));
            }
            ControlFlow::Continue(())
        })?;
        let deleted = self.tx.delete_range(partition, range)?;
        for (key, old) in watched {
            self.changes.record(partition, &key, Some(old), None);
        }
        Ok(deleted)
    }
}
