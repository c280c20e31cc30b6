//! [`Staged`]: a transaction whose writes are collected in memory and committed later.

#[cfg(feature = "std")]
mod optimistic;
#[cfg(feature = "std")]
mod tracked;

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::ops::ControlFlow;

use crate::backend::{
    BackendId, CATALOG, CatalogStamp, Direction, KeyRange, Partition, Read, ReadTime, Snapshot,
    StorageBackend, Transaction, Visit, check_entry,
};
use crate::clock::Clock;
use crate::error::{ErrorKind, Place, Result};

/// A transaction over a snapshot that collects its writes in memory. [`apply`](Self::apply) repeats them in a
/// transaction of the backend.
///
/// It is for work that waits between its reads and writes, such as an asynchronous function in JavaScript. Such work
/// can't be the body of a transaction.
///
/// Its reads see the snapshot and its own writes, but no later commits. [`apply`](Self::apply) does not detect such
/// commits. The caller must keep other writers out while it is open. Otherwise its writes may depend on reads that are
/// out of date. An [optimistic](Self::optimistic) one detects them.
///
/// ```
/// use keyloft::layers::Staged;
/// use keyloft::{Partition, Read, StorageBackendExt, Transaction};
/// use keyloft_memory::MemoryBackend;
///
/// let backend = MemoryBackend::new();
/// let notes = Partition::from("notes");
/// let mut staged = Staged::begin(&backend)?;
/// staged.put(&notes, b"1", b"milk")?;
/// assert!(staged.contains(&notes, b"1")? && !backend.contains(&notes, b"1")?);
///
/// backend.transaction(|tx| staged.apply(tx))?;
/// assert!(backend.contains(&notes, b"1")?);
/// # Ok::<(), keyloft::Error>(())
/// ```
pub struct Staged {
    base: Arc<dyn Snapshot>,
    /// The base of an optimistic transaction, which knows what was read.
    #[cfg(feature = "std")]
    tracked: Option<Arc<tracked::Tracked>>,
    /// The identity of the backend, whose layers the writes pass when they are applied.
    id: Option<BackendId>,
    time: ReadTime,
    partitions: BTreeMap<Partition, PartitionWrites>,
}

/// The writes to one partition.
#[derive(Default)]
struct PartitionWrites {
    /// `true` if the partition was deleted, which hides the snapshot's entries.
    cleared: bool,
    /// The new values. `None` marks a deleted key of the snapshot. A deleted key that the snapshot lacks has no entry.
    entries: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
}

/// A key's change in a transaction.
enum Change<'a> {
    Put(&'a [u8]),
    Deleted,
    /// The snapshot has the key's value, or lacks the key.
    Unchanged,
}

impl Staged {
    /// Begins a transaction over a snapshot of the backend.
    ///
    /// # Errors
    ///
    /// The errors of [`snapshot`](StorageBackend::snapshot).
    pub fn begin(backend: &(impl StorageBackend + ?Sized)) -> Result<Self> {
        Ok(Self::over(backend.snapshot()?, backend.backend_id()))
    }

    fn over(base: Arc<dyn Snapshot>, id: Option<BackendId>) -> Self {
        Self {
            base,
            #[cfg(feature = "std")]
            tracked: None,
            id,
            time: ReadTime::new(),
            partitions: BTreeMap::new(),
        }
    }

    /// Repeats the writes in a transaction of the backend. It can be called more than once, as a body that calls it may
    /// run more than once.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::DefinitionMismatch`] if there are writes, and a [catalog](crate::catalog) has changed since the snapshot:
    /// they may lack the entries of a new index. [`ErrorKind::OtherBackend`] if the transaction is of another
    /// backend. Otherwise the
    /// errors of the engine.
    pub fn apply(&self, tx: &mut dyn Transaction) -> Result<()> {
        let stamps = self.base.catalog_stamp().zip(tx.catalog_stamp());
        if !self.partitions.is_empty() && stamps.is_some_and(|(base, newest)| base != newest) {
            return Err(ErrorKind::DefinitionMismatch {
                place: Place::of(&Partition::from(CATALOG)),
                difference: String::from("it has changed since this transaction began"),
                remedy: "run the transaction again",
            }
            .into());
        }
        let ids = self.id.zip(tx.backend_id());
        let is_foreign = ids.is_some_and(|(own, target)| own != target);
        for (partition, writes) in &self.partitions {
            if is_foreign {
                return Err(ErrorKind::OtherBackend { place: Place::of(partition) }.into());
            }
            if writes.cleared {
                tx.delete_range(partition, KeyRange::ALL)?;
            }
            for (key, value) in &writes.entries {
                match value {
                    Some(value) => tx.put(partition, key, value)?,
                    None => drop(tx.delete(partition, key)?),
                }
            }
        }
        Ok(())
    }

    fn writes(&self, partition: &Partition) -> Option<&PartitionWrites> {
        self.partitions.get(partition)
    }

    fn writes_mut(&mut self, partition: &Partition) -> &mut PartitionWrites {
        self.partitions.entry(partition.clone()).or_default()
    }

    fn change(&self, partition: &Partition, key: &[u8]) -> Change<'_> {
        let Some(writes) = self.writes(partition) else { return Change::Unchanged };
        match writes.entries.get(key) {
            Some(Some(value)) => Change::Put(value),
            Some(None) => Change::Deleted,
            None if writes.cleared => Change::Deleted,
            None => Change::Unchanged,
        }
    }

    /// Returns `true` if the snapshot has the key and the partition has not been deleted.
    fn in_base(&self, partition: &Partition, key: &[u8]) -> Result<bool> {
        let cleared = self.writes(partition).is_some_and(|writes| writes.cleared);
        Ok(!cleared && self.base.contains(partition, key)?)
    }

    fn is_empty(&self, partition: &Partition) -> Result<bool> {
        let mut empty = true;
        self.scan(partition, KeyRange::ALL, Direction::Forward, &mut |_, _| {
            empty = false;
            ControlFlow::Break(())
        })?;
        Ok(empty)
    }
}

impl PartitionWrites {
    /// Returns the writes to keys of the range, which must not be empty: `BTreeMap::range` panics on reversed bounds.
    fn in_range<'a>(&'a self, range: KeyRange<'a>) -> impl DoubleEndedIterator<Item = Write<'a>> {
        let entries = self.entries.range::<[u8], _>((range.lower, range.upper));
        entries.map(|(key, value)| (key.as_slice(), value.as_deref()))
    }
}

type Write<'a> = (&'a [u8], Option<&'a [u8]>);

impl Read for Staged {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        match self.change(partition, key) {
            Change::Put(value) => {
                visit(value);
                Ok(true)
            }
            Change::Deleted => Ok(false),
            Change::Unchanged => self.base.get(partition, key, visit),
        }
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        let Some(writes) = self.writes(partition) else {
            return self.base.scan(partition, range, direction, visit);
        };
        if range.is_empty() {
            return Ok(());
        }
        let pending: Box<dyn Iterator<Item = Write<'_>>> = match direction {
            Direction::Forward => Box::new(writes.in_range(range)),
            Direction::Backward => Box::new(writes.in_range(range).rev()),
        };
        // Merges the snapshot's entries and the writes, both in key order. A write hides the snapshot's entry of its
        // key.
        let mut pending = pending.peekable();
        let mut flow = ControlFlow::Continue(());
        if !writes.cleared {
            self.base.scan(partition, range, direction, &mut |key, value| {
                while flow.is_continue() {
                    let Some((pending_key, new)) = pending.peek().copied() else { break };
                    let order = match direction {
                        Direction::Forward => pending_key.cmp(key),
                        Direction::Backward => key.cmp(pending_key),
                    };
                    if order == Ordering::Greater {
                        break;
                    }
                    pending.next();
                    if let Some(new) = new {
                        flow = visit(pending_key, new);
                    }
                    if order == Ordering::Equal {
                        return flow;
                    }
                }
                if flow.is_continue() {
                    flow = visit(key, value);
                }
                flow
            })?;
        }
        for (key, value) in pending {
            if flow.is_break() {
                break;
            }
            if let Some(value) = value {
                flow = visit(key, value);
            }
        }
        Ok(())
    }

    fn partitions(&self) -> Result<Vec<Partition>> {
        let mut partitions = self.base.partitions()?;
        for partition in self.partitions.keys() {
            match (partitions.binary_search(partition), self.is_empty(partition)?) {
                (Ok(index), true) => drop(partitions.remove(index)),
                (Err(index), false) => partitions.insert(index, partition.clone()),
                (Ok(_), false) | (Err(_), true) => {}
            }
        }
        Ok(partitions)
    }

    fn get_many(
        &self,
        partition: &Partition,
        keys: &[&[u8]],
        visit: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<()> {
        let keys: Vec<(&Partition, &[u8])> = keys.iter().map(|key| (partition, *key)).collect();
        self.get_batch(&keys, visit)
    }

    fn get_batch(&self, keys: &[(&Partition, &[u8])], visit: &mut dyn FnMut(usize, &[u8])) -> Result<()> {
        let (mut positions, mut of_base) = (Vec::new(), Vec::new());
        for (position, &(partition, key)) in keys.iter().enumerate() {
            match self.change(partition, key) {
                Change::Put(value) => visit(position, value),
                Change::Deleted => {}
                Change::Unchanged => {
                    positions.push(position);
                    of_base.push((partition, key));
                }
            }
        }
        self.base.get_batch(&of_base, &mut |place, value| {
            if let Some(&position) = positions.get(place) {
                visit(position, value);
            }
        })
    }

    fn contains(&self, partition: &Partition, key: &[u8]) -> Result<bool> {
        match self.change(partition, key) {
            Change::Put(_) => Ok(true),
            Change::Deleted => Ok(false),
            Change::Unchanged => self.base.contains(partition, key),
        }
    }

    fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        let Some(writes) = self.writes(partition) else { return self.base.count(partition, range) };
        if range.is_empty() {
            return Ok(0);
        }
        let mut count = if writes.cleared { 0 } else { self.base.count(partition, range)? };
        for (key, value) in writes.in_range(range) {
            match (self.in_base(partition, key)?, value) {
                (false, Some(_)) => count += 1,
                (true, None) => count -= 1,
                (true, Some(_)) | (false, None) => {}
            }
        }
        Ok(count)
    }

    fn backend_id(&self) -> Option<BackendId> {
        self.id
    }

    fn read_time(&self, clock: &dyn Clock) -> i64 {
        self.time.get(clock)
    }

    fn catalog_stamp(&self) -> Option<CatalogStamp> {
        let changes_catalog = self.partitions.keys().any(Partition::is_catalog);
        if changes_catalog { None } else { self.base.catalog_stamp() }
    }
}

impl Transaction for Staged {
    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        check_entry(partition, key, value)?;
        self.writes_mut(partition).entries.insert(key.to_owned(), Some(value.to_owned()));
        Ok(())
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        let deleted = self.contains(partition, key)?;
        if deleted {
            if self.in_base(partition, key)? {
                self.writes_mut(partition).entries.insert(key.to_owned(), None);
            } else {
                self.writes_mut(partition).entries.remove(key);
            }
        }
        Ok(deleted)
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        if range == KeyRange::ALL {
            let count = self.count(partition, range)?;
            *self.writes_mut(partition) = PartitionWrites { cleared: true, entries: BTreeMap::new() };
            return Ok(count);
        }
        let mut keys = Vec::new();
        self.scan(partition, range, Direction::Forward, &mut |key, _| {
            keys.push(key.to_owned());
            ControlFlow::Continue(())
        })?;
        let mut count = 0;
        for key in keys {
            count += u64::from(self.delete(partition, &key)?);
        }
        Ok(count)
    }
}

impl core::fmt::Debug for Staged {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Staged").field("partitions", &self.partitions.len()).finish_non_exhaustive()
    }
}
