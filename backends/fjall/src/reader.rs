//! [`Reader`]: the reads of one state of the database.

use std::ops::ControlFlow;

use fjall::{Guard, Readable, Snapshot, UserValue};
use keyloft::Partition;
use keyloft::backend::{Direction, KeyRange, Visit};

use crate::error::Fault;
use crate::opened::Opened;
use crate::partition_key::{self, Span};

/// The reads of one state of the database. Every call of fjall in a read is here.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) opened: &'a Opened,
    pub(crate) snapshot: &'a Snapshot,
}

impl Reader<'_> {
    /// Returns the value of a key, which shares memory with fjall's cache.
    #[inline]
    pub(crate) fn value(self, number: u32, key: &[u8]) -> Result<Option<UserValue>, Fault> {
        let keyspace = self.opened.keyspace()?;
        let get = |key: &[u8]| self.opened.health.guard(|_| self.snapshot.get(keyspace, key));
        partition_key::with(number, key, get).unwrap_or(Ok(None))
    }

    pub(crate) fn has_key(self, number: u32, key: &[u8]) -> Result<bool, Fault> {
        let keyspace = self.opened.keyspace()?;
        let has = |key: &[u8]| self.opened.health.guard(|_| self.snapshot.contains_key(keyspace, key));
        partition_key::with(number, key, has).unwrap_or(Ok(false))
    }

    pub(crate) fn get_many(
        self,
        number: u32,
        keys: &[&[u8]],
        visit: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<(), Fault> {
        for (position, key) in keys.iter().enumerate() {
            if let Some(value) = self.value(number, key)? {
                visit(position, &value);
            }
        }
        Ok(())
    }

    /// Passes the entries of a range to `visit`.
    pub(crate) fn scan(
        self,
        number: u32,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<(), Fault> {
        match partition_key::span(number, range) {
            Some(span) => self.scan_span(span, direction, visit),
            None => Ok(()),
        }
    }

    /// Passes the entries between bounds of one partition to `visit`, with their keys in the partition.
    pub(crate) fn scan_span(
        self,
        span: Span,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<(), Fault> {
        let keyspace = self.opened.keyspace()?;
        self.opened.health.guard(|in_caller| {
            let mut entries = self.snapshot.range(keyspace, span);
            let mut each = |entry: Guard| -> Result<ControlFlow<()>, Fault> {
                let (key, value) = entry.into_inner()?;
                let key = partition_key::key_of(&key)
                    .ok_or_else(|| Fault::Damaged("a key is too short".to_owned()))?;
                Ok(in_caller.run(|| visit(key, &value)))
            };
            while let Some(entry) = match direction {
                Direction::Forward => entries.next(),
                Direction::Backward => entries.next_back(),
            } {
                if each(entry)?.is_break() {
                    break;
                }
            }
            Ok::<_, Fault>(())
        })
    }

    /// Counts the entries of a range, without their values.
    pub(crate) fn count(self, number: u32, range: KeyRange<'_>) -> Result<u64, Fault> {
        let Some(span) = partition_key::span(number, range) else { return Ok(0) };
        let keyspace = self.opened.keyspace()?;
        self.opened.health.guard(|_| {
            let mut count = 0;
            for entry in self.snapshot.range(keyspace, span) {
                entry.key()?;
                count += 1;
            }
            Ok::<_, fjall::Error>(count)
        })
    }

    pub(crate) fn is_empty(self, number: u32) -> Result<bool, Fault> {
        let mut is_empty = true;
        self.scan(number, KeyRange::ALL, Direction::Forward, &mut |_, _| {
            is_empty = false;
            ControlFlow::Break(())
        })?;
        Ok(is_empty)
    }

    /// Returns the partitions that hold a key, in the order of their names.
    pub(crate) fn partitions(self) -> Result<Vec<Partition>, Fault> {
        let mut partitions = Vec::new();
        for (partition, number) in self.opened.numbers.all() {
            if !self.is_empty(number)? {
                partitions.push(partition);
            }
        }
        Ok(partitions)
    }
}
