//! [`Checked`]: a storage that is looked at before redb looks into it.

use std::io::{self, ErrorKind};
use std::ops::Bound;
use std::sync::atomic::{AtomicBool, Ordering};

use redb::{BackendError, StorageBackend};

use crate::error::Opening;
use crate::remains::is_unborn;

/// A storage that refuses what the opening does not expect, and that looks empty to redb where a creation was cut off,
/// so that it is begun anew.
#[derive(Debug)]
pub(crate) struct Checked<S> {
    storage: S,
    opening: Opening,
    looked: AtomicBool,
}

impl<S: StorageBackend> Checked<S> {
    pub(crate) fn new(storage: S, opening: Opening) -> Self {
        Self { storage, opening, looked: AtomicBool::new(false) }
    }

    /// The length that redb is to see.
    fn look(&self) -> io::Result<u64> {
        let len = self.storage.len()?;
        match (self.opening, is_unborn(&self.storage, len)?) {
            (Opening::Existing, true) => Err(ErrorKind::NotFound.into()),
            (Opening::New, false) => Err(ErrorKind::AlreadyExists.into()),
            (Opening::Existing | Opening::Either, false) => Ok(len),
            (Opening::Either | Opening::New, true) => Ok(0),
        }
    }
}

impl<S: StorageBackend> StorageBackend for Checked<S> {
    fn len(&self) -> io::Result<u64> {
        // redb asks for the first time when it has the lock: whoever is creating a database here has ended.
        if self.looked.swap(true, Ordering::Relaxed) { self.storage.len() } else { self.look() }
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

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
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
