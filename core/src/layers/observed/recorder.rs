//! [`Recorder`]: a transaction that records its net changes.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::RawChange;
use super::net_changes::{Bytes, NetChanges};
use super::registry::Registry;
use crate::backend::{BackendId, Direction, KeyRange, Partition, Read, Transaction, Write};
use crate::error::Result;
use crate::{delegate_reads, delegate_writes};

/// The transaction that one run of a body receives. It records the changes to watched keys.
///
/// A write is recorded after the engine has accepted it. A body may ignore the error of a refused write, which must not
/// be reported.
pub(super) struct Recorder<'a> {
    tx: &'a mut dyn Transaction,
    /// The subscribers, or `None` if nobody watches the backend.
    registry: Option<&'a Registry>,
    id: Option<BackendId>,
    changes: NetChanges,
}

impl<'a> Recorder<'a> {
    pub(super) fn new(
        tx: &'a mut dyn Transaction,
        registry: Option<&'a Registry>,
        id: Option<BackendId>,
    ) -> Self {
        Self { tx, registry, id, changes: NetChanges::default() }
    }

    /// Returns the transaction and its net changes.
    pub(super) fn into_parts(self) -> (&'a mut dyn Transaction, Vec<RawChange>) {
        (self.tx, self.changes.into_changes())
    }

    fn watches(&self, partition: &Partition, key: &[u8]) -> bool {
        self.registry.is_some_and(|registry| registry.watches_key(partition, key))
    }

    /// Reads the value before a write.
    fn old(&self, partition: &Partition, key: &[u8]) -> Result<Option<Bytes>> {
        let mut old = None;
        self.tx.get(partition, key, &mut |value| old = Some(Bytes::from(value)))?;
        Ok(old)
    }
}

impl Read for Recorder<'_> {
    delegate_reads!(
        self => *self.tx;
        get, scan, partitions, get_many, get_batch, contains, count, catalog_stamp, read_time
    );

    fn backend_id(&self) -> Option<BackendId> {
        self.id
    }
}

impl Transaction for Recorder<'_> {
    delegate_writes!(self => *self.tx; on_commit);

    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        if !self.watches(partition, key) {
            return self.tx.put(partition, key, value);
        }
        let old = self.old(partition, key)?;
        self.tx.put(partition, key, value)?;
        self.changes.record(partition, key.into(), old, Some(value.into()));
        Ok(())
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        if !self.watches(partition, key) {
            return self.tx.delete(partition, key);
        }
        let old = self.old(partition, key)?;
        let deleted = self.tx.delete(partition, key)?;
        if deleted {
            self.changes.record(partition, key.into(), old, None);
        }
        Ok(deleted)
    }

    fn delete_many(&mut self, partition: &Partition, keys: &[&[u8]]) -> Result<u64> {
        if keys.iter().any(|key| self.watches(partition, key)) {
            let mut deleted = 0;
            for key in keys {
                deleted += u64::from(self.delete(partition, key)?);
            }
            return Ok(deleted);
        }
        self.tx.delete_many(partition, keys)
    }

    fn write_batch(&mut self, writes: &[Write<'_>]) -> Result<()> {
        let Some(registry) = self.registry else { return self.tx.write_batch(writes) };
        let mut watched = Vec::new();
        // A subscription may end at any time, so the registry is asked once.
        for write in writes {
            if registry.watches_key(write.partition, write.key) {
                watched.push((write, None));
            }
        }
        let keys: Vec<_> = watched.iter().map(|(write, _)| (write.partition, write.key)).collect();
        self.tx.get_batch(&keys, &mut |position, value| {
            if let Some((_, old)) = watched.get_mut(position) {
                *old = Some(Bytes::from(value));
            }
        })?;
        self.tx.write_batch(writes)?;
        // Where a key repeats, only the old value of its first change counts.
        for (Write { partition, key, value }, old) in watched {
            self.changes.record(partition, (*key).into(), old, value.map(Bytes::from));
        }
        Ok(())
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        let mut watched: Vec<(Bytes, Bytes)> = Vec::new();
        if let Some(registry) = self.registry
            && registry.watches_range(partition, range)
        {
            self.tx.scan(partition, range, Direction::Forward, &mut |key, value| {
                if registry.watches_key(partition, key) {
                    watched.push((Arc::from(key), Arc::from(value)));
                }
                ControlFlow::Continue(())
            })?;
        }
        let deleted = self.tx.delete_range(partition, range)?;
        for (key, old) in watched {
            self.changes.record(partition, key, Some(old), None);
        }
        Ok(deleted)
    }
}
