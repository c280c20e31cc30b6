//! [`Opening`]: the storage of an open database, between redb and the bytes.

use std::fmt;
use std::io;
use std::ops::Bound;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redb::{BackendError, StorageBackend};

use crate::error::OpenMode;
use crate::health::Health;
use crate::interrupted_creation::{HEADER_LEN, holds_no_database};
use crate::medium::{Cache, Connection};
use crate::published::{self, Published};
use crate::sharing::Sharing;

/// The position of the flags in redb's header, and the flag of a file that was not closed properly.
const FLAGS: usize = 9;
const NEEDS_RECOVERY: u8 = 2;

/// The byte that a writer of a shared file locks from the end of its opening to its close.
const LIVE_WRITER: u64 = (1 << 62) + 4;

/// The storage of an open database. redb, the handle and the snapshots share it.
///
/// - It refuses contents that the open mode does not allow. For an interrupted creation it reports a length of zero, so
///   that redb creates the database again.
/// - Before redb reads a file that was not closed properly, it makes the system forget what it has cached of the file,
///   which may differ from the disk after a failed sync.
/// - It writes the header of a commit after all its pages. redb writes both in any order and then syncs, so this is one
///   of the orders that redb allows. If a page can't be written, the commit is certainly not stored.
///   In a shared file, redb writes the pages, syncs, and then writes the header under a lock, so it is not held back.
/// - It notes the commits of other processes, which it sees in the headers that redb reads.
/// - It does nothing in a process that was forked from the one that opened the database.
#[derive(Clone)]
pub(crate) struct Opening(Arc<Inner>);

struct Inner {
    storage: Arc<dyn StorageBackend>,
    cache: Option<Box<dyn Cache>>,
    mode: OpenMode,
    sharing: Sharing,
    health: Arc<Health>,
    published: Arc<Published>,
    is_inspected: AtomicBool,
    /// `true` until the first lock. Before it, the whole file is tested: see [`try_lock_range`](Opening::try_lock_range).
    tests_whole_lock: AtomicBool,
    /// The header that redb has written since the last sync.
    header: Mutex<Option<Vec<u8>>>,
    /// The locks that redb holds.
    locks: Mutex<Vec<Range>>,
    /// `true` if the storage stays open when redb closes it, because it can't be opened again.
    stays_open: AtomicBool,
    is_closed: AtomicBool,
}

type Range = (Bound<u64>, Bound<u64>);

impl Opening {
    pub(crate) fn new(
        connection: Connection,
        mode: OpenMode,
        sharing: Sharing,
        published: &Arc<Published>,
    ) -> Self {
        let Connection { storage, cache, stays_open } = connection;
        Self(Arc::new(Inner {
            storage,
            cache,
            mode,
            sharing,
            health: Arc::default(),
            published: Arc::clone(published),
            is_inspected: AtomicBool::new(false),
            tests_whole_lock: (cfg!(windows) && !sharing.is_shared()).into(),
            header: Mutex::default(),
            locks: Mutex::default(),
            stays_open: stays_open.into(),
            is_closed: AtomicBool::new(false),
        }))
    }

    pub(crate) fn health(&self) -> &Arc<Health> {
        &self.0.health
    }

    pub(crate) fn mode(&self) -> OpenMode {
        self.0.mode
    }

    /// Returns the number of the newest commit in a shared file, without a lock. Returns `None` if the header can't be read now.
    ///
    /// A header that is written meanwhile may be read in part. The number is then that of a commit before or after the write,
    /// or one that no snapshot has.
    pub(crate) fn look(&self) -> Option<u64> {
        let mut header = [0; published::LEN];
        // A lock of another process on the header refuses the read on Windows. It is not a failure of the storage.
        self.access().ok()?.read(0, &mut header).ok()?;
        self.0.published.note_read(&header)
    }

    /// Returns the length of the storage.
    pub(crate) fn storage_len(&self) -> io::Result<u64> {
        self.0.storage.len()
    }

    /// Sets if the storage stays open when redb closes it.
    pub(crate) fn set_stays_open(&self, stays_open: bool) {
        self.0.stays_open.store(stays_open, Ordering::Relaxed);
    }

    /// Returns the length to report to redb.
    fn inspect(&self) -> io::Result<u64> {
        let Inner { storage, mode, .. } = &*self.0;
        let len = storage.len()?;
        self.forget_unsynced(len)?;
        match (mode, holds_no_database(&**storage, len)?) {
            (OpenMode::Open | OpenMode::ReadOnly, true) => Err(io::ErrorKind::NotFound.into()),
            (OpenMode::CreateNew, false) => Err(io::ErrorKind::AlreadyExists.into()),
            (OpenMode::Open | OpenMode::Create | OpenMode::ReadOnly, false) => Ok(len),
            (OpenMode::Create | OpenMode::CreateNew, true) => Ok(0),
        }
    }

    /// Makes the system forget what it has cached of a file that was not closed properly.
    ///
    /// The process that had it open may have seen a failed sync, after which Linux shows the writes until the memory is
    /// needed, although the disk does not have them. Nothing that is built on them would be durable.
    ///
    /// A file that another process has open is not closed properly, either. That process has done this when it opened the file,
    /// and does it again if a sync of its own fails.
    fn forget_unsynced(&self, len: u64) -> io::Result<()> {
        let Inner { storage, cache, sharing, mode, .. } = &*self.0;
        let Some(cache) = cache else { return Ok(()) };
        if len < HEADER_LEN || *mode == OpenMode::ReadOnly {
            return Ok(());
        }
        let live_writer = Bound::Included(LIVE_WRITER);
        if sharing.is_shared()
            && storage.query_lock_range(live_writer, live_writer).is_ok_and(|is_live| is_live)
        {
            return Ok(());
        }
        // The flag itself may be cached: the last write of a proper closing may have failed.
        cache.forget_header()?;
        let mut header = [0; 64];
        storage.read(0, &mut header)?;
        let was_closed = header.get(FLAGS).is_some_and(|flags| flags & NEEDS_RECOVERY == 0);
        if was_closed { Ok(()) } else { cache.forget_all() }
    }

    /// Returns `true` if somebody else has locked any part of the storage. It never waits.
    fn is_locked_elsewhere(&self) -> bool {
        const WHOLE: Range = (Bound::Unbounded, Bound::Unbounded);
        match self.0.storage.try_lock_range(WHOLE.0, WHOLE.1) {
            // This lock would conflict with the ranges that redb locks next.
            Ok(true) => self.0.storage.unlock_range(WHOLE.0, WHOLE.1).is_err(),
            Ok(false) => true,
            // The storage has no locks. redb gets the same error next, and handles it.
            Err(_) => false,
        }
    }

    /// Refuses an access in a forked process.
    fn access(&self) -> io::Result<&dyn StorageBackend> {
        if self.0.health.is_forked() {
            return Err(io::Error::other("the process was forked after the database was opened"));
        }
        Ok(&*self.0.storage)
    }

    fn header(&self) -> MutexGuard<'_, Option<Vec<u8>>> {
        self.0.header.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the header that was held back.
    fn write_header(&self) -> io::Result<()> {
        match self.header().take() {
            None => Ok(()),
            Some(header) => {
                self.0.health.write_header();
                self.access()?.write(0, &header)
            }
        }
    }

    fn note<T>(&self, action: &'static str, outcome: io::Result<T>) -> io::Result<T> {
        self.0.health.note(action, outcome)
    }

    fn locks(&self) -> MutexGuard<'_, Vec<Range>> {
        self.0.locks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a lock that redb took.
    fn locked(&self, range: Range, outcome: Result<bool, BackendError>) -> Result<bool, BackendError> {
        if let Ok(true) = outcome {
            self.locks().push(range);
        }
        outcome
    }
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.storage.fmt(f)
    }
}

impl StorageBackend for Opening {
    fn len(&self) -> io::Result<u64> {
        // redb asks for the length when it holds the lock. No other process can be creating a database then, so an
        // incomplete creation is an interrupted one.
        let is_inspected = self.0.is_inspected.swap(true, Ordering::Relaxed);
        self.note(
            "tell its length",
            if is_inspected { self.access().and_then(StorageBackend::len) } else { self.inspect() },
        )
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let outcome = if offset < HEADER_LEN { self.write_header() } else { Ok(()) };
        let outcome = self.note("read", outcome.and_then(|()| self.access()?.read(offset, out)));
        if offset == 0 && self.0.sharing.is_shared() && outcome.is_ok() {
            self.0.published.note_read(out);
        }
        outcome
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.note("change its length", self.access().and_then(|storage| storage.set_len(len)))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.note("write", self.write_header())?;
        let synced = self.access().and_then(StorageBackend::sync_data);
        if synced.is_err() {
            self.0.health.lose_sync();
            if let Some(cache) = &self.0.cache {
                cache.distrust();
                if self.0.sharing.is_shared() {
                    // Other processes read the same cache, and don't learn of the failure. If this fails, too, they have the same
                    // error at their next sync.
                    let _forgotten = cache.forget_all();
                }
            }
        }
        self.note("sync", synced)
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        if offset == 0 && !self.0.sharing.is_shared() {
            *self.header() = Some(data.to_vec());
            return Ok(());
        }
        if offset == 0 && self.0.published.note_write(data) {
            self.0.health.write_header();
        }
        self.note("write", self.access().and_then(|storage| storage.write(offset, data)))
    }

    /// Closes the storage once. In a forked process it does nothing, because the locks belong to the parent.
    fn close(&self) -> io::Result<()> {
        if self.0.health.is_forked() {
            return Ok(());
        }
        if self.0.stays_open.load(Ordering::Relaxed) {
            for (start, end) in self.locks().drain(..) {
                self.0.storage.unlock_range(start, end)?;
            }
            return Ok(());
        }
        if self.0.is_closed.swap(true, Ordering::Relaxed) { Ok(()) } else { self.0.storage.close() }
    }

    /// On Windows redb waits without a limit for one reserved byte when a range is locked elsewhere. A program that has
    /// locked the whole file, as redb before 4.3 does, holds that byte too, and redb would hang. A test of the whole file
    /// finds such a lock without waiting.
    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        if self.0.tests_whole_lock.swap(false, Ordering::Relaxed) && self.is_locked_elsewhere() {
            return Ok(false);
        }
        self.locked((start, end), self.0.storage.try_lock_range(start, end))
    }

    fn try_lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.locked((start, end), self.0.storage.try_lock_shared_range(start, end))
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        let locked = self.0.storage.lock_range(start, end).map(|()| true);
        self.locked((start, end), locked).map(drop)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        let locked = self.0.storage.lock_shared_range(start, end).map(|()| true);
        self.locked((start, end), locked).map(drop)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        // The lock of a forked process is the parent's.
        if self.0.health.is_forked() {
            return Ok(());
        }
        self.0.storage.unlock_range(start, end)?;
        self.locks().retain(|lock| *lock != (start, end));
        Ok(())
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.storage.query_lock_range(start, end)
    }
}

#[cfg(test)]
mod tests {
    use redb::backends::InMemoryBackend;

    use super::*;

    /// A file on Windows: a test of the whole file answers at once, any other lock waits while the file is locked.
    #[derive(Debug)]
    struct WindowsFile {
        bytes: InMemoryBackend,
        is_locked_elsewhere: bool,
        locks: Mutex<Vec<Range>>,
    }

    impl WindowsFile {
        fn opening(is_locked_elsewhere: bool) -> Opening {
            let file = Self { bytes: InMemoryBackend::new(), is_locked_elsewhere, locks: Mutex::default() };
            let connection = Connection { storage: Arc::new(file), cache: None, stays_open: false };
            let opening = Opening::new(connection, OpenMode::Create, Sharing::Exclusive, &Arc::default());
            opening.0.tests_whole_lock.store(true, Ordering::Relaxed);
            opening
        }
    }

    impl StorageBackend for WindowsFile {
        fn len(&self) -> io::Result<u64> {
            self.bytes.len()
        }

        fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
            self.bytes.read(offset, out)
        }

        fn set_len(&self, len: u64) -> io::Result<()> {
            self.bytes.set_len(len)
        }

        fn sync_data(&self) -> io::Result<()> {
            Ok(())
        }

        fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
            self.bytes.write(offset, data)
        }

        fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
            let is_whole = (start, end) == (Bound::Unbounded, Bound::Unbounded);
            assert!(is_whole || !self.is_locked_elsewhere, "redb would wait for ever");
            let mut locks = self.locks.lock().unwrap();
            // A second lock of the same bytes is refused, also to the handle that has the first.
            let is_free = !self.is_locked_elsewhere && !locks.contains(&(Bound::Unbounded, Bound::Unbounded));
            if is_free {
                locks.push((start, end));
            }
            Ok(is_free)
        }

        fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
            self.locks.lock().unwrap().retain(|lock| *lock != (start, end));
            Ok(())
        }
    }

    #[test]
    fn a_lock_of_the_whole_file_elsewhere_is_found_without_waiting() {
        let open = |is_locked| redb::Builder::new().create_with_backend(WindowsFile::opening(is_locked));
        assert!(matches!(open(true), Err(redb::DatabaseError::DatabaseAlreadyOpen)));
        open(false).unwrap();
    }
}
