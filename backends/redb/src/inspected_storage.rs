//! [`InspectedStorage`]: a storage whose contents are inspected before redb reads them.

use std::io::{self, ErrorKind};
use std::ops::Bound;
use std::sync::atomic::{AtomicBool, Ordering};

use redb::{BackendError, StorageBackend};

use crate::error::OpenMode;
use crate::interrupted_creation::holds_no_database;

/// A storage that refuses contents that the open mode does not allow.
///
/// For an interrupted creation it reports a length of zero, so that redb creates the database again.
#[derive(Debug)]
pub(crate) struct InspectedStorage<S> {
    storage: S,
    mode: OpenMode,
    is_inspected: AtomicBool,
    /// `true` until the first lock. Before it, the whole file is tested: see [`try_lock_range`](Self::try_lock_range).
    tests_whole_lock: AtomicBool,
}

impl<S: StorageBackend> InspectedStorage<S> {
    pub(crate) fn new(storage: S, mode: OpenMode) -> Self {
        Self { storage, mode, is_inspected: AtomicBool::new(false), tests_whole_lock: cfg!(windows).into() }
    }

    /// Returns the length to report to redb.
    fn inspect(&self) -> io::Result<u64> {
        let len = self.storage.len()?;
        match (self.mode, holds_no_database(&self.storage, len)?) {
            (OpenMode::Open, true) => Err(ErrorKind::NotFound.into()),
            (OpenMode::CreateNew, false) => Err(ErrorKind::AlreadyExists.into()),
            (OpenMode::Open | OpenMode::Create, false) => Ok(len),
            (OpenMode::Create | OpenMode::CreateNew, true) => Ok(0),
        }
    }

    /// Returns `true` if somebody else has locked any part of the storage. It never waits.
    fn is_locked_elsewhere(&self) -> bool {
        const WHOLE: (Bound<u64>, Bound<u64>) = (Bound::Unbounded, Bound::Unbounded);
        match self.storage.try_lock_range(WHOLE.0, WHOLE.1) {
            // This lock would conflict with the ranges that redb locks next.
            Ok(true) => self.storage.unlock_range(WHOLE.0, WHOLE.1).is_err(),
            Ok(false) => true,
            // The storage has no locks. redb gets the same error next, and handles it.
            Err(_) => false,
        }
    }
}

impl<S: StorageBackend> StorageBackend for InspectedStorage<S> {
    fn len(&self) -> io::Result<u64> {
        // redb asks for the length when it holds the lock. No other process can be creating a database then, so an
        // incomplete creation is an interrupted one.
        if self.is_inspected.swap(true, Ordering::Relaxed) { self.storage.len() } else { self.inspect() }
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.storage.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.storage.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.storage.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.storage.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.storage.close()
    }

    /// On Windows redb waits without a limit for one reserved byte when a range is locked elsewhere. A program that has
    /// locked the whole file, as redb before 4.3 does, holds that byte too, and redb would hang. A test of the whole file
    /// finds such a lock without waiting.
    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        if self.tests_whole_lock.swap(false, Ordering::Relaxed) && self.is_locked_elsewhere() {
            return Ok(false);
        }
        self.storage.try_lock_range(start, end)
    }

    fn try_lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.storage.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.storage.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.storage.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.storage.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.storage.query_lock_range(start, end)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use redb::backends::InMemoryBackend;

    use super::*;

    type Range = (Bound<u64>, Bound<u64>);

    /// A file on Windows: a test of the whole file answers at once, any other lock waits while the file is locked.
    #[derive(Debug)]
    struct WindowsFile {
        bytes: InMemoryBackend,
        is_locked_elsewhere: bool,
        locks: Mutex<Vec<Range>>,
    }

    impl WindowsFile {
        fn inspected(is_locked_elsewhere: bool) -> InspectedStorage<Self> {
            let file = Self { bytes: InMemoryBackend::new(), is_locked_elsewhere, locks: Mutex::default() };
            let storage = InspectedStorage::new(file, OpenMode::Create);
            storage.tests_whole_lock.store(true, Ordering::Relaxed);
            storage
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
        let open = |is_locked| redb::Builder::new().create_with_backend(WindowsFile::inspected(is_locked));
        assert!(matches!(open(true), Err(redb::DatabaseError::DatabaseAlreadyOpen)));
        open(false).unwrap();
    }
}
