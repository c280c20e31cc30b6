//! A custom backend, a map behind a lock, and the suite that every backend passes.
//!
//! Run all cases with `cargo run --package keyloft-conformance --example own_backend`, or as one test each with
//! `cargo test --package keyloft-conformance --example own_backend`.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, PoisonError, RwLock};

use keyloft::backend::{
    BackendId, CatalogStamp, Direction, KeyRange, Read, Snapshot, TransactionBody, Visit, WriterLock,
    check_entry,
};
use keyloft::prelude::*;
use keyloft::{Partition, delegate_reads};

/// The database at one commit. It is a snapshot, and a transaction writes to a copy of it.
#[derive(Clone, Default)]
struct State {
    partitions: BTreeMap<Partition, BTreeMap<Vec<u8>, Vec<u8>>>,
    /// The stamp of the catalogs. A state in which one was written has none until it is committed.
    stamp: Option<CatalogStamp>,
    /// The identity of the backend, by which a table refuses the transactions of others.
    id: Option<BackendId>,
}

/// The backend: the newest commit, and the lock of the one writer.
struct MapBackend {
    committed: RwLock<Arc<State>>,
    writer: WriterLock,
}

impl Default for MapBackend {
    fn default() -> Self {
        let writer = WriterLock::default();
        let empty = State { id: Some(writer.id()), ..State::default() };
        Self { committed: RwLock::new(Arc::new(empty)), writer }
    }
}

impl Read for State {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        let value = self.partitions.get(partition).and_then(|entries| entries.get(key));
        Ok(value.map(|value| visit(value)).is_some())
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        // `BTreeMap::range` panics on reversed bounds, and a range may have them.
        let Some(entries) = self.partitions.get(partition).filter(|_| !range.is_empty()) else {
            return Ok(());
        };
        let mut entries = entries.range::<[u8], _>((range.lower, range.upper));
        while let Some((key, value)) = match direction {
            Direction::Forward => entries.next(),
            Direction::Backward => entries.next_back(),
        } {
            if visit(key, value).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn partitions(&self) -> Result<Vec<Partition>> {
        Ok(self.partitions.keys().cloned().collect())
    }

    fn catalog_stamp(&self) -> Option<CatalogStamp> {
        self.stamp
    }

    fn backend_id(&self) -> Option<BackendId> {
        self.id
    }
}

impl Snapshot for State {}

impl Transaction for State {
    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        check_entry(partition, key, value)?;
        self.touch(partition);
        self.partitions.entry(partition.clone()).or_default().insert(key.to_vec(), value.to_vec());
        Ok(())
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        self.touch(partition);
        let Some(entries) = self.partitions.get_mut(partition) else { return Ok(false) };
        let existed = entries.remove(key).is_some();
        if entries.is_empty() {
            self.partitions.remove(partition);
        }
        Ok(existed)
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        let mut keys = Vec::new();
        self.scan(partition, range, Direction::Forward, &mut |key, _| {
            keys.push(key.to_vec());
            ControlFlow::Continue(())
        })?;
        let mut deleted = 0;
        for key in keys {
            deleted += u64::from(self.delete(partition, &key)?);
        }
        Ok(deleted)
    }
}

impl State {
    /// Forgets the stamp if the partition holds a catalog. Tables then look into it again.
    fn touch(&mut self, partition: &Partition) {
        if partition.is_catalog() {
            self.stamp = None;
        }
    }
}

impl MapBackend {
    fn newest(&self) -> Arc<State> {
        Arc::clone(&self.committed.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Each read sees the newest commit.
impl Read for MapBackend {
    delegate_reads!(self => *self.newest());
}

impl StorageBackend for MapBackend {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        Ok(self.newest())
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        // One writer at a time. A transaction inside another one of the same thread is refused.
        let _guard = self.writer.enter()?;
        let mut state = State::clone(&self.newest());
        // An error or a panic drops the copy, so no reader sees any of it.
        body(&mut state)?;
        state.stamp = state.stamp.or_else(|| Some(CatalogStamp::unique()));
        *self.committed.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(state);
        Ok(())
    }

    /// The lock is held from before a body until after its commit.
    fn commits_in_order(&self) -> bool {
        true
    }
}

fn main() -> Result<()> {
    // Tables work over this backend as over every other one.
    let jobs = Table::<JobId, u32>::new(Arc::new(MapBackend::default()), "jobs");
    jobs.put(&"1".into(), &7)?;
    assert_eq!(jobs.get(&"1".into())?, Some(7));

    let mut passed = 0;
    for case in keyloft_conformance::cases() {
        case.run(&MapBackend::default);
        passed += 1;
    }
    println!("{passed} cases of the suite passed");
    assert!(passed > 100);
    Ok(())
}

#[cfg(test)]
keyloft_conformance::suite!(MapBackend::default);
