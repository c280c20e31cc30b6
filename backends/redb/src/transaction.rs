//! [`Writes`]: a transaction while its body runs.

use std::cell::OnceCell;
use std::sync::Arc;

use keyloft::backend::{Direction, KeyRange, Visit, check_entry};
use keyloft::{Error, Partition, Read, Result, Transaction};
use redb::{ReadableTableMetadata, StorageError, Table, WriteTransaction};

use crate::RedbBackend;
use crate::tables::{Bytes, definition, same};
use crate::view::{self, View};

/// A redb write transaction. A partition is read from the view it began on until the first change to it: only that
/// opens its table for writing, which creates a missing one.
pub(crate) struct Writes<'a> {
    backend: &'a RedbBackend,
    write: &'a WriteTransaction,
    base: OnceCell<Arc<View>>,
    changed: Vec<Changed<'a>>,
    /// What was deleted as a whole. What was changed after that is in `changed` again.
    deleted: Vec<Partition>,
    wrote: bool,
}

struct Changed<'a> {
    partition: Partition,
    table: Table<'a, Bytes, Bytes>,
}

/// Where the newest entries of a partition are.
enum Newest<'t, 'a> {
    Changed(&'t Table<'a, Bytes, Bytes>),
    Deleted,
    Base(&'t View),
}

impl<'a> Writes<'a> {
    pub(crate) fn new(backend: &'a RedbBackend, write: &'a WriteTransaction) -> Self {
        let (changed, deleted) = (Vec::new(), Vec::new());
        Self { backend, write, base: OnceCell::new(), changed, deleted, wrote: false }
    }

    /// Whether there is anything to commit.
    pub(crate) fn wrote(&self) -> bool {
        self.wrote
    }

    /// The place of the partition's changes: those of the last one are the likeliest.
    fn place_of(&self, partition: &Partition) -> Option<usize> {
        self.changed.iter().rposition(|changed| same(&changed.partition, partition))
    }

    fn newest(&self, partition: &Partition) -> Result<Newest<'_, 'a>> {
        let changed = self.place_of(partition).and_then(|place| self.changed.get(place));
        if let Some(changed) = changed {
            return Ok(Newest::Changed(&changed.table));
        }
        if self.deleted.iter().any(|deleted| same(deleted, partition)) {
            return Ok(Newest::Deleted);
        }
        self.base().map(Newest::Base)
    }

    /// What was committed when the transaction began, which is the newest commit until it ends.
    fn base(&self) -> Result<&View> {
        if let Some(base) = self.base.get() {
            return Ok(base);
        }
        let base = self.backend.view()?;
        Ok(self.base.get_or_init(|| base))
    }

    /// Whether the partition has a table. It may be empty.
    fn has_table(&self, partition: &Partition) -> Result<bool> {
        match self.newest(partition)? {
            Newest::Changed(_) => Ok(true),
            Newest::Deleted => Ok(false),
            Newest::Base(base) => base.has_table(partition),
        }
    }

    /// Changes the partition's table, which is created if it is missing.
    fn change<T>(
        &mut self,
        partition: &Partition,
        action: &'static str,
        change: impl FnOnce(&mut Table<'a, Bytes, Bytes>) -> redb::Result<T>,
    ) -> Result<T> {
        let place = self.place_of(partition);
        let outcome = if let Some(changed) = place.and_then(|place| self.changed.get_mut(place)) {
            change(&mut changed.table)
        } else {
            let mut table = self
                .write
                .open_table(definition(partition))
                .map_err(|source| self.failed("open a table", source))?;
            let outcome = change(&mut table);
            self.changed.push(Changed { partition: partition.clone(), table });
            outcome
        };
        outcome.map_err(|source| self.failed(action, source))
    }

    fn delete_all(&mut self, partition: &Partition) -> Result<u64> {
        let count = self.count(partition, KeyRange::ALL)?;
        // redb deletes no table that is open.
        self.changed.retain(|changed| !same(&changed.partition, partition));
        self.write
            .delete_table(definition(partition))
            .map_err(|source| self.failed("delete a table", source))?;
        self.deleted.push(partition.clone());
        self.wrote = true;
        Ok(count)
    }

    fn reading(&self, source: StorageError) -> Error {
        self.failed("read", source)
    }

    fn failed(&self, action: &'static str, source: impl Into<redb::Error>) -> Error {
        self.backend.engine().failed(action, source)
    }
}

impl Read for Writes<'_> {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        match self.newest(partition)? {
            Newest::Changed(table) => view::get(table, key, visit).map_err(|source| self.reading(source)),
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
            Newest::Changed(table) => {
                view::scan(table, range, direction, visit).map_err(|source| self.reading(source))
            }
            Newest::Deleted => Ok(()),
            Newest::Base(base) => base.scan(partition, range, direction, visit),
        }
    }

    fn partitions(&self) -> Result<Vec<Partition>> {
        let mut partitions = self.base()?.partitions()?;
        partitions.retain(|partition| !self.deleted.iter().any(|deleted| same(deleted, partition)));
        for Changed { partition, table } in &self.changed {
            let is_empty = table.is_empty().map_err(|source| self.reading(source))?;
            match (partitions.binary_search(partition), is_empty) {
                (Ok(place), true) => drop(partitions.remove(place)),
                (Err(place), false) => partitions.insert(place, partition.clone()),
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
            Newest::Changed(table) => {
                view::get_many(table, keys, visit).map_err(|source| self.reading(source))
            }
            Newest::Deleted => Ok(()),
            Newest::Base(base) => base.get_many(partition, keys, visit),
        }
    }

    fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        match self.newest(partition)? {
            Newest::Changed(table) => view::count(table, range).map_err(|source| self.reading(source)),
            Newest::Deleted => Ok(0),
            Newest::Base(base) => base.count(partition, range),
        }
    }
}

impl Transaction for Writes<'_> {
    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        check_entry(partition, key, value)?;
        self.wrote = true;
        self.change(partition, "write", |table| table.insert(key, value).map(drop))
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        if !self.has_table(partition)? {
            return Ok(false);
        }
        let deleted =
            self.change(partition, "delete", |table| table.remove(key).map(|value| value.is_some()))?;
        self.wrote |= deleted;
        Ok(deleted)
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        if range.is_empty() || !self.has_table(partition)? {
            return Ok(0);
        }
        if range == KeyRange::ALL {
            return self.delete_all(partition);
        }
        let mut count = 0;
        self.change(partition, "delete", |table| {
            table.retain_in::<&[u8], _>((range.lower, range.upper), |_, _| {
                count += 1;
                false
            })
        })?;
        self.wrote |= count > 0;
        Ok(count)
    }
}
