//! [`RedbSnapshot`]: the database at one commit, with its tables open.

use std::mem;
use std::sync::Arc;

use keyloft::backend::{BackendId, CatalogStamp, Direction, KeyRange, ReadTime, Visit};
use keyloft::{Clock, Error, Partition, Read, Result, Snapshot, delegate_reads};
use redb::{ReadTransaction, ReadableTableMetadata, TableError, TableHandle};

use crate::catalog_count;
use crate::engine::Engine;
use crate::error::failed;
use crate::health::{Health, InCaller};
use crate::table::{self, definition};
use crate::table_cache::{SnapshotTable, TableCache};

/// A redb read transaction and its open tables.
///
/// The engine must be dropped last, because the others read from it.
pub(crate) struct RedbSnapshot {
    tables: TableCache,
    catalog_stamp: Option<CatalogStamp>,
    id: BackendId,
    /// `None` once it is dropped.
    read: Option<ReadTransaction>,
    health: Arc<Health>,
    /// The number of its commit, from [`Engine::newest_commit`].
    commit: u64,
    begun_at: u64,
    engine: Arc<Engine>,
}

impl RedbSnapshot {
    /// Begins the snapshot. `commit` is the newest commit, or an older one if another process commits meanwhile.
    pub(crate) fn begin(engine: &Arc<Engine>, commit: u64, id: BackendId) -> Result<Self> {
        let before = engine.catalog_stamp.get();
        let begun_at = engine.held_snapshots.begin();
        let begun = engine.begin_read();
        let (read, health) = begun.inspect_err(|_| engine.held_snapshots.end(begun_at))?;
        // A commit may have come in between.
        let catalog_stamp = before.filter(|_| engine.catalog_stamp.get() == before);
        let engine = Arc::clone(engine);
        Ok(Self {
            tables: TableCache::default(),
            catalog_stamp,
            id,
            read: Some(read),
            health,
            commit,
            begun_at,
            engine,
        })
    }

    /// Returns the number of changes of catalogs.
    pub(crate) fn catalog_count(&self) -> Result<u64> {
        let Some(read) = &self.read else { return Ok(0) };
        self.health.guard(|_| catalog_count::get(read)).map_err(|source| self.failed(source))
    }

    /// Gives the snapshot the stamp that was made for its catalogs.
    pub(crate) fn set_catalog_stamp(&mut self, stamp: CatalogStamp) {
        self.catalog_stamp = Some(stamp);
    }

    /// Returns the number of its commit.
    pub(crate) fn commit(&self) -> u64 {
        self.commit
    }

    /// Returns `true` if the partition has a table, which may be empty.
    pub(crate) fn has_table(&self, partition: &Partition) -> Result<bool> {
        self.with_table(partition, |table| Ok(table.is_some()))
    }

    fn with_table<T>(
        &self,
        partition: &Partition,
        read: impl FnOnce(Option<&SnapshotTable>) -> Result<T>,
    ) -> Result<T> {
        self.tables.with(partition, || self.open(partition), read)
    }

    fn open(&self, partition: &Partition) -> Result<Option<SnapshotTable>> {
        self.find(partition)
            .map_err(|source| failed(self.engine.path(), "open a table of", source, &self.health))
    }

    fn find(&self, partition: &Partition) -> Result<Option<SnapshotTable>, redb::Error> {
        // redb panics on a table without a name.
        let Some(read) = self.read.as_ref().filter(|_| !partition.as_str().is_empty()) else {
            return Ok(None);
        };
        match self.health.guard(|_| Ok::<_, redb::Error>(read.open_table(definition(partition))))? {
            Ok(table) => Ok(Some(table)),
            Err(TableError::TableDoesNotExist(_)) => Ok(None),
            Err(source) => Err(source.into()),
        }
    }

    /// Calls redb with the table of the partition, if there is one.
    #[inline]
    fn read<T: Default>(
        &self,
        partition: &Partition,
        work: impl FnOnce(&SnapshotTable, &InCaller) -> redb::Result<T>,
    ) -> Result<T> {
        self.with_table(partition, |table| match table {
            Some(table) => {
                self.health.guard(|in_caller| work(table, in_caller)).map_err(|source| self.failed(source))
            }
            None => Ok(T::default()),
        })
    }

    /// Does the same for reads of many entries, whose cost doesn't depend on one call. This code is compiled once.
    fn read_many(
        &self,
        partition: &Partition,
        work: &mut dyn FnMut(&SnapshotTable, &InCaller) -> redb::Result<()>,
    ) -> Result<()> {
        self.read(partition, work)
    }

    fn failed(&self, source: redb::Error) -> Error {
        failed(self.engine.path(), "read", source, &self.health)
    }
}

impl Drop for RedbSnapshot {
    fn drop(&mut self) {
        self.engine.held_snapshots.end(self.begun_at);
        self.health.discard((mem::take(&mut self.tables), self.read.take()));
    }
}

impl Read for RedbSnapshot {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        self.read(partition, |table, in_caller| {
            table::get(table, key, &mut |value| in_caller.run(|| visit(value)))
        })
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        self.read_many(partition, &mut |table, in_caller| {
            table::scan(table, range, direction, &mut |key, value| in_caller.run(|| visit(key, value)))
        })
    }

    fn partitions(&self) -> Result<Vec<Partition>> {
        let list = |read: Option<&ReadTransaction>| -> redb::Result<Vec<_>> {
            let Some(read) = read else { return Ok(Vec::new()) };
            Ok(read.list_tables()?.map(|table| Partition::from_stored(table.name())).collect())
        };
        let tables = self.health.guard(|_| list(self.read.as_ref())).map_err(|source| self.failed(source))?;
        let mut partitions = Vec::new();
        for partition in tables {
            match self.find(&partition) {
                // A table of another program with redb, in the same file.
                Ok(None) | Err(redb::Error::TableTypeMismatch { .. }) => {}
                Err(source) => return Err(self.failed(source)),
                Ok(Some(table)) => {
                    let is_empty = self.health.guard(|_| table.is_empty());
                    if !is_empty.map_err(|source| self.failed(source))? {
                        partitions.push(partition);
                    }
                }
            }
        }
        partitions.sort_unstable();
        Ok(partitions)
    }

    fn get_many(
        &self,
        partition: &Partition,
        keys: &[&[u8]],
        visit: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<()> {
        self.read_many(partition, &mut |table, in_caller| {
            table::get_many(table, keys, &mut |index, value| in_caller.run(|| visit(index, value)))
        })
    }

    fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        let mut count = 0;
        self.read_many(partition, &mut |table, _| {
            count = table::count(table, range)?;
            Ok(())
        })?;
        Ok(count)
    }

    fn catalog_stamp(&self) -> Option<CatalogStamp> {
        self.catalog_stamp
    }

    fn backend_id(&self) -> Option<BackendId> {
        Some(self.id)
    }
}

/// A snapshot that a caller holds. It shares the tables with the other readers of the commit.
pub(crate) struct HeldSnapshot {
    shared: Arc<RedbSnapshot>,
    time: ReadTime,
}

impl HeldSnapshot {
    pub(crate) fn new(shared: Arc<RedbSnapshot>) -> Self {
        Self { shared, time: ReadTime::new() }
    }
}

impl Read for HeldSnapshot {
    delegate_reads!(
        self => *self.shared;
        get, scan, partitions, get_many, get_batch, contains, count, catalog_stamp, backend_id
    );

    fn read_time(&self, clock: &dyn Clock) -> i64 {
        self.time.get(clock)
    }
}

impl Snapshot for HeldSnapshot {}
