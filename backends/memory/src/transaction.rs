//! [`MemoryTransaction`]: the transaction that a body receives.

use std::cell::OnceCell;
use std::sync::{Arc, PoisonError};

use keyloft::backend::{CatalogStamp, KeyRange, Notify, ReadTime, SharedStamp, Write, check_entry};
use keyloft::{Clock, Partition, Read, Result, Transaction, delegate_reads};

use crate::key::Key;
use crate::state::{Bytes, State};
use crate::sync::RwLock;

/// The most writes that a transaction buffers.
///
/// Readers wait while a commit applies the buffer, for some tenths of a millisecond. On WebAssembly there are no
/// threads that could wait.
const MAX_BUFFERED: usize = if cfg!(target_family = "wasm") { 1 << 14 } else { 1024 };

/// A transaction that buffers its writes, or applies them to a working copy of the state.
///
/// Nearly all transactions only buffer. A commit applies the buffer to the committed state, and copies only the nodes
/// that a snapshot shares.
///
/// A transaction that scans after a write, deletes a range, or fills the buffer gets a working copy. A commit replaces
/// the committed state by it.
pub(crate) struct MemoryTransaction {
    /// The committed state at the beginning.
    base: State,
    buffer: Vec<Buffered>,
    /// The buffered puts as a state, for lookups of single keys. The first lookup after a write creates it.
    ///
    /// It exists only while the buffer has no delete. A key that it lacks is therefore unchanged in `base`.
    overlay: OnceCell<State>,
    /// The state with all writes of the transaction.
    working: OnceCell<State>,
    changes_catalog: bool,
    time: ReadTime,
    /// They are notified after the commit.
    listeners: Vec<Arc<dyn Notify>>,
}

/// The new value of a key, or `None` for a delete.
#[derive(Clone)]
struct Buffered {
    partition: Partition,
    key: Key,
    value: Option<Bytes>,
}

impl MemoryTransaction {
    pub(crate) fn new(base: State) -> Self {
        Self {
            base,
            buffer: Vec::new(),
            overlay: OnceCell::new(),
            working: OnceCell::new(),
            changes_catalog: false,
            time: ReadTime::new(),
            listeners: Vec::new(),
        }
    }

    pub(crate) fn commit(self, committed: &RwLock<State>, newest_stamp: &SharedStamp) {
        let Self { base, buffer, working, changes_catalog, listeners, .. } = self;
        let mut stamp = base.catalog_stamp;
        // While the base shares the nodes of the committed state, every change would copy them.
        drop(base);
        let mut committed = committed.write().unwrap_or_else(PoisonError::into_inner);
        if changes_catalog {
            // Under the lock: no reader sees the change with the stamp before it.
            stamp = Some(newest_stamp.renew());
        }
        if let Some(mut working) = working.into_inner() {
            working.catalog_stamp = stamp;
            let replaced = std::mem::replace(&mut *committed, working);
            // The old state is freed after the lock is released, so that no reader waits for that.
            drop(committed);
            drop(replaced);
        } else {
            for write in buffer {
                write.apply(&mut committed);
            }
            committed.catalog_stamp = stamp;
            drop(committed);
        }
        for listener in listeners {
            listener.notify();
        }
    }

    /// Returns a state with all writes of the transaction.
    fn newest(&self) -> &State {
        match self.working.get() {
            None if self.buffer.is_empty() => &self.base,
            _ => self.working(),
        }
    }

    /// Returns the working copy. The first call creates it.
    fn working(&self) -> &State {
        self.working.get_or_init(|| {
            let mut working = self.base.clone();
            self.buffer.iter().for_each(|write| write.clone().apply(&mut working));
            working
        })
    }

    /// Returns the overlay and the base, for a lookup in the overlay first. Returns `None` if such a lookup could be
    /// wrong, or if there is nothing to overlay.
    fn overlay_and_base(&self) -> Option<[&State; 2]> {
        let has_delete = || self.buffer.iter().any(|write| write.value.is_none());
        if self.working.get().is_some()
            || self.buffer.is_empty()
            || self.overlay.get().is_none() && has_delete()
        {
            return None;
        }
        let overlay = self.overlay.get_or_init(|| {
            let mut overlay = State::default();
            self.buffer.iter().for_each(|write| write.clone().apply(&mut overlay));
            overlay
        });
        Some([overlay, &self.base])
    }

    fn write(&mut self, partition: &Partition, key: &[u8], value: Option<&[u8]>) {
        let is_delete = value.is_none();
        if self.working.get().is_none()
            && (self.buffer.len() == MAX_BUFFERED || is_delete && self.overlay.get().is_some())
        {
            self.working();
        }
        self.add(partition, key, value);
    }

    /// Adds a write, for which there is room, and which the overlay can have.
    fn add(&mut self, partition: &Partition, key: &[u8], value: Option<&[u8]>) {
        self.changes_catalog |= partition.is_catalog();
        let write = Buffered { partition: partition.clone(), key: key.into(), value: value.map(Arc::from) };
        if let Some(working) = self.working.get_mut() {
            write.apply(working);
            return;
        }
        if let Some(overlay) = self.overlay.get_mut() {
            write.clone().apply(overlay);
        }
        self.buffer.push(write);
    }
}

impl Buffered {
    fn apply(self, state: &mut State) {
        match self.value {
            Some(value) => state.put(self.partition, self.key, value),
            None => {
                state.delete(&self.partition, self.key.as_bytes());
            }
        }
    }
}

impl Read for MemoryTransaction {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        match self.overlay_and_base() {
            Some([overlay, base]) => {
                Ok(overlay.get(partition, key, visit)? || base.get(partition, key, visit)?)
            }
            None => self.newest().get(partition, key, visit),
        }
    }

    delegate_reads!(self => *self.newest(); scan, partitions, get_many, count);
    delegate_reads!(self => self.base; backend_id);

    /// Unlike a working copy, lookups in the overlay don't copy the nodes that the transaction changes.
    fn get_batch(&self, keys: &[(&Partition, &[u8])], visit: &mut dyn FnMut(usize, &[u8])) -> Result<()> {
        if self.buffer.is_empty() {
            return self.newest().get_batch(keys, visit);
        }
        for (position, (partition, key)) in keys.iter().enumerate() {
            self.get(partition, key, &mut |value| visit(position, value))?;
        }
        Ok(())
    }

    fn catalog_stamp(&self) -> Option<CatalogStamp> {
        if self.changes_catalog { None } else { self.base.catalog_stamp }
    }

    fn read_time(&self, clock: &dyn Clock) -> i64 {
        self.time.get(clock)
    }
}

impl Transaction for MemoryTransaction {
    fn on_commit(&mut self, listener: Arc<dyn Notify>) {
        self.listeners.push(listener);
    }

    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        check_entry(partition, key, value)?;
        self.write(partition, key, Some(value));
        Ok(())
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        let exists = self.contains(partition, key)?;
        if exists {
            self.write(partition, key, None);
        }
        Ok(exists)
    }

    fn delete_many(&mut self, partition: &Partition, keys: &[&[u8]]) -> Result<u64> {
        if let [key] = keys {
            return self.delete(partition, key).map(u64::from);
        }
        if !keys.is_empty() {
            self.changes_catalog |= partition.is_catalog();
            self.working();
        }
        let mut deleted = 0;
        if let Some(working) = self.working.get_mut() {
            for key in keys {
                deleted += u64::from(working.delete(partition, key));
            }
        }
        Ok(deleted)
    }

    fn write_batch(&mut self, writes: &[Write<'_>]) -> Result<()> {
        let mut has_delete = false;
        for write in writes {
            match write.value {
                Some(value) => check_entry(write.partition, write.key, value)?,
                None => has_delete = true,
            }
        }
        if self.working.get().is_none() {
            // A batch that does not fit into the buffer is not cloned out of it.
            if self.buffer.len() + writes.len() > MAX_BUFFERED || has_delete && self.overlay.get().is_some() {
                self.working();
            } else {
                self.buffer.reserve(writes.len());
            }
        }
        for &Write { partition, key, value } in writes {
            self.add(partition, key, value);
        }
        Ok(())
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        self.changes_catalog |= partition.is_catalog();
        self.working();
        Ok(self.working.get_mut().map_or(0, |working| working.delete_range(partition, range)))
    }
}

#[cfg(test)]
mod tests;
