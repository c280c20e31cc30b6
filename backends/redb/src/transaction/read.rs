//! Reads of a transaction: from a dirty table, or from the snapshot that the transaction began on.

use keyloft::backend::{BackendId, CatalogStamp, Direction, KeyRange, Visit};
use keyloft::{Clock, Partition, Read, Result};
use redb::{ReadableTableMetadata, Table};

use super::{DirtyTable, Newest, RedbTransaction};
use crate::health::InCaller;
use crate::table::{self, Bytes, is_same};

/// A read of many entries of a table.
type Work<'w, 'a> = dyn FnMut(&Table<'a, Bytes, Bytes>, &InCaller) -> redb::Result<()> + 'w;

impl<'a> RedbTransaction<'a> {
    /// Calls redb with a table of the transaction.
    #[inline]
    fn read<T>(
        &self,
        table: &Table<'a, Bytes, Bytes>,
        work: impl FnOnce(&Table<'a, Bytes, Bytes>, &InCaller) -> redb::Result<T>,
    ) -> Result<T> {
        self.health.guard(|in_caller| work(table, in_caller)).map_err(|source| self.failed("read", source))
    }

    /// Does the same for reads of many entries, whose cost doesn't depend on one call. This code is compiled once.
    fn read_many(&self, table: &Table<'a, Bytes, Bytes>, work: &mut Work<'_, 'a>) -> Result<()> {
        self.read(table, work)
    }
}

impl Read for RedbTransaction<'_> {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        match self.newest(partition)? {
            Newest::Dirty(table) => self.read(table, |table, in_caller| {
                table::get(table, key, &mut |value| in_caller.run(|| visit(value)))
            }),
            Newest::Deleted => Ok(false),
            Newest::Base(base) => base.get(partition, key, visit),
        }
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        match self.newest(partition)? {
            Newest::Dirty(table) => self.read_many(table, &mut |table, in_caller| {
                table::scan(table, range, direction, &mut |key, value| in_caller.run(|| visit(key, value)))
            }),
            Newest::Deleted => Ok(()),
            Newest::Base(base) => base.scan(partition, range, direction, visit),
        }
    }

    fn partitions(&self) -> Result<Vec<Partition>> {
        let mut partitions = self.base()?.partitions()?;
        partitions.retain(|partition| !self.deleted.iter().any(|deleted| is_same(deleted, partition)));
        for DirtyTable { partition, table } in &self.dirty {
            let is_empty = self.read(table, |table, _| table.is_empty())?;
            match (partitions.binary_search(partition), is_empty) {
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
        match self.newest(partition)? {
            Newest::Dirty(table) => self.read_many(table, &mut |table, in_caller| {
                table::get_many(table, keys, &mut |index, value| in_caller.run(|| visit(index, value)))
            }),
            Newest::Deleted => Ok(()),
            Newest::Base(base) => base.get_many(partition, keys, visit),
        }
    }

    fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        match self.newest(partition)? {
            Newest::Dirty(table) => self.read(table, |table, _| table::count(table, range)),
            Newest::Deleted => Ok(0),
            Newest::Base(base) => base.count(partition, range),
        }
    }

    fn catalog_stamp(&self) -> Option<CatalogStamp> {
        // No other commit can happen before this transaction ends.
        if self.changes_catalog { None } else { self.backend.engine().catalog_stamp.get() }
    }

    fn backend_id(&self) -> Option<BackendId> {
        self.backend.backend_id()
    }

    fn read_time(&self, clock: &dyn Clock) -> i64 {
        self.time.get(clock)
    }
}
