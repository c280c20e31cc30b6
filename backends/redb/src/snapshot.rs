//! [`RedbSnapshot`]: the database at one commit, with its tables open.

use std::sync::Arc;

use keyloft::backend::{BackendId, CatalogStamp, Direction, KeyRange, Visit};
use keyloft::{Error, Partition, Read, Result, Snapshot};
use redb::{ReadTransaction, StorageError, TableError, TableHandle};

use crate::engine::Engine;
use crate::table::{self, definition};
use crate::table_cache::{SnapshotTable, TableCache};

/// A redb read transaction and its open tables.
///
/// The fields are dropped in their order. The engine must be dropped last, because the others read from it.
pub(crate) struct RedbSnapshot {
    tables: TableCache,
    catalog_stamp: Option<CatalogStamp>,
    id: BackendId,
    read: ReadTransaction,
    engine: Arc<Engine>,
}

impl RedbSnapshot {
    pub(crate) fn begin(engine: &Arc<Engine>, id: BackendId) -> Result<Self> {
        let before = engine.catalog_stamp.get();
        let read = engine.begin_read()?;
        // A commit may have come in between.
        let catalog_stamp = before.filter(|_| engine.catalog_stamp.get() == before);
        Ok(Self { tables: TableCache::default(), catalog_stamp, id, read, engine: Arc::clone(engine) })
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
        // redb panics on a table without a name.
        if partition.as_str().is_empty() {
            return Ok(None);
        }
        match self.read.open_table(definition(partition)) {
            Ok(table) => Ok(Some(table)),
            Err(TableError::TableDoesNotExist(_)) => Ok(None),
            Err(source) => Err(self.engine.failed("open a table of", source)),
        }
    }

    fn failed(&self, source: StorageError) -> Error {
        self.engine.failed("read", source)
    }
}

impl Read for RedbSnapshot {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        self.with_table(partition, |table| match table {
            Some(table) => table::get(table, key, visit).map_err(|source| self.failed(source)),
            None => Ok(false),
        })
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        self.with_table(partition, |table| match table {
            Some(table) => table::scan(table, range, direction, visit).map_err(|source| self.failed(source)),
            None => Ok(()),
        })
    }

    fn partitions(&self) -> Result<Vec<Partition>> {
        let tables = self.read.list_tables().map_err(|source| self.failed(source))?;
        let mut partitions = Vec::new();
        for table in tables {
            let partition = Partition::from_stored(table.name());
            if self.count(&partition, KeyRange::ALL)? > 0 {
                partitions.push(partition);
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
        self.with_table(partition, |table| match table {
            Some(table) => table::get_many(table, keys, visit).map_err(|source| self.failed(source)),
            None => Ok(()),
        })
    }

    fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        self.with_table(partition, |table| match table {
            Some(table) => table::count(table, range).map_err(|source| self.failed(source)),
            None => Ok(0),
        })
    }

    fn catalog_stamp(&self) -> Option<CatalogStamp> {
        self.catalog_stamp
    }

    fn backend_id(&self) -> Option<BackendId> {
        Some(self.id)
    }
}

impl Snapshot for RedbSnapshot {}
