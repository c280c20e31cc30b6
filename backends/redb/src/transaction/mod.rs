//! [`RedbTransaction`]: the transaction that a body receives.

mod batch;
mod read;

use std::cell::OnceCell;
use std::sync::Arc;

use keyloft::backend::{KeyRange, Notify, ReadTime, Write, check_entry};
use keyloft::{Error, ErrorKind, Partition, Read, Result, Transaction};
use redb::{AccessGuard, Table, WriteTransaction};

use crate::RedbBackend;
use crate::health::Health;
use crate::snapshot::RedbSnapshot;
use crate::table::{Bytes, definition, is_same};
use crate::undo_log::{UndoLog, UndoRecord, UndoRecorder};

/// A redb write transaction for one body.
///
/// redb creates a missing table when the table is opened in a write transaction, and a read must not create tables. A
/// partition is therefore read from the snapshot that the transaction began on, until its first change opens the table.
pub(crate) struct RedbTransaction<'a> {
    backend: &'a RedbBackend,
    write: &'a WriteTransaction,
    health: &'a Health,
    /// The snapshot that the transaction began on.
    base: OnceCell<Arc<RedbSnapshot>>,
    /// The open tables of changed partitions.
    dirty: Vec<DirtyTable<'a>>,
    /// The partitions whose tables were deleted. A partition that was changed later is also in `dirty`.
    deleted: Vec<Partition>,
    changes_catalog: bool,
    time: ReadTime,
    write_count: u64,
    /// The changes of this body, if the redb transaction holds changes of earlier bodies too.
    undo: Option<UndoLog>,
    /// `true` while redb makes a change, and after redb has failed or panicked in a change. The undo log may then lack a
    /// part of the change, so the body can't be rolled back.
    is_poisoned: bool,
    /// The listeners to notify after the commit.
    listeners: Vec<Arc<dyn Notify>>,
}

/// The changes that a body leaves in the redb transaction.
pub(crate) struct Ended {
    /// The number of writes, 0 if there is nothing to commit.
    pub(crate) writes: u64,
    /// The dirty tables, for the next body.
    pub(crate) dirty: DirtyTables,
    pub(crate) listeners: Vec<Arc<dyn Notify>>,
}

/// The partitions that a redb transaction has changed, for the next body in it.
#[derive(Default)]
pub(crate) struct DirtyTables {
    pub(crate) changed: Vec<Partition>,
    deleted: Vec<Partition>,
}

impl DirtyTables {
    /// Returns `true` if a catalog is among the partitions.
    pub(crate) fn changes_catalog(&self) -> bool {
        self.changed.iter().chain(&self.deleted).any(Partition::is_catalog)
    }
}

struct DirtyTable<'a> {
    partition: Partition,
    table: Table<'a, Bytes, Bytes>,
}

/// The newest entries of a partition.
enum Newest<'t, 'a> {
    Dirty(&'t Table<'a, Bytes, Bytes>),
    Deleted,
    Base(&'t RedbSnapshot),
}

impl<'a> RedbTransaction<'a> {
    /// Begins the first body in a redb transaction.
    pub(crate) fn first(backend: &'a RedbBackend, write: &'a WriteTransaction, health: &'a Health) -> Self {
        Self {
            backend,
            write,
            health,
            base: OnceCell::new(),
            dirty: Vec::new(),
            deleted: Vec::new(),
            changes_catalog: false,
            time: ReadTime::new(),
            write_count: 0,
            undo: None,
            is_poisoned: false,
            listeners: Vec::new(),
        }
    }

    /// Begins a body in a redb transaction that earlier bodies have changed.
    pub(crate) fn following(
        backend: &'a RedbBackend,
        write: &'a WriteTransaction,
        health: &'a Health,
        earlier: &DirtyTables,
    ) -> Result<Self> {
        let mut this = Self::first(backend, write, health);
        for partition in &earlier.changed {
            let table = this.open(partition)?;
            this.dirty.push(DirtyTable { partition: partition.clone(), table });
        }
        this.deleted.clone_from(&earlier.deleted);
        this.changes_catalog = earlier.changes_catalog();
        this.undo = Some(UndoLog::default());
        Ok(this)
    }

    /// Ends the body and keeps its changes.
    pub(crate) fn end(self) -> Ended {
        let Self { health, dirty, deleted, write_count, listeners, .. } = self;
        let changed = dirty.iter().map(|dirty| dirty.partition.clone()).collect();
        health.discard(dirty);
        Ended { writes: write_count, dirty: DirtyTables { changed, deleted }, listeners }
    }

    /// Returns `true` if redb has failed in a change, even if the body has ignored that.
    pub(crate) fn is_poisoned(&self) -> bool {
        self.is_poisoned
    }

    /// Reverts the changes of this body and leaves those of earlier bodies.
    ///
    /// After an error the redb transaction holds some of the changes, so it must not be committed.
    pub(crate) fn roll_back(self) -> Result<(), redb::Error> {
        let Self { write, health, dirty, undo, is_poisoned, .. } = self;
        let undo = undo.unwrap_or_default();
        if is_poisoned || undo.is_full() {
            health.discard(dirty);
            return Err(redb::Error::TransactionPoisoned);
        }
        health.guard(|_| revert(write, dirty, undo))
    }

    /// Returns the index of the partition's dirty table. The search starts at the newest, which is the likeliest.
    fn index_of(&self, partition: &Partition) -> Option<usize> {
        self.dirty.iter().rposition(|dirty| is_same(&dirty.partition, partition))
    }

    fn newest(&self, partition: &Partition) -> Result<Newest<'_, 'a>> {
        let dirty = self.index_of(partition).and_then(|index| self.dirty.get(index));
        if let Some(dirty) = dirty {
            return Ok(Newest::Dirty(&dirty.table));
        }
        if self.deleted.iter().any(|deleted| is_same(deleted, partition)) {
            return Ok(Newest::Deleted);
        }
        self.base().map(Newest::Base)
    }

    /// Returns the snapshot that the transaction began on. It is the snapshot of the newest commit, because no other
    /// commit can happen before this transaction ends.
    fn base(&self) -> Result<&RedbSnapshot> {
        if let Some(base) = self.base.get() {
            return Ok(base);
        }
        let base = self.backend.latest_snapshot()?;
        Ok(self.base.get_or_init(|| base))
    }

    /// Returns `true` if the partition has a table, which may be empty.
    fn has_table(&self, partition: &Partition) -> Result<bool> {
        match self.newest(partition)? {
            Newest::Dirty(_) => Ok(true),
            Newest::Deleted => Ok(false),
            Newest::Base(base) => base.has_table(partition),
        }
    }

    fn open(&self, partition: &Partition) -> Result<Table<'a, Bytes, Bytes>> {
        self.health
            .guard(|_| self.write.open_table(definition(partition)))
            .map_err(|source| self.failed("open a table of", source))
    }

    /// Opens the partition's table for its first change, which creates a missing one. Returns its index.
    fn open_dirty(&mut self, partition: &Partition) -> Result<usize> {
        let is_new = self.undo.is_some() && !self.has_table(partition)?;
        let table = self.open(partition)?;
        if let Some(undo) = self.undo.as_mut().filter(|_| is_new) {
            undo.created.push(partition.clone());
        }
        self.changes_catalog |= partition.is_catalog();
        self.dirty.push(DirtyTable { partition: partition.clone(), table });
        Ok(self.dirty.len() - 1)
    }

    /// Makes a change of the partition's table.
    #[inline]
    fn change<T>(
        &mut self,
        action: &'static str,
        partition: &Partition,
        change: impl FnOnce(&mut Table<'a, Bytes, Bytes>, &mut UndoRecorder<'_>) -> redb::Result<T>,
    ) -> Result<T> {
        let index = match self.index_of(partition) {
            Some(index) => index,
            None => self.open_dirty(partition)?,
        };
        // If redb fails or panics, it stays `true`.
        self.is_poisoned = true;
        let table = &mut self.dirty.get_mut(index).ok_or(ErrorKind::Aborted)?.table;
        let mut undo = UndoRecorder::new(self.undo.as_mut(), index);
        let outcome = self.health.guard(|_| change(table, &mut undo));
        let outcome = outcome.map_err(|source| self.failed(action, source))?;
        self.is_poisoned = false;
        Ok(outcome)
    }

    fn delete_all(&mut self, partition: &Partition) -> Result<u64> {
        let count = self.count(partition, KeyRange::ALL)?;
        // redb can't delete an open table.
        self.is_poisoned = true;
        let deleted = self.health.guard(|_| {
            self.dirty.retain(|dirty| !is_same(&dirty.partition, partition));
            self.write.delete_table(definition(partition))
        });
        deleted.map_err(|source| self.failed("delete a table of", source))?;
        self.is_poisoned = false;
        self.changes_catalog |= partition.is_catalog();
        self.deleted.push(partition.clone());
        self.write_count += 1;
        Ok(count)
    }

    fn failed(&self, action: &'static str, source: impl Into<redb::Error>) -> Error {
        self.backend.engine().failed(action, source)
    }
}

/// Stores the value under the key. Returns `true` if the key is new.
#[inline]
fn insert(
    table: &mut Table<'_, Bytes, Bytes>,
    key: &[u8],
    value: &[u8],
    undo: &mut UndoRecorder<'_>,
) -> redb::Result<bool> {
    let old = table.insert(key, value)?;
    undo.record(key, old.as_ref().map(AccessGuard::value));
    Ok(old.is_none())
}

/// Deletes the key. Returns `true` if it existed.
#[inline]
fn remove(
    table: &mut Table<'_, Bytes, Bytes>,
    key: &[u8],
    undo: &mut UndoRecorder<'_>,
) -> redb::Result<bool> {
    let old = table.remove(key)?;
    if let Some(old) = &old {
        undo.record(key, Some(old.value()));
    }
    Ok(old.is_some())
}

/// Reverts the changes of a body.
fn revert(
    write: &WriteTransaction,
    mut dirty: Vec<DirtyTable<'_>>,
    UndoLog { records, created, .. }: UndoLog,
) -> Result<(), redb::Error> {
    for UndoRecord { table, key, old } in records.into_iter().rev() {
        let Some(DirtyTable { table, .. }) = dirty.get_mut(table) else { continue };
        match old {
            Some(old) => drop(table.insert(&*key, &*old)?),
            None => drop(table.remove(&*key)?),
        }
    }
    // redb can't delete an open table.
    drop(dirty);
    for partition in &created {
        write.delete_table(definition(partition))?;
    }
    Ok(())
}

impl Transaction for RedbTransaction<'_> {
    fn on_commit(&mut self, listener: Arc<dyn Notify>) {
        self.listeners.push(listener);
    }

    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        check_entry(partition, key, value)?;
        self.write_count += 1;
        self.change("write to", partition, |table, undo| insert(table, key, value, undo))?;
        Ok(())
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        if !self.has_table(partition)? {
            return Ok(false);
        }
        let is_deleted = self.change("delete from", partition, |table, undo| remove(table, key, undo))?;
        self.write_count += u64::from(is_deleted);
        Ok(is_deleted)
    }

    fn delete_many(&mut self, partition: &Partition, keys: &[&[u8]]) -> Result<u64> {
        if keys.is_empty() || !self.has_table(partition)? {
            return Ok(0);
        }
        let mut count = 0;
        self.change("delete from", partition, |table, undo| {
            for key in keys {
                count += u64::from(remove(table, key, undo)?);
            }
            Ok(())
        })?;
        self.write_count += count;
        Ok(count)
    }

    fn write_batch(&mut self, writes: &[Write<'_>]) -> Result<()> {
        for write in writes {
            if let Some(value) = write.value {
                check_entry(write.partition, write.key, value)?;
            }
        }
        for run in writes.chunk_by(|one, other| is_same(one.partition, other.partition)) {
            let Some(Write { partition, .. }) = run.first() else { continue };
            // A deletion must not create a table.
            if run.iter().all(|write| write.value.is_none()) && !self.has_table(partition)? {
                continue;
            }
            let count = self.change("write to", partition, |table, undo| batch::write(table, run, undo))?;
            self.write_count += count;
        }
        Ok(())
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        if range.is_empty() || !self.has_table(partition)? {
            return Ok(0);
        }
        // An undo log can't restore a deleted table.
        if range == KeyRange::ALL && self.undo.as_ref().is_none_or(UndoLog::is_full) {
            return self.delete_all(partition);
        }
        let mut count = 0;
        self.change("delete from", partition, |table, undo| {
            table.retain_in::<&[u8], _>((range.lower, range.upper), |key, value| {
                count += 1;
                undo.record(key, Some(value));
                false
            })
        })?;
        self.write_count += count;
        Ok(count)
    }
}
