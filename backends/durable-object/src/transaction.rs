//! [`ObjectTransaction`]: the transaction that a body receives.

use std::ops::ControlFlow;
use std::sync::Arc;

use keyloft::backend::{BackendId, CatalogStamp, Direction, KeyRange, Notify, ReadTime, check_entry};
use keyloft::{Clock, Partition, Read, Result, Transaction, delegate_reads};

use crate::merged::{Hiding, Merged};
use crate::shared::Shared;
use crate::writes::Writes;

/// A transaction that keeps its writes in memory until the commit.
///
/// So the body runs outside of a transaction in the storage: other readers see no write before the commit, and a failed body has
/// nothing to roll back. A commit stores many writes with one statement.
pub(crate) struct ObjectTransaction<'a> {
    shared: &'a Shared,
    writes: Writes,
    catalog_stamp: Option<CatalogStamp>,
    changes_catalog: bool,
    time: ReadTime,
    /// They are notified after the commit.
    listeners: Vec<Arc<dyn Notify>>,
}

impl<'a> ObjectTransaction<'a> {
    pub(crate) fn new(shared: &'a Shared) -> Self {
        shared.state().alarm = None;
        let catalog_stamp = shared.stamp.get();
        Self {
            shared,
            writes: Writes::default(),
            catalog_stamp,
            changes_catalog: false,
            time: ReadTime::new(),
            listeners: Vec::new(),
        }
    }

    pub(crate) fn commit(self) -> Result<()> {
        if self.changes_catalog {
            self.shared.stamp.clear();
        }
        let done = self.shared.commit(&self.writes);
        if self.changes_catalog {
            self.shared.stamp.renew();
        }
        done?;
        for listener in self.listeners {
            listener.notify();
        }
        Ok(())
    }

    fn merged(&self) -> Merged<'_> {
        Merged { shared: self.shared, hiding: Hiding::Writes(&self.writes) }
    }

    fn write(&mut self, partition: &Partition, key: Vec<u8>, value: Option<Vec<u8>>) {
        self.changes_catalog |= partition.is_catalog();
        self.writes.set(partition, key, value);
    }
}

impl Read for ObjectTransaction<'_> {
    delegate_reads!(self => self.merged(); get, scan, partitions, get_many, contains, count);

    fn catalog_stamp(&self) -> Option<CatalogStamp> {
        if self.changes_catalog { None } else { self.catalog_stamp }
    }

    fn backend_id(&self) -> Option<BackendId> {
        Some(self.shared.writer.id())
    }

    fn read_time(&self, clock: &dyn Clock) -> i64 {
        self.time.get(clock)
    }
}

impl Transaction for ObjectTransaction<'_> {
    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        check_entry(partition, key, value)?;
        self.write(partition, key.to_vec(), Some(value.to_vec()));
        Ok(())
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        let existed = self.contains(partition, key)?;
        if existed {
            self.write(partition, key.to_vec(), None);
        }
        Ok(existed)
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        let mut keys = Vec::new();
        self.merged().walk(partition, range, Direction::Forward, false, &mut |key, _| {
            keys.push(key.to_vec());
            Ok(ControlFlow::Continue(()))
        })?;
        let mut deleted = 0;
        for key in keys {
            self.write(partition, key, None);
            deleted += 1;
        }
        Ok(deleted)
    }

    fn on_commit(&mut self, listener: Arc<dyn Notify>) {
        self.listeners.push(listener);
    }
}
