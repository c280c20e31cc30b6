#![doc = include_str!("../README.md")]

mod key;
mod state;
mod sync;
mod transaction;
mod tree;

use std::sync::{Arc, PoisonError};

use keyloft::backend::{BackendId, CatalogStamp, SharedStamp, TransactionBody, WriterLock};
use keyloft::{Read, Result, Snapshot, StorageBackend, delegate_reads};

use crate::state::{MemorySnapshot, State};
use crate::sync::RwLock;
use crate::transaction::MemoryTransaction;

/// A database in memory. Clones are handles to the same database.
#[derive(Clone)]
pub struct MemoryBackend {
    shared: Arc<Shared>,
}

struct Shared {
    committed: RwLock<State>,
    writer: WriterLock,
    /// The stamp of the committed state, which reads get without the lock.
    catalog_stamp: SharedStamp,
}

impl MemoryBackend {
    /// Creates an empty database.
    pub fn new() -> Self {
        let catalog_stamp = SharedStamp::new();
        let writer = WriterLock::default();
        let empty = State::empty(catalog_stamp.get(), writer.id());
        let shared = Shared { committed: RwLock::new(empty), writer, catalog_stamp };
        Self { shared: Arc::new(shared) }
    }

    /// Returns a snapshot of the newest commit. The lock is held for the clone only, so readers and the writer don't
    /// wait for each other.
    fn committed(&self) -> State {
        self.shared.committed.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Read for MemoryBackend {
    delegate_reads!(self => self.committed(); get, scan, partitions, get_many, get_batch, contains, count);

    fn catalog_stamp(&self) -> Option<CatalogStamp> {
        self.shared.catalog_stamp.get()
    }

    fn backend_id(&self) -> Option<BackendId> {
        Some(self.shared.writer.id())
    }
}

impl Default for MemoryBackend {
    fn default() -> Self {
        Self::new()
    }
}

impl StorageBackend for MemoryBackend {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        Ok(Arc::new(MemorySnapshot::new(self.committed())))
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        let _guard = self.shared.writer.enter()?;
        let mut transaction = MemoryTransaction::new(self.committed());
        body(&mut transaction)?;
        transaction.commit(&self.shared.committed, &self.shared.catalog_stamp);
        Ok(())
    }

    /// One writer at a time holds the lock from before its body until after its commit.
    fn commits_in_order(&self) -> bool {
        true
    }
}

impl std::fmt::Debug for MemoryBackend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryBackend").finish_non_exhaustive()
    }
}
