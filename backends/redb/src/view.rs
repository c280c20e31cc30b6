//! [`View`]: what is committed at one moment, with its tables open.

use std::ops::ControlFlow;
use std::sync::Arc;

use keyloft::backend::{Direction, KeyRange, Visit};
use keyloft::{Error, Partition, Read, Result, Snapshot};
use redb::{AccessGuard, ReadTransaction, ReadableTable, StorageError, TableError, TableHandle};

use crate::engine::Engine;
use crate::tables::{Bytes, OpenTable, Tables, definition};

/// A redb read transaction and its open tables. In the order they are let go: the database may be closed last.
pub(crate) struct View {
    tables: Tables,
    read: ReadTransaction,
    engine: Arc<Engine>,
}

impl View {
    pub(crate) fn begin(engine: &Arc<Engine>) -> Result<Self> {
        Ok(Self { tables: Tables::default(), read: engine.begin_read()?, engine: Arc::clone(engine) })
    }

    /// Whether the partition has a table. It may be empty.
    pub(crate) fn has_table(&self, partition: &Partition) -> Result<bool> {
        self.with_table(partition, |table| Ok(table.is_some()))
    }

    fn with_table<T>(
        &self,
        partition: &Partition,
        read: impl FnOnce(Option<&OpenTable>) -> Result<T>,
    ) -> Result<T> {
        self.tables.with(partition, || self.open(partition), read)
    }

    fn open(&self, partition: &Partition) -> Result<Option<OpenTable>> {
        // redb has no table without a name.
        if partition.as_str().is_empty() {
            return Ok(None);
        }
        match self.read.open_table(definition(partition)) {
            Ok(table) => Ok(Some(table)),
            Err(TableError::TableDoesNotExist(_)) => Ok(None),
            Err(source) => Err(self.engine.failed("open a table", source)),
        }
    }

    fn failed(&self, source: StorageError) -> Error {
        self.engine.failed("read", source)
    }
}

impl Read for View {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        self.with_table(partition, |table| match table {
            Some(table) => get(table, key, visit).map_err(|source| self.failed(source)),
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
            Some(table) => scan(table, range, direction, visit).map_err(|source| self.failed(source)),
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
            Some(table) => get_many(table, keys, visit).map_err(|source| self.failed(source)),
            None => Ok(()),
        })
    }

    fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        self.with_table(partition, |table| match table {
            Some(table) => count(table, range).map_err(|source| self.failed(source)),
            None => Ok(0),
        })
    }
}

impl Snapshot for View {}

/// The value of the key, lent.
pub(crate) fn get(
    table: &impl ReadableTable<Bytes, Bytes>,
    key: &[u8],
    visit: &mut dyn FnMut(&[u8]),
) -> redb::Result<bool> {
    let value = table.get(key)?;
    Ok(value.map(|value| visit(value.value())).is_some())
}

/// The values of the keys, looked up in the order of the keys: neighbours are in one page.
pub(crate) fn get_many(
    table: &impl ReadableTable<Bytes, Bytes>,
    keys: &[&[u8]],
    visit: &mut dyn FnMut(usize, &[u8]),
) -> redb::Result<()> {
    let mut sorted: Vec<(&[u8], usize)> = keys.iter().enumerate().map(|(place, key)| (*key, place)).collect();
    sorted.sort_unstable();
    for (key, place) in sorted {
        if let Some(value) = table.get(key)? {
            visit(place, value.value());
        }
    }
    Ok(())
}

/// The entries of the range, lent one by one.
pub(crate) fn scan(
    table: &impl ReadableTable<Bytes, Bytes>,
    range: KeyRange<'_>,
    direction: Direction,
    visit: &mut Visit<'_>,
) -> redb::Result<()> {
    if range.is_empty() {
        return Ok(());
    }
    let mut entries = table.range::<&[u8]>((range.lower, range.upper))?;
    match direction {
        Direction::Forward => lend(entries, visit),
        Direction::Backward => lend(std::iter::from_fn(|| entries.next_back()), visit),
    }
}

/// How many entries the range has.
pub(crate) fn count(table: &impl ReadableTable<Bytes, Bytes>, range: KeyRange<'_>) -> redb::Result<u64> {
    if range == KeyRange::ALL {
        return table.len();
    }
    let mut count = 0;
    scan(table, range, Direction::Forward, &mut |_, _| {
        count += 1;
        ControlFlow::Continue(())
    })?;
    Ok(count)
}

type Entry<'a> = (AccessGuard<'a, Bytes>, AccessGuard<'a, Bytes>);

fn lend<'a>(
    entries: impl Iterator<Item = redb::Result<Entry<'a>>>,
    visit: &mut Visit<'_>,
) -> redb::Result<()> {
    for entry in entries {
        let (key, value) = entry?;
        if visit(key.value(), value.value()).is_break() {
            break;
        }
    }
    Ok(())
}
