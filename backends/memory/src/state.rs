//! [`State`]: everything the database holds at one moment.

use std::ops::ControlFlow;
use std::sync::Arc;

use imbl::OrdMap;
use keyloft::backend::{Direction, KeyRange, Visit};
use keyloft::{Partition, Read, Result, Snapshot};

use crate::key::Key;

pub(crate) type Bytes = Arc<[u8]>;
type Entries = OrdMap<Key, Bytes>;

/// The partitions that hold a key, with their entries. A clone shares everything until one of the two is changed.
#[derive(Clone, Default)]
pub(crate) struct State {
    partitions: OrdMap<Partition, Entries>,
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
        let Some(entries) = self.partitions.get(partition).filter(|_| !range.is_empty()) else {
            return Ok(());
        };
        let mut found = entries.range::<_, [u8]>((range.lower, range.upper));
        let mut visit = |(key, value): (&Key, &Bytes)| visit(key.as_bytes(), value);
        let _stopped: ControlFlow<()> = match direction {
            Direction::Forward => found.try_for_each(&mut visit),
            Direction::Backward => found.rev().try_for_each(&mut visit),
        };
        Ok(())
    }

    fn partitions(&self) -> Result<Vec<Partition>> {
        Ok(self.partitions.keys().cloned().collect())
    }

    fn get_many(
        &self,
        partition: &Partition,
        keys: &[&[u8]],
        visit: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<()> {
        let Some(entries) = self.partitions.get(partition) else { return Ok(()) };
        for (place, key) in keys.iter().enumerate() {
            if let Some(value) = entries.get(*key) {
                visit(place, value);
            }
        }
        Ok(())
    }

    fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        let Some(entries) = self.partitions.get(partition).filter(|_| !range.is_empty()) else {
            return Ok(0);
        };
        let count = if range == KeyRange::ALL {
            entries.len()
        } else {
            entries.range::<_, [u8]>((range.lower, range.upper)).count()
        };
        Ok(u64::try_from(count).unwrap_or(u64::MAX))
    }
}

impl Snapshot for State {}

impl State {
    pub(crate) fn put(&mut self, partition: Partition, key: Key, value: Bytes) {
        if let Some(entries) = self.partitions.get_mut(&partition) {
            entries.insert(key, value);
        } else {
            self.partitions.insert(partition, Entries::unit(key, value));
        }
    }

    pub(crate) fn delete(&mut self, partition: &Partition, key: &[u8]) {
        let Some(entries) = self.partitions.get_mut(partition) else { return };
        entries.remove(key);
        if entries.is_empty() {
            self.partitions.remove(partition);
        }
    }

    pub(crate) fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> u64 {
        let Some(entries) = self.partitions.get_mut(partition).filter(|_| !range.is_empty()) else {
            return 0;
        };
        let count = if range == KeyRange::ALL {
            let count = entries.len();
            *entries = Entries::new();
            count
        } else {
            let found = entries.range::<_, [u8]>((range.lower, range.upper));
            let keys: Vec<Key> = found.map(|(key, _)| key.clone()).collect();
            for key in &keys {
                entries.remove(key);
            }
            keys.len()
        };
        if entries.is_empty() {
            self.partitions.remove(partition);
        }
        u64::try_from(count).unwrap_or(u64::MAX)
    }
}
