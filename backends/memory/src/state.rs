//! [`State`]: everything the database holds at one moment.

use std::ops::ControlFlow;
use std::sync::Arc;

use imbl::OrdMap;
use keyloft::backend::{Direction, KeyRange, Visit, check_entry};
use keyloft::{Partition, Read, Result, Snapshot, Transaction};

type Bytes = Arc<[u8]>;
type Entries = OrdMap<Bytes, Bytes>;

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
        let mut visit = |(key, value): (&Bytes, &Bytes)| visit(key, value);
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

impl Transaction for State {
    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        check_entry(partition, key, value)?;
        if let Some(entries) = self.partitions.get_mut(partition) {
            entries.insert(key.into(), value.into());
        } else {
            self.partitions.insert(partition.clone(), Entries::unit(key.into(), value.into()));
        }
        Ok(())
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        let Some(entries) = self.partitions.get_mut(partition) else { return Ok(false) };
        let deleted = entries.remove(key).is_some();
        if entries.is_empty() {
            self.partitions.remove(partition);
        }
        Ok(deleted)
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        if range == KeyRange::ALL {
            let count = self.count(partition, range)?;
            self.partitions.remove(partition);
            return Ok(count);
        }
        let mut keys: Vec<Bytes> = Vec::new();
        if let Some(entries) = self.partitions.get(partition).filter(|_| !range.is_empty()) {
            keys.extend(entries.range::<_, [u8]>((range.lower, range.upper)).map(|(key, _)| Arc::clone(key)));
        }
        for key in &keys {
            self.delete(partition, key)?;
        }
        Ok(u64::try_from(keys.len()).unwrap_or(u64::MAX))
    }
}
