//! [`InstrumentedTransaction`]: a transaction whose writes are counted.

use super::gauges::Gauges;
use super::reads::counted_reads;
use crate::backend::{KeyRange, Partition, Read, Transaction, Write};
use crate::error::Result;
use crate::{delegate_reads, delegate_writes};

/// The writes of a run of a body.
#[derive(Clone, Copy, Default)]
pub(super) struct Written {
    /// The number of entries that were put or deleted.
    pub(super) entries: u64,
    /// The number of bytes in the keys and values that were put.
    pub(super) bytes: u64,
}

impl Written {
    fn put(&mut self, key: &[u8], value: &[u8]) {
        self.entries += 1;
        self.bytes += u64::try_from(key.len() + value.len()).unwrap_or(u64::MAX);
    }
}

/// A transaction whose writes are counted.
pub(super) struct InstrumentedTransaction<'a> {
    pub(super) inner: &'a mut dyn Transaction,
    pub(super) gauges: &'a Gauges,
    pub(super) written: &'a mut Written,
}

impl Read for InstrumentedTransaction<'_> {
    counted_reads!(self => *self.inner, self.gauges);
    delegate_reads!(self => *self.inner; partitions, catalog_stamp, backend_id, read_time);
}

impl Transaction for InstrumentedTransaction<'_> {
    delegate_writes!(self => *self.inner; on_commit);

    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        self.inner.put(partition, key, value)?;
        self.written.put(key, value);
        Ok(())
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        let existed = self.inner.delete(partition, key)?;
        self.written.entries += u64::from(existed);
        Ok(existed)
    }

    fn delete_many(&mut self, partition: &Partition, keys: &[&[u8]]) -> Result<u64> {
        let deleted = self.inner.delete_many(partition, keys)?;
        self.written.entries += deleted;
        Ok(deleted)
    }

    fn write_batch(&mut self, writes: &[Write<'_>]) -> Result<()> {
        self.inner.write_batch(writes)?;
        for Write { key, value, .. } in writes {
            match value {
                Some(value) => self.written.put(key, value),
                None => self.written.entries += 1,
            }
        }
        Ok(())
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        let deleted = self.inner.delete_range(partition, range)?;
        self.written.entries += deleted;
        Ok(deleted)
    }
}
