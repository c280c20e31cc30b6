//! [`Source`]: what a call reads, and writes to.

use std::sync::Arc;

use keyloft::{Error, Read, Result, Snapshot, StorageBackend, Transaction};

/// What a call reads, and writes to.
pub(crate) enum Source<'a> {
    /// The newest state; a write is a transaction by itself.
    Newest(&'a Arc<dyn StorageBackend>),
    /// The newest state while a staged transaction is open, which alone writes.
    Reserved(&'a Arc<dyn StorageBackend>),
    /// A state that was kept.
    Snapshot(Arc<dyn Snapshot>),
    /// The transaction that is open.
    Transaction(&'a mut dyn Transaction),
}

impl Source<'_> {
    /// For a single read.
    pub(crate) fn reader(&self) -> &dyn Read {
        match self {
            Self::Newest(backend) | Self::Reserved(backend) => &**backend,
            Self::Snapshot(snapshot) => &**snapshot,
            Self::Transaction(tx) => &**tx,
        }
    }

    /// For several reads that have to be of one state.
    pub(crate) fn steady<T>(&self, read: impl FnOnce(&dyn Read) -> Result<T>) -> Result<T> {
        match self {
            Self::Newest(backend) | Self::Reserved(backend) => read(&*backend.snapshot()?),
            other => read(other.reader()),
        }
    }

    /// A state that lasts as long as it is held; `None` inside a transaction, where there is none.
    pub(crate) fn keep(&self) -> Result<Option<Arc<dyn Snapshot>>> {
        match self {
            Self::Newest(backend) | Self::Reserved(backend) => backend.snapshot().map(Some),
            Self::Snapshot(snapshot) => Ok(Some(Arc::clone(snapshot))),
            Self::Transaction(_) => Ok(None),
        }
    }

    pub(crate) fn write(&mut self, body: &mut dyn FnMut(&mut dyn Transaction) -> Result<()>) -> Result<()> {
        match self {
            Self::Newest(backend) => backend.transact(body),
            Self::Reserved(_) => Err(Error::NestedTransaction),
            Self::Snapshot(_) => Err(Error::ReadOnly),
            Self::Transaction(tx) => body(&mut **tx),
        }
    }

    /// The same for a body that says how many entities it has written, or whether it has one.
    pub(crate) fn write_some(
        &mut self,
        body: &mut dyn FnMut(&mut dyn Transaction) -> Result<u64>,
    ) -> Result<u64> {
        let mut some = 0;
        self.write(&mut |tx| {
            some = body(tx)?;
            Ok(())
        })?;
        Ok(some)
    }
}
