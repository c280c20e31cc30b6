//! [`View`] and [`FjallSnapshot`]: the database at one commit.

use std::sync::{Arc, Weak};

use keyloft::backend::{BackendId, CatalogStamp, Direction, KeyRange, ReadTime, Visit};
use keyloft::error::Place;
use keyloft::{Clock, ErrorKind, Partition, Read, Result, Snapshot, delegate_reads};

use crate::error::Fault;
use crate::opened::Opened;
use crate::reader::Reader;

/// The database at one commit, for reads.
pub(crate) struct View {
    pub(crate) opened: Arc<Opened>,
    pub(crate) commit: Arc<Commit>,
}

/// A commit, as a snapshot of fjall.
pub(crate) struct Commit {
    pub(crate) state: fjall::Snapshot,
    pub(crate) catalog_stamp: Option<CatalogStamp>,
}

impl View {
    /// Calls `work` with the number of a partition. A partition that was never written reads as the default.
    #[inline]
    fn read<T: Default>(
        &self,
        partition: &Partition,
        work: impl FnOnce(Reader<'_>, u32) -> Result<T, Fault>,
    ) -> Result<T> {
        let Some(number) = self.opened.numbers.get(partition) else { return Ok(T::default()) };
        work(self.opened.reader(&self.commit.state), number)
            .map_err(|fault| self.opened.failed("read", &fault))
    }
}

impl Read for View {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        let value = self.read(partition, |reader, number| reader.value(number, key))?;
        Ok(value.map(|value| visit(&value)).is_some())
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        self.read(partition, |reader, number| reader.scan(number, range, direction, visit))
    }

    fn partitions(&self) -> Result<Vec<Partition>> {
        let partitions = self.opened.reader(&self.commit.state).partitions();
        partitions.map_err(|fault| self.opened.failed("read", &fault))
    }

    fn get_many(
        &self,
        partition: &Partition,
        keys: &[&[u8]],
        visit: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<()> {
        self.read(partition, |reader, number| reader.get_many(number, keys, visit))
    }

    fn contains(&self, partition: &Partition, key: &[u8]) -> Result<bool> {
        self.read(partition, |reader, number| reader.has_key(number, key))
    }

    fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        self.read(partition, |reader, number| reader.count(number, range))
    }
}

/// A snapshot that a caller holds. It does not keep the folder locked when the database is closed.
pub(crate) struct FjallSnapshot {
    opened: Weak<Opened>,
    commit: Arc<Commit>,
    path: Arc<str>,
    id: BackendId,
    time: ReadTime,
}

impl FjallSnapshot {
    pub(crate) fn new(view: &View, id: BackendId) -> Self {
        Self {
            opened: Arc::downgrade(&view.opened),
            commit: Arc::clone(&view.commit),
            path: Arc::clone(&view.opened.path),
            id,
            time: ReadTime::new(),
        }
    }

    fn view(&self) -> Result<View> {
        let closed = || ErrorKind::Closed { place: Place::at_path(&*self.path) };
        Ok(View { opened: self.opened.upgrade().ok_or_else(closed)?, commit: Arc::clone(&self.commit) })
    }
}

impl Read for FjallSnapshot {
    delegate_reads!(self => self.view()?; get, scan, partitions, get_many, contains, count);

    fn catalog_stamp(&self) -> Option<CatalogStamp> {
        self.commit.catalog_stamp
    }

    fn backend_id(&self) -> Option<BackendId> {
        Some(self.id)
    }

    fn read_time(&self, clock: &dyn Clock) -> i64 {
        self.time.get(clock)
    }
}

impl Snapshot for FjallSnapshot {}
