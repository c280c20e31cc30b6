//! [`Recording`]: a transaction that notes what it changes.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::log::{Bytes, Log};
use super::registry::Registry;
use crate::backend::{Direction, KeyRange, Partition, Read, Transaction};
use crate::delegate_reads;
use crate::error::Result;

/// One run of a transaction's body, with a log of what it changes of what someone watches.
pub(super) struct Recording<'a> {
    tx: &'a mut dyn Transaction,
    registry: &'a Registry,
    log: Log,
}

impl<'a> Recording<'a> {
    pub(super) fn new(tx: &'a mut dyn Transaction, registry: &'a Registry) -> Self {
        Self { tx, registry, log: Log::default() }
    }

    pub(super) fn into_log(self) -> Log {
        self.log
    }

    /// The value before the transaction, unless the log has it already.
    fn before(&self, partition: &Partition, key: &[u8]) -> Result<Option<Bytes>> {
        let mut old = None;
        if !self.log.contains(partition, key) {
            self.tx.get(partition, key, &mut |value| old = Some(Bytes::from(value)))?;
        }
        Ok(old)
    }
}

impl Read for Recording<'_> {
    delegate_reads!(self => *self.tx);
}

impl Transaction for Recording<'_> {
    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        if !self.registry.wants(partition, key) {
            return self.tx.put(partition, key, value);
        }
        let old = self.before(partition, key)?;
        self.tx.put(partition, key, value)?;
        self.log.note(partition, key, old, Some(value.into()));
        Ok(())
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        if !self.registry.wants(partition, key) {
            return self.tx.delete(partition, key);
        }
        let old = self.before(partition, key)?;
        let deleted = self.tx.delete(partition, key)?;
        if deleted {
            self.log.note(partition, key, old, None);
        }
        Ok(deleted)
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        if !self.registry.wants_any(partition, range) {
            return self.tx.delete_range(partition, range);
        }
        let mut going: Vec<(Bytes, Bytes)> = Vec::new();
        self.tx.scan(partition, range, Direction::Forward, &mut |key, value| {
            if self.registry.wants(partition, key) {
                going.push((Arc::from(key), Arc::from(value)));
            }
            ControlFlow::Continue(())
        })?;
        let deleted = self.tx.delete_range(partition, range)?;
        for (key, old) in going {
            self.log.note(partition, &key, Some(old), None);
        }
        Ok(deleted)
    }
}
