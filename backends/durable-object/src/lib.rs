#![doc = include_str!("../README.md")]

mod history;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
mod js;
mod merged;
mod rows;
mod shared;
mod snapshot;
mod sorted;
mod storage;
#[cfg(test)]
mod tests;
mod transaction;
mod writes;

use std::sync::Arc;

use keyloft::backend::{BackendId, CatalogStamp, Direction, KeyRange, TransactionBody, Visit};
use keyloft::{Partition, Read, Result, Snapshot, StorageBackend, delegate_reads};

#[cfg(all(target_family = "wasm", target_os = "unknown"))]
pub use crate::js::JsStorage;
pub use crate::rows::Rows;
use crate::shared::Shared;
use crate::snapshot::ObjectSnapshot;
pub use crate::storage::{Changes, MOST_KEYS, ObjectStorage, StorageError};
use crate::transaction::ObjectTransaction;

/// A database in the storage of a Durable Object. Clones are handles to the same database.
///
/// Only one backend may be open over a storage, because it knows only of its own commits.
#[derive(Clone)]
pub struct DurableObjectBackend {
    shared: Arc<Shared>,
}

impl DurableObjectBackend {
    /// Opens the database in the storage of an object. The first commit creates its tables.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotADatabase`](keyloft::ErrorKind::NotADatabase) if the tables have another layout, or
    /// [`ErrorKind::Backend`](keyloft::ErrorKind::Backend).
    pub fn open(storage: impl ObjectStorage + 'static) -> Result<Self> {
        Ok(Self { shared: Arc::new(Shared::open(Box::new(storage))?) })
    }

    /// Sets the object's alarm when the transaction that runs commits, to a time in milliseconds since the Unix epoch. If the
    /// transaction fails, the alarm stays as it is.
    ///
    /// Call it in the body of a transaction. A later call replaces the time.
    pub fn set_alarm(&self, time: i64) {
        self.shared.state().alarm = Some(time);
    }

    fn now(&self) -> ObjectSnapshot {
        ObjectSnapshot::new(Arc::clone(&self.shared))
    }
}

impl Read for DurableObjectBackend {
    delegate_reads!(self => self.now(); partitions, get_many, count);

    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        let mut state = self.shared.state();
        let value = self.shared.get(&mut state, partition, key)?;
        drop(state);
        Ok(value.map(|value| visit(&value)).is_some())
    }

    fn contains(&self, partition: &Partition, key: &[u8]) -> Result<bool> {
        self.shared.contains(&mut self.shared.state(), partition, key)
    }

    /// A visitor may commit, so the scan reads a snapshot.
    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        self.now().scan(partition, range, direction, visit)
    }

    fn catalog_stamp(&self) -> Option<CatalogStamp> {
        self.shared.stamp.get()
    }

    fn backend_id(&self) -> Option<BackendId> {
        Some(self.shared.writer.id())
    }
}

impl StorageBackend for DurableObjectBackend {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        Ok(Arc::new(self.now()))
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        let _guard = self.shared.writer.enter()?;
        let mut transaction = ObjectTransaction::new(&self.shared);
        body(&mut transaction)?;
        transaction.commit()
    }

    /// One writer at a time holds the lock from before its body until after its commit.
    fn commits_in_order(&self) -> bool {
        true
    }
}

impl std::fmt::Debug for DurableObjectBackend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DurableObjectBackend").finish_non_exhaustive()
    }
}
