//! [`ReadOnly`]: a backend that refuses writes.

use alloc::sync::Arc;

use super::forward::forward_reads;
use crate::backend::{Snapshot, StorageBackend, TransactionBody};
use crate::error::{Error, Result};

/// Reads of the backend it wraps; a transaction is [`Error::ReadOnly`], and its body does not run.
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
    /// The reads of this backend.
    pub fn new(inner: B) -> Self {
        Self { inner }
    }
}

forward_reads!([B: StorageBackend] ReadOnly<B>, inner);

impl<B: StorageBackend> StorageBackend for ReadOnly<B> {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.inner.snapshot()
    }

    fn transact(&self, _: &mut TransactionBody<'_>) -> Result<()> {
        Err(Error::ReadOnly)
    }

    #[cfg(feature = "std")]
    fn feed(&self) -> Option<super::Feed> {
        self.inner.feed()
    }
}
