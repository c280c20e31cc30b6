//! [`Shared`]: what the handles, the snapshots and the transactions of a database have in common.

use std::sync::{Mutex, MutexGuard, PoisonError};

use keyloft::backend::{Direction, KeyRange, SharedStamp, WriterLock};
use keyloft::error::Place;
use keyloft::{ErrorKind, Partition, Result};

use crate::history::History;
use crate::rows::Rows;
use crate::sorted::Sorted;
use crate::storage::{Changes, ObjectStorage, StorageError, failed};
use crate::writes::Writes;

/// The place of errors that concern the whole database.
const DATABASE: &str = "the object's storage";

/// The state that all handles of a database share.
pub(crate) struct Shared {
    storage: Box<dyn ObjectStorage>,
    /// No visitor, listener or body runs while it is locked: they may use the database.
    state: Mutex<State>,
    pub(crate) writer: WriterLock,
    pub(crate) stamp: SharedStamp,
}

pub(crate) struct State {
    /// The numbers of the partitions that were asked for. `None` is a partition that does not exist.
    numbers: Sorted<Option<u32>>,
    /// The highest number of a partition.
    last: u32,
    pub(crate) history: History,
    /// The time of the alarm that the open transaction sets.
    pub(crate) alarm: Option<i64>,
}

impl Shared {
    pub(crate) fn open(storage: Box<dyn ObjectStorage>) -> Result<Self> {
        let last = storage.open().map_err(|error| failed(Place::at_path(DATABASE), "open", error))?;
        let state = State { numbers: Sorted::default(), last, history: History::default(), alarm: None };
        let (writer, stamp) = (WriterLock::default(), SharedStamp::new());
        Ok(Self { storage, state: Mutex::new(state), writer, stamp })
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the names of the partitions that hold a key after the newest commit.
    pub(crate) fn names(&self) -> Result<Vec<Partition>> {
        let _state = self.state();
        let names = self.storage.partitions();
        let names =
            names.map_err(|error| failed(Place::at_path(DATABASE), "list the partitions of", error))?;
        Ok(names.iter().map(|name| Partition::from_stored(name)).collect())
    }

    /// Returns the committed value of a key.
    pub(crate) fn get(
        &self,
        state: &mut State,
        partition: &Partition,
        key: &[u8],
    ) -> Result<Option<Vec<u8>>> {
        let read = self.in_partition(state, partition, |number| self.storage.get(number, key))?;
        Ok(read.flatten())
    }

    /// Returns the committed entries of the keys that have one, in the order of the keys.
    pub(crate) fn get_many(&self, state: &mut State, partition: &Partition, keys: &[&[u8]]) -> Result<Rows> {
        let read = self.in_partition(state, partition, |number| self.storage.get_many(number, keys))?;
        Ok(read.unwrap_or_default())
    }

    /// Returns `true` if a key has a committed value.
    pub(crate) fn contains(&self, state: &mut State, partition: &Partition, key: &[u8]) -> Result<bool> {
        let read = self.in_partition(state, partition, |number| self.storage.contains(number, key))?;
        Ok(read.unwrap_or_default())
    }

    /// Returns the number of committed entries of a range.
    pub(crate) fn count(&self, state: &mut State, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        let count = self.in_partition(state, partition, |number| self.storage.count(number, range))?;
        Ok(count.unwrap_or_default())
    }

    /// Returns the first committed entries of a range.
    pub(crate) fn page(
        &self,
        state: &mut State,
        partition: &Partition,
        (range, direction): (KeyRange<'_>, Direction),
        limit: u32,
        values: bool,
    ) -> Result<Rows> {
        let read = |number| self.storage.page(number, range, direction, limit, values);
        Ok(self.in_partition(state, partition, read)?.unwrap_or_default())
    }

    /// Reads a partition by its number. Returns `None` if the partition does not exist.
    fn in_partition<T>(
        &self,
        state: &mut State,
        partition: &Partition,
        read: impl FnOnce(u32) -> Result<T, StorageError>,
    ) -> Result<Option<T>> {
        let found = match state.numbers.get(partition) {
            Some(number) => Ok(*number),
            None => self.storage.partition(partition.as_str()).inspect(|number| {
                state.numbers.set(partition.clone(), *number);
            }),
        };
        found
            .and_then(|number| number.map(read).transpose())
            .map_err(|error| failed(Place::of(partition), "read", error))
    }

    /// Commits the writes of a transaction.
    pub(crate) fn commit(&self, writes: &Writes) -> Result<()> {
        let mut state = self.state();
        let alarm = state.alarm.take();
        if writes.is_empty() && alarm.is_none() {
            return Ok(());
        }
        let state = &mut *state;
        let mut changes = Changes { alarm, ..Changes::default() };
        let mut replaced = Vec::new();
        let mut last = state.last;
        for (partition, keys) in writes.partitions() {
            let known = self.in_partition(state, partition, Ok)?;
            let number = match known {
                Some(number) => number,
                // Deletes of absent keys create no partition.
                None if keys.values().all(Option::is_none) => continue,
                None => {
                    last = last.checked_add(1).ok_or(ErrorKind::Aborted)?;
                    changes.partitions.push((last, partition.as_str()));
                    last
                }
            };
            for (key, value) in keys {
                if state.history.needs(partition, key) {
                    replaced.push((partition.clone(), key.clone(), self.get(state, partition, key)?));
                }
                match value {
                    Some(value) => changes.puts.push((number, key, value)),
                    None => changes.deletes.push((number, key)),
                }
            }
        }
        let place =
            || writes.partitions().next().map_or(Place::at_path(DATABASE), |(first, _)| Place::of(first));
        self.storage.commit(&changes).map_err(|error| failed(place(), "commit to", error))?;
        for (number, name) in changes.partitions {
            state.numbers.set(Partition::from_stored(name), Some(number));
        }
        state.last = last;
        state.history.commit(replaced);
        Ok(())
    }
}
