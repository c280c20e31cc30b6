//! [`Staged`]: a transaction that is committed later.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::ops::ControlFlow;

use crate::backend::{Direction, KeyRange, Partition, Read, Snapshot, Transaction, Visit, check_entry};
use crate::error::Result;

/// A transaction whose writes are collected in memory, over a snapshot, and made in a backend's transaction later: for
/// work that can't be the body of one, because it waits in between.
///
/// Its reads see the snapshot and its own writes, and nothing that was committed since. Nor does
/// [`apply`](Self::apply) look for such commits: let there be no other writer as long as it is open, or what was read
/// may not be true any more.
///
/// ```
/// use keyloft::layers::Staged;
/// use keyloft::{Partition, Read, StorageBackend, StorageBackendExt, Transaction};
/// use keyloft_memory::MemoryBackend;
///
/// let backend = MemoryBackend::new();
/// let notes = Partition::from("notes");
/// let mut staged = Staged::new(backend.snapshot()?);
/// staged.put(&notes, b"1", b"milk")?;
/// assert!(staged.contains(&notes, b"1")? && !backend.contains(&notes, b"1")?);
///
/// backend.transaction(|tx| staged.apply(tx))?;
/// assert!(backend.contains(&notes, b"1")?);
/// # Ok::<(), keyloft::Error>(())
/// ```
pub struct Staged {
    base: Arc<dyn Snapshot>,
    changed: BTreeMap<Partition, Changes>,
}

/// What was made of a partition.
#[derive(Default)]
struct Changes {
    /// Nothing of the snapshot is left.
    cleared: bool,
    /// The values of keys; `None` is a key of the snapshot that was deleted.
    entries: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
}

impl Staged {
    /// A transaction that begins with what the snapshot shows.
    pub fn new(base: Arc<dyn Snapshot>) -> Self {
        Self { base, changed: BTreeMap::new() }
    }

    /// Makes the writes in a transaction of the backend's. It may be done again, as a body may be run again.
    ///
    /// # Errors
    ///
    /// What the engine reports.
    pub fn apply(&self, tx: &mut dyn Transaction) -> Result<()> {
        for (partition, changes) in &self.changed {
            if changes.cleared {
                tx.delete_range(partition, KeyRange::ALL)?;
            }
            for (key, value) in &changes.entries {
                match value {
                    Some(value) => tx.put(partition, key, value)?,
                    None => drop(tx.delete(partition, key)?),
                }
            }
        }
        Ok(())
    }

    fn changes(&self, partition: &Partition) -> Option<&Changes> {
        self.changed.get(partition)
    }

    fn changes_mut(&mut self, partition: &Partition) -> &mut Changes {
        self.changed.entry(partition.clone()).or_default()
    }

    /// Whether the snapshot has the key and it was not cleared away.
    fn in_base(&self, partition: &Partition, key: &[u8]) -> Result<bool> {
        let cleared = self.changes(partition).is_some_and(|changes| changes.cleared);
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

impl Changes {
    /// The changes to keys of the range, which is not empty.
    fn of<'a>(&'a self, range: KeyRange<'a>) -> impl DoubleEndedIterator<Item = Change<'a>> {
        let entries = self.entries.range::<[u8], _>((range.lower, range.upper));
        entries.map(|(key, value)| (key.as_slice(), value.as_deref()))
    }
}

type Change<'a> = (&'a [u8], Option<&'a [u8]>);

impl Read for Staged {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        let Some(changes) = self.changes(partition) else { return self.base.get(partition, key, visit) };
        match changes.entries.get(key) {
            Some(Some(value)) => {
                visit(value);
                Ok(true)
            }
            Some(None) => Ok(false),
            None if changes.cleared => Ok(false),
            None => self.base.get(partition, key, visit),
        }
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        let Some(changes) = self.changes(partition) else {
            return self.base.scan(partition, range, direction, visit);
        };
        if range.is_empty() {
            return Ok(());
        }
        let ours: Box<dyn Iterator<Item = Change<'_>>> = match direction {
            Direction::Forward => Box::new(changes.of(range)),
            Direction::Backward => Box::new(changes.of(range).rev()),
        };
        let mut ours = ours.peekable();
        let mut flow = ControlFlow::Continue(());
        if !changes.cleared {
            self.base.scan(partition, range, direction, &mut |key, value| {
                while flow.is_continue() {
                    let Some((ahead, new)) = ours.peek().copied() else { break };
                    let order = match direction {
                        Direction::Forward => ahead.cmp(key),
                        Direction::Backward => key.cmp(ahead),
                    };
                    if order == Ordering::Greater {
                        break;
                    }
                    ours.next();
                    if let Some(new) = new {
                        flow = visit(ahead, new);
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
        for (key, value) in ours {
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
        for partition in self.changed.keys() {
            match (partitions.binary_search(partition), self.is_empty(partition)?) {
                (Ok(place), true) => drop(partitions.remove(place)),
                (Err(place), false) => partitions.insert(place, partition.clone()),
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
        if self.changes(partition).is_none() {
            return self.base.get_many(partition, keys, visit);
        }
        for (place, key) in keys.iter().enumerate() {
            self.get(partition, key, &mut |value| visit(place, value))?;
        }
        Ok(())
    }

    fn contains(&self, partition: &Partition, key: &[u8]) -> Result<bool> {
        match self.changes(partition).and_then(|changes| changes.entries.get(key)) {
            Some(value) => Ok(value.is_some()),
            None => self.in_base(partition, key),
        }
    }

    fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        let Some(changes) = self.changes(partition) else { return self.base.count(partition, range) };
        if range.is_empty() {
            return Ok(0);
        }
        let mut count = if changes.cleared { 0 } else { self.base.count(partition, range)? };
        for (key, value) in changes.of(range) {
            match (self.in_base(partition, key)?, value) {
                (false, Some(_)) => count += 1,
                (true, None) => count -= 1,
                (true, Some(_)) | (false, None) => {}
            }
        }
        Ok(count)
    }
}

impl Transaction for Staged {
    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        check_entry(partition, key, value)?;
        self.changes_mut(partition).entries.insert(key.to_owned(), Some(value.to_owned()));
        Ok(())
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        let deleted = self.contains(partition, key)?;
        if deleted {
            if self.in_base(partition, key)? {
                self.changes_mut(partition).entries.insert(key.to_owned(), None);
            } else {
                self.changes_mut(partition).entries.remove(key);
            }
        }
        Ok(deleted)
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        if range == KeyRange::ALL {
            let count = self.count(partition, range)?;
            *self.changes_mut(partition) = Changes { cleared: true, entries: BTreeMap::new() };
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
        f.debug_struct("Staged").field("partitions", &self.changed.len()).finish_non_exhaustive()
    }
}
