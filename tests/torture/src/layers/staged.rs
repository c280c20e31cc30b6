//! [`ViaStaged`]: a layer whose transactions are collected in memory before they are committed.

use std::sync::Arc;

use keyloft::backend::TransactionBody;
use keyloft::layers::Staged;
use keyloft::{Read, Result, Snapshot, StorageBackend, delegate_reads};

/// A layer whose transactions are collected in memory before they are committed.
pub(crate) struct ViaStaged<B>(pub(crate) B);

impl<B: StorageBackend> Read for ViaStaged<B> {
    delegate_reads!(self => self.0);
}

impl<B: StorageBackend> StorageBackend for ViaStaged<B> {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.0.snapshot()
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        let mut staged = Staged::begin(&self.0)?;
        body(&mut staged)?;
        self.0.transact(&mut |tx| staged.apply(tx))
    }
}
