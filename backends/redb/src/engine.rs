//! [`Engine`]: redb's database and its path.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread;

use keyloft::backend::SharedStamp;
use keyloft::{Error, Result};
use redb::{Database, ReadTransaction, ReadableDatabase, StorageError, WriteTransaction};

use crate::error::{failed, failed_together, is_storage_full};
use crate::options::Durability;
use crate::path_lock::PathLock;

/// redb's database and its path. Snapshots hold it too, so it stays open as long as one of them.
pub(crate) struct Engine {
    open: RwLock<Option<OpenDatabase>>,
    path: String,
    file: Option<PathBuf>,
    /// The durability of every commit.
    pub(crate) durability: Durability,
    /// The stamp of the newest commit.
    pub(crate) catalog_stamp: SharedStamp,
    /// `true` once the storage has been full. redb then refuses every access, with an error that does not name the
    /// cause.
    is_full: AtomicBool,
}

/// The order of the fields is that of their drops: the path is unlocked after redb has closed the file.
struct OpenDatabase {
    database: Database,
    /// It is boxed, so that a program that opens no path contains no code of [`PathLock`].
    _lock: Option<Box<dyn Send + Sync>>,
}

impl Engine {
    pub(crate) fn of_file(file: PathBuf, lock: PathLock, database: Database, durability: Durability) -> Self {
        let open = OpenDatabase { database, _lock: Some(Box::new(lock)) };
        Self::new(open, file.display().to_string(), Some(file), durability)
    }

    pub(crate) fn of_storage(name: &str, database: Database, durability: Durability) -> Self {
        Self::new(OpenDatabase { database, _lock: None }, name.to_owned(), None, durability)
    }

    fn new(open: OpenDatabase, path: String, file: Option<PathBuf>, durability: Durability) -> Self {
        Self {
            open: RwLock::new(Some(open)),
            path,
            file,
            durability,
            catalog_stamp: SharedStamp::new(),
            is_full: AtomicBool::new(false),
        }
    }

    /// Returns the path of the file, or the name of the storage, for errors.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn begin_read(&self) -> Result<ReadTransaction> {
        const ACTION: &str = "begin to read";
        let open = self.read();
        let open = open.as_ref().ok_or_else(|| self.closed(ACTION))?;
        open.database.begin_read().map_err(|source| self.failed(ACTION, source))
    }

    pub(crate) fn begin_write(&self) -> Result<WriteTransaction> {
        self.begin().map_err(|source| self.failed("begin a transaction on", source))
    }

    /// Commits a transaction with the durability of this database.
    pub(crate) fn commit(&self, mut write: WriteTransaction) -> Result<(), redb::Error> {
        if self.durability == Durability::OnFlush {
            write.set_durability(redb::Durability::None)?;
        }
        Ok(write.commit()?)
    }

    /// Makes all earlier commits durable, by an empty durable commit.
    pub(crate) fn sync(&self) -> Result<(), redb::Error> {
        Ok(self.begin()?.commit()?)
    }

    /// Makes all earlier commits durable, and stores redb's allocation state, so that it opens the file without a
    /// repair.
    pub(crate) fn checkpoint(&self) -> Result<(), redb::Error> {
        let mut write = self.begin()?;
        write.set_quick_repair(true);
        Ok(write.commit()?)
    }

    /// Calls `work` with exclusive access to the database. It fails while a snapshot is open.
    pub(crate) fn exclusively<T>(
        &self,
        action: &'static str,
        work: impl FnOnce(&mut Database) -> Result<T, redb::Error>,
    ) -> Result<T> {
        let mut open = self.write();
        let open = open.as_mut().ok_or_else(|| self.closed(action))?;
        work(&mut open.database).map_err(|source| match source {
            redb::Error::TransactionInProgress => Error::SnapshotOpen { action },
            source => self.failed(action, source),
        })
    }

    /// Closes the database, if it is open.
    pub(crate) fn close(&self) -> Result<()> {
        let Some(OpenDatabase { database, _lock }) = self.write().take() else { return Ok(()) };
        database.close().map_err(|source| self.failed("close the database", source))
    }

    /// Returns the length of the database's file, or `None` for a storage of the caller.
    pub(crate) fn file_len(&self) -> Result<Option<u64>> {
        let Some(file) = &self.file else { return Ok(None) };
        let metadata = fs::metadata(file)
            .map_err(|source| self.failed("measure the file of", StorageError::Io(source)))?;
        Ok(Some(metadata.len()))
    }

    pub(crate) fn failed(&self, action: &'static str, source: impl Into<redb::Error>) -> Error {
        let source = source.into();
        let is_full = self.is_full(&source);
        failed(&self.path, action, source, is_full)
    }

    /// Returns the error of one member of a group whose commit failed.
    pub(crate) fn commit_failed(&self, source: Arc<redb::Error>) -> Error {
        let is_full = self.is_full(&source);
        failed_together(&self.path, "commit to", source, is_full)
    }

    /// Returns `true` if a full storage is the cause of this error or of the earlier one that this error refers to.
    fn is_full(&self, source: &redb::Error) -> bool {
        match source {
            redb::Error::PreviousIo => self.is_full.load(Ordering::Relaxed),
            source if is_storage_full(source) => {
                self.is_full.store(true, Ordering::Relaxed);
                true
            }
            _ => false,
        }
    }

    fn begin(&self) -> Result<WriteTransaction, redb::Error> {
        match self.read().as_ref() {
            Some(open) => Ok(open.database.begin_write()?),
            None => Err(redb::Error::DatabaseClosed),
        }
    }

    fn closed(&self, action: &'static str) -> Error {
        self.failed(action, StorageError::DatabaseClosed)
    }

    // A poisoned lock is used: after a panic, redb itself decides if the database can be used.
    fn read(&self) -> RwLockReadGuard<'_, Option<OpenDatabase>> {
        self.open.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Option<OpenDatabase>> {
        self.open.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Engine {
    /// Syncs if a panic drops the database. redb does not sync then, and the commits since the last flush would be
    /// lost.
    fn drop(&mut self) {
        if self.durability == Durability::OnFlush && thread::panicking() {
            // A drop can't report an error. If the panic was redb's, redb may panic again.
            let _outcome = catch_unwind(AssertUnwindSafe(|| self.sync()));
        }
    }
}
