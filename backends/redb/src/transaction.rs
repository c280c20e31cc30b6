//! [`Writes`]: a transaction while its body runs.

use std::cell::OnceCell;
use std::sync::Arc;

use keyloft::backend::{Direction, KeyRange, Visit, check_entry};
use keyloft::{Error, Partition, Read, Result, Transaction};
use redb::{AccessGuard, ReadableTableMetadata, StorageError, Table, WriteTransaction};

use crate::RedbBackend;
use crate::tables::{Bytes, definition, same};
use crate::undo::{Entry, Undo};
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
    written: u64,
    /// How to take back what it did, if others have written in the redb transaction before.
    undo: Option<Undo>,
    /// Whether redb was in the middle of a change when it failed or panicked.
    cut_off: bool,
}

/// The partitions that were written in a redb transaction: what a body that follows has to find in it.
#[derive(Default)]
pub(crate) struct Touched {
    pub(crate) changed: Vec<Partition>,
    deleted: Vec<Partition>,
}

struct Changed<'a> {
    partition: Partition,
    table: Table<'a, Bytes, Bytes>,
}

/// What is noted of a change to one table, if anything.
struct Notes<'u> {
    undo: Option<&'u mut Undo>,
    table: usize,
}

impl Notes<'_> {
    fn add(&mut self, key: &[u8], old: Option<&[u8]>) {
        if let Some(undo) = &mut self.undo {
            undo.note(self.table, key, old);
        }
    }

    fn are_full(&self) -> bool {
        self.undo.as_ref().is_some_and(|undo| undo.is_full())
    }
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
        Self {
            backend,
            write,
            base: OnceCell::new(),
            changed,
            deleted,
            written: 0,
            undo: None,
            cut_off: false,
        }
    }

    /// A transaction in which others have written before.
    pub(crate) fn after(
        backend: &'a RedbBackend,
        write: &'a WriteTransaction,
        touched: &Touched,
    ) -> Result<Self> {
        let mut writes = Self::new(backend, write);
        for partition in &touched.changed {
            let table = writes.open(partition)?;
            writes.changed.push(Changed { partition: partition.clone(), table });
        }
        writes.deleted.clone_from(&touched.deleted);
        writes.undo = Some(Undo::default());
        Ok(writes)
    }

    /// How much it has written, 0 if there is nothing to commit, and what others find in the transaction.
    pub(crate) fn end(self) -> (u64, Touched) {
        let changed = self.changed.into_iter().map(|changed| changed.partition).collect();
        (self.written, Touched { changed, deleted: self.deleted })
    }

    /// Whether it has written more than can be taken back: then it has to be taken back, and to begin by itself.
    pub(crate) fn is_too_much(&self) -> bool {
        self.undo.as_ref().is_some_and(Undo::is_full)
    }

    /// Takes back what it has written.
    pub(crate) fn undo(self) -> Result<(), redb::Error> {
        let Self { write, mut changed, undo, cut_off, .. } = self;
        if cut_off {
            return Err(redb::Error::PreviousIo);
        }
        let Undo { entries, created, .. } = undo.unwrap_or_default();
        for Entry { table, key, old } in entries.into_iter().rev() {
            let Some(Changed { table, .. }) = changed.get_mut(table) else { continue };
            match old {
                Some(old) => drop(table.insert(&*key, &*old)?),
                None => drop(table.remove(&*key)?),
            }
        }
        // redb deletes no table that is open.
        drop(changed);
        for partition in &created {
            write.delete_table(definition(partition))?;
        }
        Ok(())
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

    fn open(&self, partition: &Partition) -> Result<Table<'a, Bytes, Bytes>> {
        self.write.open_table(definition(partition)).map_err(|source| self.failed("open a table", source))
    }

    /// Changes the partition's table, which is created if it is missing.
    fn change<T>(
        &mut self,
        partition: &Partition,
        action: &'static str,
        change: impl FnOnce(&mut Table<'a, Bytes, Bytes>, &mut Notes<'_>) -> redb::Result<T>,
    ) -> Result<T> {
        let place = self.place_of(partition).unwrap_or(self.changed.len());
        let outcome = if let Some(changed) = self.changed.get_mut(place) {
            self.cut_off = true;
            change(&mut changed.table, &mut Notes { undo: self.undo.as_mut(), table: place })
        } else {
            let is_new = self.undo.is_some() && !self.has_table(partition)?;
            let mut table = self.open(partition)?;
            if let Some(undo) = self.undo.as_mut().filter(|_| is_new) {
                undo.created.push(partition.clone());
            }
            self.cut_off = true;
            let outcome = change(&mut table, &mut Notes { undo: self.undo.as_mut(), table: place });
            self.changed.push(Changed { partition: partition.clone(), table });
            outcome
        };
        let outcome = outcome.map_err(|source| self.failed(action, source))?;
        self.cut_off = false;
        // The body is run again, whatever it makes of this.
        if self.is_too_much() { Err(Error::Aborted) } else { Ok(outcome) }
    }

    fn delete_all(&mut self, partition: &Partition) -> Result<u64> {
        let count = self.count(partition, KeyRange::ALL)?;
        // redb deletes no table that is open.
        self.changed.retain(|changed| !same(&changed.partition, partition));
        self.write
            .delete_table(definition(partition))
            .map_err(|source| self.failed("delete a table", source))?;
        self.deleted.push(partition.clone());
        self.written += 1;
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
        self.written += 1;
        self.change(partition, "write", |table, notes| {
            let old = table.insert(key, value)?;
            notes.add(key, old.as_ref().map(AccessGuard::value));
            Ok(())
        })
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        if !self.has_table(partition)? {
            return Ok(false);
        }
        let deleted = self.change(partition, "delete", |table, notes| {
            let Some(old) = table.remove(key)? else { return Ok(false) };
            notes.add(key, Some(old.value()));
            Ok(true)
        })?;
        self.written += u64::from(deleted);
        Ok(deleted)
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        if range.is_empty() || !self.has_table(partition)? {
            return Ok(0);
        }
        if range == KeyRange::ALL && self.undo.is_none() {
            return self.delete_all(partition);
        }
        let mut count = 0;
        self.change(partition, "delete", |table, notes| {
            table.retain_in::<&[u8], _>((range.lower, range.upper), |key, value| {
                count += 1;
                notes.add(key, Some(value));
                notes.are_full()
            })
        })?;
        self.written += count;
        Ok(count)
    }
}
