//! [`Engine`]: an engine whose transactions run as a test defines.

use std::sync::Arc;

use keyloft::backend::TransactionBody;
use keyloft::{Read, Result, Snapshot, StorageBackend, Transaction, delegate_reads, delegate_writes};
use keyloft_memory::MemoryBackend;

/// Runs a transaction of the backend below the engine.
type Transact = dyn Fn(&MemoryBackend, &mut TransactionBody<'_>) -> Result<()> + Send + Sync;

/// An in-memory backend that runs transactions with a given function.
pub(crate) struct Engine {
    memory: MemoryBackend,
    transact: Box<Transact>,
    is_ordered: bool,
}

impl Engine {
    pub(crate) fn new(
        transact: impl Fn(&MemoryBackend, &mut TransactionBody<'_>) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self { memory: MemoryBackend::new(), transact: Box::new(transact), is_ordered: false }
    }

    /// Keeps the commits from the layers above, which then know of them by the end of `transact` only.
    pub(crate) fn silent(self) -> Self {
        let Self { memory, transact, is_ordered } = self;
        let silent = move |memory: &MemoryBackend, body: &mut TransactionBody<'_>| {
            transact(memory, &mut |tx| body(&mut Silent(tx)))
        };
        Self { memory, transact: Box::new(silent), is_ordered }
    }

    /// Declares that the engine commits in the order in which bodies end.
    pub(crate) fn in_order(self) -> Self {
        Self { is_ordered: true, ..self }
    }
}

/// A transaction that does not notify its commit.
struct Silent<'a>(&'a mut dyn Transaction);

impl Read for Silent<'_> {
    delegate_reads!(self => *self.0);
}

impl Transaction for Silent<'_> {
    delegate_writes!(self => *self.0; put, delete, delete_range);
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

    fn commits_in_order(&self) -> bool {
        self.is_ordered
    }
}
