//! [`Tally`]: a backend that counts the entries that its transactions touch, or that its snapshots read.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use keyloft::backend::{Direction, KeyRange, TransactionBody, Visit};
use keyloft::prelude::*;
use keyloft::{Partition, Read, Snapshot, delegate_reads};

/// A backend that counts entries.
pub(crate) struct Tally {
    inner: Arc<dyn StorageBackend>,
    /// The entries that transactions read, write and delete.
    entries: Arc<AtomicUsize>,
    /// The scans of snapshots, and the entries that they read.
    reads: Arc<AtomicUsize>,
}

impl Tally {
    /// Returns the backend and the count of the entries that its transactions read, write and delete.
    pub(crate) fn of(inner: Arc<dyn StorageBackend>) -> (Arc<dyn StorageBackend>, Arc<AtomicUsize>) {
        let tally = Self::new(inner);
        let entries = Arc::clone(&tally.entries);
        (Arc::new(tally), entries)
    }

    /// Returns the backend and the count of the scans of its snapshots and of the entries that they read.
    pub(crate) fn of_snapshots(
        inner: Arc<dyn StorageBackend>,
    ) -> (Arc<dyn StorageBackend>, Arc<AtomicUsize>) {
        let tally = Self::new(inner);
        let reads = Arc::clone(&tally.reads);
        (Arc::new(tally), reads)
    }

    fn new(inner: Arc<dyn StorageBackend>) -> Self {
        Self { inner, entries: Arc::default(), reads: Arc::default() }
    }
}

impl Read for Tally {
    delegate_reads!(self => *self.inner);
}

impl StorageBackend for Tally {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        Ok(Arc::new(CountingSnapshot { inner: self.inner.snapshot()?, reads: Arc::clone(&self.reads) }))
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        self.inner.transact(&mut |tx| {
            let mut counting = Counting { tx, entries: Cell::new(0) };
            let done = body(&mut counting);
            self.entries.fetch_add(counting.entries.get(), Ordering::Relaxed);
            done
        })
    }
}

struct Counting<'a> {
    tx: &'a mut dyn Transaction,
    entries: Cell<usize>,
}

impl Counting<'_> {
    fn add(&self, entries: usize) {
        self.entries.set(self.entries.get() + entries);
    }
}

impl Read for Counting<'_> {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        self.add(1);
        self.tx.get(partition, key, visit)
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        self.tx.scan(partition, range, direction, &mut |key, value| {
            self.add(1);
            visit(key, value)
        })
    }

    delegate_reads!(self => *self.tx; partitions, catalog_stamp, backend_id, read_time);
}

impl Transaction for Counting<'_> {
    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        self.add(1);
        self.tx.put(partition, key, value)
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        self.add(1);
        self.tx.delete(partition, key)
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        let deleted = self.tx.delete_range(partition, range)?;
        self.add(usize::try_from(deleted).unwrap_or(usize::MAX));
        Ok(deleted)
    }
}

struct CountingSnapshot {
    inner: Arc<dyn Snapshot>,
    reads: Arc<AtomicUsize>,
}

impl Snapshot for CountingSnapshot {}

impl Read for CountingSnapshot {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.inner.get(partition, key, visit)
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.inner.scan(partition, range, direction, &mut |key, value| {
            self.reads.fetch_add(1, Ordering::Relaxed);
            visit(key, value)
        })
    }

    delegate_reads!(self => *self.inner; partitions, catalog_stamp, backend_id, read_time);
}
