//! [`ReadOnly`]: a backend that refuses writes.

use alloc::sync::{Arc, Weak};

use crate::backend::{Notify, Read, Snapshot, StorageBackend, TransactionBody};
use crate::delegate_reads;
use crate::error::{ErrorKind, Result};

/// A layer that refuses transactions with [`ErrorKind::ReadOnly`], without running their bodies. Reads pass through it.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::layers::ReadOnly;
/// use keyloft::prelude::*;
/// use keyloft_memory::MemoryBackend;
///
/// let backend = ReadOnly::new(MemoryBackend::new());
/// let jobs = Table::<JobId, u32>::new(Arc::new(backend), "jobs");
/// assert_eq!(jobs.count()?, 0);
/// assert_eq!(jobs.put(&"1".into(), &1).unwrap_err().code(), "ReadOnly");
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ReadOnly<B> {
    inner: B,
}

impl<B: StorageBackend> ReadOnly<B> {
    /// Wraps `inner`.
    pub fn new(inner: B) -> Self {
        Self { inner }
    }
}

impl<B: StorageBackend> Read for ReadOnly<B> {
    delegate_reads!(self => self.inner);
}

impl<B: StorageBackend> StorageBackend for ReadOnly<B> {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.inner.snapshot()
    }

    fn transact(&self, _: &mut TransactionBody<'_>) -> Result<()> {
        Err(ErrorKind::ReadOnly.into())
    }

    fn commits_in_order(&self) -> bool {
        self.inner.commits_in_order()
    }

    fn on_close(&self, listener: Weak<dyn Notify>) {
        self.inner.on_close(listener);
    }

    fn on_reopen(&self, listener: Weak<dyn Notify>) {
        self.inner.on_reopen(listener);
    }

    fn on_foreign_commit(&self, listener: Weak<dyn Notify>) {
        self.inner.on_foreign_commit(listener);
    }
}
