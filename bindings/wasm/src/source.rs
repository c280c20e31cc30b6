//! [`Source`]: the state that a call reads and writes.

use std::sync::Arc;

use keyloft::backend::{Read, Snapshot};
use keyloft::{ErrorKind, Result, StorageBackend, Transaction};

/// The state that a call reads and writes.
pub(crate) enum Source<'a> {
    /// The newest state. A write is a transaction by itself.
    Newest(&'a Arc<dyn StorageBackend>),
    /// The newest state while a staged transaction is open, the only one that may write.
    Reserved(&'a Arc<dyn StorageBackend>),
    /// A snapshot.
    Snapshot(Arc<dyn Snapshot>),
    /// An open transaction.
    Transaction(&'a mut dyn Transaction),
}

impl Source<'_> {
    /// Returns the reader for a single read.
    pub(crate) fn reader(&self) -> &dyn Read {
        match self {
            Self::Newest(backend) | Self::Reserved(backend) => &**backend,
            Self::Snapshot(snapshot) => &**snapshot,
            Self::Transaction(tx) => &**tx,
        }
    }

    /// Returns a snapshot of the state; `None` inside a transaction, which has none.
    pub(crate) fn snapshot(&self) -> Result<Option<Arc<dyn Snapshot>>> {
        match self {
            Self::Newest(backend) | Self::Reserved(backend) => backend.snapshot().map(Some),
            Self::Snapshot(snapshot) => Ok(Some(Arc::clone(snapshot))),
            Self::Transaction(_) => Ok(None),
        }
    }

    /// Writes in the open transaction, or in one of its own.
    pub(crate) fn write(&mut self, body: &mut dyn FnMut(&mut dyn Transaction) -> Result<()>) -> Result<()> {
        match self {
            Self::Newest(backend) => backend.transact(body),
            Self::Reserved(_) => Err(ErrorKind::NestedTransaction.into()),
            Self::Snapshot(_) => Err(ErrorKind::ReadOnly.into()),
            Self::Transaction(tx) => body(&mut **tx),
        }
    }

    /// Writes as [`write`](Source::write), and returns the count of the body.
    pub(crate) fn write_counted(
        &mut self,
        body: &mut dyn FnMut(&mut dyn Transaction) -> Result<u64>,
    ) -> Result<u64> {
        let mut count = 0;
        self.write(&mut |tx| {
            count = body(tx)?;
            Ok(())
        })?;
        Ok(count)
    }
}
