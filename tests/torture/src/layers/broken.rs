//! [`Broken`]: a layer that breaks the contract on purpose.

use std::sync::Arc;

use keyloft::backend::{KeyRange, TransactionBody};
use keyloft::layers::Staged;
use keyloft::prelude::*;
use keyloft::{Partition, Read, Snapshot, delegate_reads, delegate_writes};

use crate::breaks::Break;

/// A layer that breaks the contract on purpose, or that changes nothing.
pub(crate) struct Broken<B> {
    inner: B,
    how: Option<Break>,
}

impl<B> Broken<B> {
    pub(crate) fn new(inner: B, how: Option<Break>) -> Self {
        Self { inner, how }
    }
}

impl<B: StorageBackend> Read for Broken<B> {
    delegate_reads!(self => self.inner);
}

impl<B: StorageBackend> StorageBackend for Broken<B> {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.inner.snapshot()
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        match self.how {
            Some(Break::SkippedUndo) => {
                let mut outcome = Ok(());
                self.inner.transact(&mut |tx| {
                    outcome = body(tx);
                    Ok(())
                })?;
                outcome
            }
            Some(Break::SplitTransaction) => {
                let mut staged = Staged::begin(&self.inner)?;
                body(&mut staged)?;
                // The rows are committed first, then the entries of the indexes.
                for indexes in [false, true] {
                    self.inner.transact(&mut |tx| staged.apply(&mut Filtered { tx, indexes }))?;
                }
                Ok(())
            }
            Some(Break::StaleIndex) => self.inner.transact(&mut |tx| body(&mut Stale { tx })),
            _ => self.inner.transact(body),
        }
    }
}

fn is_index(partition: &Partition) -> bool {
    partition.as_str().starts_with('#')
}

/// A transaction that writes only to indexes, or only to other partitions.
struct Filtered<'a> {
    tx: &'a mut dyn Transaction,
    indexes: bool,
}

impl Read for Filtered<'_> {
    delegate_reads!(self => *self.tx; get, scan, partitions, get_many, contains, count, read_time);
}

impl Transaction for Filtered<'_> {
    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        if is_index(partition) == self.indexes { self.tx.put(partition, key, value) } else { Ok(()) }
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        if is_index(partition) == self.indexes { self.tx.delete(partition, key) } else { Ok(false) }
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        if is_index(partition) == self.indexes { self.tx.delete_range(partition, range) } else { Ok(0) }
    }
}

/// A transaction that doesn't delete the entries of indexes.
struct Stale<'a> {
    tx: &'a mut dyn Transaction,
}

impl Read for Stale<'_> {
    delegate_reads!(self => *self.tx);
}

impl Transaction for Stale<'_> {
    delegate_writes!(self => *self.tx; put, delete_range);

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        if is_index(partition) { self.tx.contains(partition, key) } else { self.tx.delete(partition, key) }
    }
}
