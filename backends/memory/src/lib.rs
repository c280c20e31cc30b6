//! The in-memory backend of [Keyloft](keyloft): an ordered map with snapshots, on every target with `std`.
//!
//! The state is a persistent map: a snapshot is a copy of its root, and a commit copies of it what a snapshot shares.
//! A reader does not wait while a transaction runs, only for the moment in which its writes are put in place.
//!
//! ```
//! use std::sync::Arc;
//! use keyloft::{EntityStore, JobId, SystemTableStore};
//! use keyloft_memory::MemoryBackend;
//!
//! let jobs = SystemTableStore::<JobId, u32>::new(Arc::new(MemoryBackend::new()), "jobs");
//! jobs.put(&"1".into(), &7)?;
//! assert_eq!(jobs.get(&"1".into())?, Some(7));
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! It is not a cache, and nothing of it outlives the process.

mod key;
mod state;
mod tree;
mod writes;

use std::sync::{Arc, PoisonError, RwLock};

use keyloft::backend::{Direction, KeyRange, TransactionBody, Visit, WriterLock};
use keyloft::{Partition, Read, Result, Snapshot, StorageBackend};

use crate::state::State;
use crate::writes::Writes;

/// A database in memory. Clones are handles to the same one.
#[derive(Clone, Default)]
pub struct MemoryBackend {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    committed: RwLock<State>,
    writer: WriterLock,
}

impl MemoryBackend {
    /// An empty database.
    pub fn new() -> Self {
        Self::default()
    }

    fn committed(&self) -> State {
        self.shared.committed.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Read for MemoryBackend {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        self.committed().get(partition, key, visit)
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        self.committed().scan(partition, range, direction, visit)
    }

    fn partitions(&self) -> Result<Vec<Partition>> {
        self.committed().partitions()
    }

    fn get_many(
        &self,
        partition: &Partition,
        keys: &[&[u8]],
        visit: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<()> {
        self.committed().get_many(partition, keys, visit)
    }

    fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        self.committed().count(partition, range)
    }
}

impl StorageBackend for MemoryBackend {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        Ok(Arc::new(self.committed()))
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        let _turn = self.shared.writer.enter()?;
        let mut writes = Writes::new(self.committed());
        body(&mut writes)?;
        writes.commit(&self.shared.committed);
        Ok(())
    }
}

impl std::fmt::Debug for MemoryBackend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryBackend").finish_non_exhaustive()
    }
}
