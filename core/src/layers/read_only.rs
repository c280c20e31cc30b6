//! [`ReadOnly`]: a backend that refuses writes.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::backend::{
    Direction, KeyRange, Partition, Read, Snapshot, StorageBackend, TransactionBody, Visit,
};
use crate::error::{Error, Result};

/// Reads of the backend it wraps; a transaction is [`Error::ReadOnly`], and its body does not run.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::{EntityStore, JobId, SystemTableStore, layers::ReadOnly};
/// use keyloft_memory::MemoryBackend;
///
/// let backend = ReadOnly::new(MemoryBackend::new());
/// let jobs = SystemTableStore::<JobId, u32>::new(Arc::new(backend), "jobs");
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

impl<B: StorageBackend> Read for ReadOnly<B> {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        self.inner.get(partition, key, visit)
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        self.inner.scan(partition, range, direction, visit)
    }

    fn partitions(&self) -> Result<Vec<Partition>> {
        self.inner.partitions()
    }

    fn get_many(
        &self,
        partition: &Partition,
        keys: &[&[u8]],
        visit: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<()> {
        self.inner.get_many(partition, keys, visit)
    }

    fn contains(&self, partition: &Partition, key: &[u8]) -> Result<bool> {
        self.inner.contains(partition, key)
    }

    fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        self.inner.count(partition, range)
    }
}

impl<B: StorageBackend> StorageBackend for ReadOnly<B> {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.inner.snapshot()
    }

    fn transact(&self, _: &mut TransactionBody<'_>) -> Result<()> {
        Err(Error::ReadOnly)
    }
}
