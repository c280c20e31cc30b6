//! [`Engine`]: an engine whose transactions run as a test defines.

use std::sync::Arc;

use keyloft::backend::TransactionBody;
use keyloft::{Read, Result, Snapshot, StorageBackend, delegate_reads};
use keyloft_memory::MemoryBackend;

/// Runs a transaction of the backend below the engine.
type Transact = dyn Fn(&MemoryBackend, &mut TransactionBody<'_>) -> Result<()> + Send + Sync;

/// An in-memory backend that runs transactions with a given function.
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
    delegate_reads!(self => self.memory);
}

impl StorageBackend for Engine {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.memory.snapshot()
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        (self.transact)(&self.memory, body)
    }
}
