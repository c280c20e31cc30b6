//! [`Engine`]: redb's database while it is open, and the place it is in.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread;

use keyloft::{Error, Result};
use redb::{Database, ReadTransaction, ReadableDatabase, StorageError, WriteTransaction};

use crate::claim::Claim;
use crate::error::{failed, failed_together};
use crate::options::Durability;

/// The database and its place. Views hold it too, so that it stays open as long as one of them is held.
pub(crate) struct Engine {
    open: RwLock<Option<Open>>,
    place: String,
    file: Option<PathBuf>,
    /// What a commit promises.
    pub(crate) durability: Durability,
}

/// In the order they are let go: the file is free for others when redb has closed it.
struct Open {
    database: Database,
    /// Behind a pointer: a program that opens no path has no code for it.
    _claim: Option<Box<dyn Send + Sync>>,
}

impl Engine {
    pub(crate) fn of_file(file: PathBuf, claim: Claim, database: Database, durability: Durability) -> Self {
        let open = RwLock::new(Some(Open { database, _claim: Some(Box::new(claim)) }));
        Self { open, place: file.display().to_string(), file: Some(file), durability }
    }

    pub(crate) fn of_storage(place: &str, database: Database, durability: Durability) -> Self {
        let open = RwLock::new(Some(Open { database, _claim: None }));
        Self { open, place: place.to_owned(), file: None, durability }
    }

    /// What errors call the database.
    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    pub(crate) fn begin_read(&self) -> Result<ReadTransaction> {
        const ACTION: &str = "begin to read";
        let open = self.read();
        let open = open.as_ref().ok_or_else(|| self.closed(ACTION))?;
        open.database.begin_read().map_err(|source| self.failed(ACTION, source))
    }

    pub(crate) fn begin_write(&self) -> Result<WriteTransaction> {
        self.writing().map_err(|source| self.failed("begin a transaction", source))
    }

    /// Commits a transaction.
    pub(crate) fn commit(&self, mut write: WriteTransaction) -> Result<(), redb::Error> {
        if self.durability == Durability::OnFlush {
            write.set_durability(redb::Durability::None)?;
        }
        Ok(write.commit()?)
    }

    /// Makes durable whatever was committed.
    pub(crate) fn sync(&self) -> Result<(), redb::Error> {
        Ok(self.writing()?.commit()?)
    }

    /// The same, with all that an opening needs to know of the file in it.
    pub(crate) fn checkpoint(&self) -> Result<(), redb::Error> {
        let mut write = self.writing()?;
        write.set_quick_repair(true);
        Ok(write.commit()?)
    }

    /// Does what no transaction may be open for.
    pub(crate) fn alone<T>(
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
        let Some(Open { database, _claim }) = self.write().take() else { return Ok(()) };
        database.close().map_err(|source| self.failed("close the database", source))
    }

    /// The length of the database's file, if it is one.
    pub(crate) fn file_len(&self) -> Result<Option<u64>> {
        let Some(file) = &self.file else { return Ok(None) };
        let metadata =
            fs::metadata(file).map_err(|source| self.failed("measure its file", StorageError::Io(source)))?;
        Ok(Some(metadata.len()))
    }

    pub(crate) fn failed(&self, action: &'static str, source: impl Into<redb::Error>) -> Error {
        failed(&self.place, action, source)
    }

    /// The error of each transaction that a commit was for.
    pub(crate) fn commit_failed(&self, source: Arc<redb::Error>) -> Error {
        failed_together(&self.place, "commit", source)
    }

    fn writing(&self) -> Result<WriteTransaction, redb::Error> {
        match self.read().as_ref() {
            Some(open) => Ok(open.database.begin_write()?),
            None => Err(redb::Error::DatabaseClosed),
        }
    }

    fn closed(&self, action: &'static str) -> Error {
        self.failed(action, StorageError::DatabaseClosed)
    }

    // A panic between the lock and its release leaves the database as whole as redb does.
    fn read(&self) -> RwLockReadGuard<'_, Option<Open>> {
        self.open.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Option<Open>> {
        self.open.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Engine {
    /// redb does nothing for a database that is dropped by a panic: what waits to be synced would be lost.
    fn drop(&mut self) {
        if self.durability == Durability::OnFlush && thread::panicking() {
            // There is nobody to tell of an error. If it was redb that panicked, it may do so again.
            let _untold = catch_unwind(AssertUnwindSafe(|| self.sync()));
        }
    }
}
