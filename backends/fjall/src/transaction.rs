//! [`FjallTransaction`]: the transaction that a body receives.

use std::ops::ControlFlow;
use std::sync::Arc;

use fjall::Snapshot;
use keyloft::backend::{BackendId, CatalogStamp, Direction, KeyRange, Notify, ReadTime, Visit, check_entry};
use keyloft::{Clock, Error, ErrorKind, Partition, Read, Result, Transaction};

use crate::error::Fault;
use crate::opened::Opened;
use crate::partition_key::{self, NAMES};
use crate::reader::Reader;
use crate::writes::Writes;

/// A transaction that keeps its writes in memory until the commit.
///
/// So other readers see no write before the commit, and a failed body has nothing to roll back.
pub(crate) struct FjallTransaction<'a> {
    opened: &'a Opened,
    id: BackendId,
    /// The state that the transaction began on. No other commit can happen before this transaction ends.
    base: &'a Snapshot,
    base_stamp: Option<CatalogStamp>,
    writes: Writes,
    /// The partitions that it writes first, with their numbers.
    created: Vec<(Partition, u32)>,
    changes_catalog: bool,
    time: ReadTime,
    /// The listeners to notify after the commit.
    listeners: Vec<Arc<dyn Notify>>,
}

/// The result of a body.
pub(crate) struct Ended {
    pub(crate) writes: Writes,
    pub(crate) created: Vec<(Partition, u32)>,
    pub(crate) changes_catalog: bool,
    pub(crate) listeners: Vec<Arc<dyn Notify>>,
}

impl<'a> FjallTransaction<'a> {
    pub(crate) fn new(
        opened: &'a Opened,
        id: BackendId,
        base: &'a Snapshot,
        base_stamp: Option<CatalogStamp>,
    ) -> Self {
        Self {
            opened,
            id,
            base,
            base_stamp,
            writes: Writes::default(),
            created: Vec::new(),
            changes_catalog: false,
            time: ReadTime::new(),
            listeners: Vec::new(),
        }
    }

    pub(crate) fn end(self) -> Ended {
        let Self { writes, created, changes_catalog, listeners, .. } = self;
        Ended { writes, created, changes_catalog, listeners }
    }

    fn committed(&self) -> Reader<'_> {
        self.opened.reader(self.base)
    }

    fn number(&self, partition: &Partition) -> Option<u32> {
        let created =
            || self.created.iter().find(|(created, _)| created == partition).map(|(_, number)| *number);
        self.opened.numbers.get(partition).or_else(created)
    }

    /// Returns the number of a partition for a write, which stores the name of a new one.
    fn number_for_write(&mut self, partition: &Partition) -> Result<u32> {
        self.changes_catalog |= partition.is_catalog();
        if let Some(number) = self.number(partition) {
            return Ok(number);
        }
        let created = u32::try_from(self.created.len()).ok();
        let number =
            self.opened.numbers.next().zip(created).and_then(|(next, created)| next.checked_add(created));
        let number = number.ok_or(ErrorKind::InvalidPartition {
            place: keyloft::error::Place::of(partition),
            reason: "the database has had more partitions than it can number",
        })?;
        self.writes.set(NAMES, partition.as_str().as_bytes(), Some(&number.to_be_bytes()));
        self.created.push((partition.clone(), number));
        Ok(number)
    }

    fn scan_number(
        &self,
        number: u32,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        let Some(span) = partition_key::span(number, range) else { return Ok(()) };
        let scanned = if self.writes.is_empty() {
            self.committed().scan_span(span, direction, visit)
        } else {
            self.writes.scan_over(self.committed(), span, direction, visit)
        };
        scanned.map_err(|fault| self.failed(&fault))
    }

    fn failed(&self, fault: &Fault) -> Error {
        self.opened.failed("read", fault)
    }
}

impl Read for FjallTransaction<'_> {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        let Some(number) = self.number(partition) else { return Ok(false) };
        // A written value is lent, not copied.
        if let Some(written) = self.writes.get(number, key) {
            return Ok(written.0.map(visit).is_some());
        }
        let value = self.committed().value(number, key).map_err(|fault| self.failed(&fault))?;
        Ok(value.map(|value| visit(&value)).is_some())
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        match self.number(partition) {
            Some(number) => self.scan_number(number, range, direction, visit),
            None => Ok(()),
        }
    }

    fn partitions(&self) -> Result<Vec<Partition>> {
        let mut known = self.opened.numbers.all();
        known.extend(self.created.iter().cloned());
        known.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let mut partitions = Vec::new();
        for (partition, number) in known {
            let mut is_empty = true;
            self.scan_number(number, KeyRange::ALL, Direction::Forward, &mut |_, _| {
                is_empty = false;
                ControlFlow::Break(())
            })?;
            if !is_empty {
                partitions.push(partition);
            }
        }
        Ok(partitions)
    }

    fn contains(&self, partition: &Partition, key: &[u8]) -> Result<bool> {
        let Some(number) = self.number(partition) else { return Ok(false) };
        match self.writes.get(number, key) {
            Some(written) => Ok(written.0.is_some()),
            None => self.committed().has_key(number, key).map_err(|fault| self.failed(&fault)),
        }
    }

    fn catalog_stamp(&self) -> Option<CatalogStamp> {
        if self.changes_catalog { None } else { self.base_stamp }
    }

    fn backend_id(&self) -> Option<BackendId> {
        Some(self.id)
    }

    fn read_time(&self, clock: &dyn Clock) -> i64 {
        self.time.get(clock)
    }
}

impl Transaction for FjallTransaction<'_> {
    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        check_entry(partition, key, value)?;
        let number = self.number_for_write(partition)?;
        self.writes.set(number, key, Some(value));
        Ok(())
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        let exists = self.contains(partition, key)?;
        if exists {
            let number = self.number_for_write(partition)?;
            self.writes.set(number, key, None);
        }
        Ok(exists)
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        let mut keys = Vec::new();
        self.scan(partition, range, Direction::Forward, &mut |key, _| {
            keys.push(key.to_vec());
            ControlFlow::Continue(())
        })?;
        let mut deleted = 0;
        for key in keys {
            let number = self.number_for_write(partition)?;
            self.writes.set(number, &key, None);
            deleted += 1;
        }
        Ok(deleted)
    }

    fn on_commit(&mut self, listener: Arc<dyn Notify>) {
        self.listeners.push(listener);
    }
}
