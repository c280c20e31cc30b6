//! [`PostgresTransaction`]: the transaction that a body receives.

mod commit;
mod flight;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use keyloft::backend::{
    BackendId, CatalogStamp, Direction, KeyRange, MAX_INDEX_KEY_LEN, Notify, ReadTime, Visit, Write,
    check_entry,
};
use keyloft::{Clock, Partition, Read, Result, Transaction};

pub(crate) use self::commit::End;
pub(crate) use self::flight::Doom;
use self::flight::State;
use crate::bounds::Bounds;
use crate::reads::{self, Session};
use crate::shared::Shared;
use crate::stored::stored_name;
use crate::writes::{Change, ENTRIES, Written};

/// Writes are sent when they have about this many bytes, so that a transaction of any size takes bounded memory.
const SEND_AT: usize = 16 << 20;

/// A transaction of one run of a body.
///
/// Writes wait until the body reads what they can change, or until the commit. So a body that only writes takes one round trip.
///
/// A body must never get an error whose only cause is that it will run again. A conflict that a statement finds therefore
/// *dooms* the run: it continues in another transaction, which is rolled back, and its result is not used.
pub(crate) struct PostgresTransaction<'a> {
    shared: &'a Arc<Shared>,
    state: RefCell<State>,
    /// The version of the catalogs, and its stamp, for which the body was told that it is the present one. The first statement
    /// checks it: until then it is a guess, which spares a round trip.
    catalog: Cell<(i64, Option<CatalogStamp>)>,
    was_told: Cell<bool>,
    changes_catalog: bool,
    time: ReadTime,
    /// They are notified after the commit.
    listeners: Vec<Arc<dyn Notify>>,
}

impl<'a> PostgresTransaction<'a> {
    /// Begins a run. Only if `copies` is `true`, many new entries are copied.
    pub(crate) fn new(shared: &'a Arc<Shared>, copies: bool) -> Self {
        Self {
            shared,
            state: RefCell::new(State::new(copies)),
            catalog: Cell::new(shared.catalog.newest()),
            was_told: Cell::new(false),
            changes_catalog: false,
            time: ReadTime::new(),
            listeners: Vec::new(),
        }
    }

    fn write(&mut self, partition: &Partition, key: &[u8], value: Option<&[u8]>) -> Result<()> {
        self.changes_catalog |= partition.is_catalog();
        let state = self.state.get_mut();
        state.writes.set(partition, key, value);
        if state.writes.bytes() > SEND_AT { self.send_writes(partition) } else { Ok(()) }
    }
}

impl Read for PostgresTransaction<'_> {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        let written = self.state.borrow().writes.get(partition, key);
        match written {
            Some(Written::Put(value)) => {
                visit(&value);
                Ok(true)
            }
            Some(Written::Deleted) => Ok(false),
            None => reads::get(self, partition, key, visit),
        }
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        reads::scan(self, partition, range, direction, visit)
    }

    fn partitions(&self) -> Result<Vec<Partition>> {
        reads::partitions(self)
    }

    fn get_many(
        &self,
        partition: &Partition,
        keys: &[&[u8]],
        visit: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<()> {
        let keys: Vec<_> = keys.iter().map(|key| (partition, *key)).collect();
        self.get_batch(&keys, visit)
    }

    fn get_batch(&self, keys: &[(&Partition, &[u8])], visit: &mut dyn FnMut(usize, &[u8])) -> Result<()> {
        let (mut positions, mut unwritten) = (Vec::new(), Vec::new());
        for (position, &(partition, key)) in keys.iter().enumerate() {
            let written = self.state.borrow().writes.get(partition, key);
            match written {
                Some(Written::Put(value)) => visit(position, &value),
                Some(Written::Deleted) => {}
                None => {
                    positions.push(position);
                    unwritten.push((partition, key));
                }
            }
        }
        reads::get_batch(self, &unwritten, &mut |index, value| {
            if let Some(position) = positions.get(index) {
                visit(*position, value);
            }
        })
    }

    fn contains(&self, partition: &Partition, key: &[u8]) -> Result<bool> {
        let written = self.state.borrow().writes.get(partition, key);
        match written {
            Some(written) => Ok(matches!(written, Written::Put(_))),
            None => reads::contains(self, partition, key),
        }
    }

    fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        reads::count(self, partition, range)
    }

    fn catalog_stamp(&self) -> Option<CatalogStamp> {
        if self.changes_catalog {
            return None;
        }
        self.was_told.set(true);
        self.catalog.get().1
    }

    fn backend_id(&self) -> Option<BackendId> {
        Some(self.shared.id)
    }

    fn read_time(&self, clock: &dyn Clock) -> i64 {
        self.time.get(clock)
    }
}

impl Transaction for PostgresTransaction<'_> {
    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        check_entry(partition, key, value)?;
        self.write(partition, key, Some(value))
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        let written = self.state.get_mut().writes.get(partition, key);
        match written {
            Some(Written::Put(_)) => self.write(partition, key, None).map(|()| true),
            Some(Written::Deleted) => Ok(false),
            None => Ok(self.delete_unwritten(partition, &[key])? > 0),
        }
    }

    fn delete_many(&mut self, partition: &Partition, keys: &[&[u8]]) -> Result<u64> {
        let (mut deleted, mut unwritten) = (0, BTreeSet::new());
        for key in keys {
            let written = self.state.get_mut().writes.get(partition, key);
            match written {
                Some(Written::Put(_)) => {
                    self.write(partition, key, None)?;
                    deleted += 1;
                }
                Some(Written::Deleted) => {}
                None => drop(unwritten.insert(*key)),
            }
        }
        let unwritten: Vec<&[u8]> = unwritten.into_iter().collect();
        Ok(deleted + self.delete_unwritten(partition, &unwritten)?)
    }

    fn write_batch(&mut self, writes: &[Write<'_>]) -> Result<()> {
        for &Write { partition, key, value } in writes {
            match value {
                Some(value) => self.put(partition, key, value)?,
                None if key.len() > MAX_INDEX_KEY_LEN => {}
                None => self.write(partition, key, None)?,
            }
        }
        Ok(())
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        if range.is_empty() {
            return Ok(0);
        }
        self.changes_catalog |= partition.is_catalog();
        let bounds = Bounds::of(range);
        if !bounds.is_exact {
            return self.delete_each(partition, range);
        }
        let name = stored_name(partition);
        self.state.get_mut().has_written = true;
        self.run(partition, async |on| match &bounds.upper {
            None => on.client.execute(&on.statements.delete_range, &[&&*name, &bounds.lower]).await,
            Some(upper) => {
                on.client.execute(&on.statements.delete_range_below, &[&&*name, &bounds.lower, upper]).await
            }
        })
    }

    fn on_commit(&mut self, listener: Arc<dyn Notify>) {
        self.listeners.push(listener);
    }
}

impl PostgresTransaction<'_> {
    /// Deletes keys that were not written, and returns the number of those that existed.
    fn delete_unwritten(&mut self, partition: &Partition, keys: &[&[u8]]) -> Result<u64> {
        self.changes_catalog |= partition.is_catalog();
        let mut deleted = 0;
        for keys in keys.chunks(ENTRIES) {
            let change = match keys {
                [key] => Change::Delete(partition, key),
                keys => Change::DeleteMany(partition, keys.to_vec()),
            };
            let state = self.state.get_mut();
            state.has_written = true;
            deleted += self.run_on_keys(partition, async |on| change.send(on).await)?;
        }
        Ok(deleted)
    }

    /// Deletes the keys of a range one by one.
    fn delete_each(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        let mut keys = Vec::new();
        self.scan(partition, range, Direction::Forward, &mut |key, _| {
            keys.push(key.to_vec());
            ControlFlow::Continue(())
        })?;
        let mut deleted = 0;
        for key in keys {
            self.write(partition, &key, None)?;
            deleted += 1;
        }
        Ok(deleted)
    }
}
