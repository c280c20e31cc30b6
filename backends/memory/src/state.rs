//! [`State`]: the whole database at one commit.

use std::hint::black_box;
use std::ops::ControlFlow;
use std::sync::Arc;

use keyloft::backend::{BackendId, CatalogStamp, Direction, KeyRange, ReadTime, Visit};
use keyloft::{Clock, Partition, Read, Result, Snapshot, delegate_reads};

use crate::key::Key;
use crate::tree::Tree;

pub(crate) type Bytes = Arc<[u8]>;
type Entries = Tree<Bytes>;

/// The entries of every partition that holds a key.
///
/// A clone is a snapshot. It shares all memory with the original until one of them changes.
#[derive(Clone, Default)]
pub(crate) struct State {
    partitions: Tree<(Partition, Entries)>,
    pub(crate) catalog_stamp: Option<CatalogStamp>,
    id: Option<BackendId>,
}

impl Read for State {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        let value = self.entries(partition).and_then(|entries| entries.get(key));
        Ok(value.map(|value| visit(value)).is_some())
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        let Some(entries) = self.entries(partition).filter(|_| !range.is_empty()) else {
            return Ok(());
        };
        entries.visit(range, direction, prefetch, &mut |key, value| visit(key.as_bytes(), value));
        Ok(())
    }

    fn partitions(&self) -> Result<Vec<Partition>> {
        let mut partitions = Vec::new();
        self.partitions.visit(KeyRange::ALL, Direction::Forward, |_| (), &mut |_, (partition, _)| {
            partitions.push(partition.clone());
            ControlFlow::Continue(())
        });
        Ok(partitions)
    }

    fn get_many(
        &self,
        partition: &Partition,
        keys: &[&[u8]],
        visit: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<()> {
        let Some(entries) = self.entries(partition) else { return Ok(()) };
        for (index, key) in keys.iter().enumerate() {
            if let Some(value) = entries.get(key) {
                visit(index, value);
            }
        }
        Ok(())
    }

    fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        let Some(entries) = self.entries(partition).filter(|_| !range.is_empty()) else {
            return Ok(0);
        };
        Ok(u64::try_from(entries.count(range)).unwrap_or(u64::MAX))
    }

    fn catalog_stamp(&self) -> Option<CatalogStamp> {
        self.catalog_stamp
    }

    fn backend_id(&self) -> Option<BackendId> {
        self.id
    }
}

/// A snapshot that a caller holds.
pub(crate) struct MemorySnapshot {
    state: State,
    time: ReadTime,
}

impl MemorySnapshot {
    pub(crate) fn new(state: State) -> Self {
        Self { state, time: ReadTime::new() }
    }
}

impl Read for MemorySnapshot {
    delegate_reads!(
        self => self.state;
        get, scan, partitions, get_many, get_batch, contains, count, catalog_stamp, backend_id
    );

    fn read_time(&self, clock: &dyn Clock) -> i64 {
        self.time.get(clock)
    }
}

impl Snapshot for MemorySnapshot {}

impl State {
    pub(crate) fn empty(catalog_stamp: Option<CatalogStamp>, id: BackendId) -> Self {
        Self { partitions: Tree::default(), catalog_stamp, id: Some(id) }
    }

    fn entries(&self, partition: &Partition) -> Option<&Entries> {
        self.partitions.get(name(partition)).map(|(_, entries)| entries)
    }

    fn entries_mut(&mut self, partition: &Partition) -> Option<&mut Entries> {
        self.partitions.get_mut(name(partition)).map(|(_, entries)| entries)
    }

    pub(crate) fn put(&mut self, partition: Partition, key: Key, value: Bytes) {
        if let Some(entries) = self.entries_mut(&partition) {
            entries.insert(key, value);
        } else {
            let mut entries = Entries::default();
            entries.insert(key, value);
            self.partitions.insert(name(&partition).into(), (partition, entries));
        }
    }

    /// Deletes the key. Returns `true` if it existed.
    pub(crate) fn delete(&mut self, partition: &Partition, key: &[u8]) -> bool {
        let Some(entries) = self.entries_mut(partition) else { return false };
        let existed = entries.remove(key);
        if entries.len() == 0 {
            self.partitions.remove(name(partition));
        }
        existed
    }

    /// Deletes the entries of `range` and returns their number.
    pub(crate) fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> u64 {
        let Some(entries) = self.entries_mut(partition).filter(|_| !range.is_empty()) else {
            return 0;
        };
        let count = entries.count(range);
        if count == entries.len() {
            self.partitions.remove(name(partition));
        } else {
            let mut keys = Vec::with_capacity(count);
            entries.visit(range, Direction::Forward, |_| (), &mut |key, _| {
                keys.push(key.clone());
                ControlFlow::Continue(())
            });
            for key in &keys {
                entries.remove(key.as_bytes());
            }
        }
        u64::try_from(count).unwrap_or(u64::MAX)
    }
}

/// Loads the beginning and the end of a value into the processor's caches.
///
/// The compiler would remove loads of unused bytes without `black_box`.
fn prefetch(value: &Bytes) {
    black_box((value.first().copied(), value.last().copied()));
}

fn name(partition: &Partition) -> &[u8] {
    partition.as_str().as_bytes()
}
