//! [`Engine`]: an engine whose transactions go as a test wants them to.

use std::sync::Arc;

use keyloft::backend::{Direction, KeyRange, TransactionBody, Visit};
use keyloft::{Partition, Read, Result, Snapshot, StorageBackend};
use keyloft_memory::MemoryBackend;

/// Runs a transaction of the engine below.
type Transact = dyn Fn(&MemoryBackend, &mut TransactionBody<'_>) -> Result<()> + Send + Sync;

/// A backend in memory with its own way to run a transaction.
pub(crate) struct Engine {
    memory: MemoryBackend,
    transact: Box<Transact>,
}

impl Engine {
    pub(crate) fn new(
        transact: impl Fn(&MemoryBackend, &mut TransactionBody<'_>) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self { memory: MemoryBackend::new(), transact: Box::new(transact) }
    }
}

impl Read for Engine {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        self.memory.get(partition, key, visit)
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        self.memory.scan(partition, range, direction, visit)
    }

    fn partitions(&self) -> Result<Vec<Partition>> {
        self.memory.partitions()
    }
}

impl StorageBackend for Engine {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.memory.snapshot()
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        (self.transact)(&self.memory, body)
    }
}
