//! [`Engine`]: redb's database, and the place from which it is opened.

mod following;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread;

use keyloft::backend::SharedStamp;
use keyloft::{Error, ErrorKind, Result};
use redb::{Builder, Database, ReadTransaction, StorageBackend, WriteTransaction};

use crate::catalog_count;
use crate::error::{OpenMode, cannot_open, failed, unknown};
use crate::handle::Handle;
use crate::health::Health;
use crate::held_snapshots::HeldSnapshots;
use crate::medium::Medium;
use crate::opening::Opening;
use crate::options::{Durability, Options};
use crate::published::Published;
use crate::sharing::Sharing;
#[cfg(not(target_family = "wasm"))]
use crate::turn::Turn;

const BEGIN: &str = "begin a transaction on";

/// redb's database and its path. Snapshots hold it too, so it stays open as long as one of them.
pub(crate) struct Engine {
    open: RwLock<Option<OpenDatabase>>,
    path: String,
    options: Options,
    /// The durability of every commit.
    pub(crate) durability: Durability,
    /// The stamp of the newest commit.
    pub(crate) catalog_stamp: SharedStamp,
    pub(crate) held_snapshots: HeldSnapshots,
    /// `true` if other processes may commit to the file.
    follows: bool,
    is_read_only: bool,
    /// What is known of the commits of a shared file.
    published: Arc<Published>,
}

/// The order of the fields is that of their drops: the file is unlocked after redb has closed it.
struct OpenDatabase {
    /// `None` after a reopening that has failed.
    database: Option<Handle>,
    opening: Opening,
    /// It is boxed, so that a program that opens no path contains no code for files.
    medium: Box<dyn Medium>,
}

/// A commit that has failed.
#[derive(Debug)]
pub(crate) struct LostCommit {
    source: redb::Error,
    /// `true` if its writes may be stored nevertheless.
    is_unknown: bool,
    health: Arc<Health>,
}

impl Engine {
    /// Opens the database in `medium`. Errors name it `path`.
    pub(crate) fn open(
        medium: Box<dyn Medium>,
        path: &str,
        mode: OpenMode,
        options: &Options,
    ) -> Result<Self> {
        let published = Arc::<Published>::default();
        let opening = Opening::new(medium.connect(mode, false)?, mode, options.sharing, &published);
        opening.set_stays_open(false);
        let database = build(&opening, path, mode, options)?;
        if !mode.needs_database() {
            medium.sync_creation().map_err(|source| cannot_open(path, mode, source.into()))?;
        }
        let open = OpenDatabase { database: Some(database), opening, medium };
        Ok(Self {
            open: RwLock::new(Some(open)),
            path: path.to_owned(),
            options: options.clone(),
            durability: options.durability,
            catalog_stamp: SharedStamp::new(),
            held_snapshots: HeldSnapshots::default(),
            follows: options.sharing.is_shared()
                && (mode == OpenMode::ReadOnly || options.sharing == Sharing::MultiWriter),
            is_read_only: mode == OpenMode::ReadOnly,
            published,
        })
    }

    /// Returns the path of the file, or the name of the storage, for errors.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn begin_read(&self) -> Result<(ReadTransaction, Arc<Health>)> {
        const ACTION: &str = "begin to read";
        self.call(ACTION, |database, health| Ok((database.begin_read()?, Arc::clone(health))))
    }

    /// Begins a transaction. It waits while another process has one.
    pub(crate) fn begin_write(&self) -> Result<(WriteTransaction, Arc<Health>)> {
        self.call(BEGIN, |database, health| Ok((database.writable()?.begin_write()?, Arc::clone(health))))
    }

    /// Begins a transaction if no other process has one, or when it ends in time.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn begin_write_within(&self, turn: Turn) -> Result<(WriteTransaction, Arc<Health>)> {
        let begun = turn.wait(|| {
            self.call(BEGIN, |database, health| match database.writable()?.try_begin_write() {
                Ok(write) => Ok(Some((write, Arc::clone(health)))),
                Err(redb::TransactionError::WouldBlock) => Ok(None),
                Err(source) => Err(source.into()),
            })
        });
        begun?.ok_or_else(|| turn.missed(&self.path))
    }

    /// Commits a transaction with the durability of this database.
    pub(crate) fn commit(
        &self,
        mut write: WriteTransaction,
        changes_catalog: bool,
    ) -> Result<(), LostCommit> {
        self.finish(|_| {
            if changes_catalog && self.options.sharing.is_shared() {
                catalog_count::count(&write)?;
            }
            if self.durability == Durability::OnFlush {
                write.set_durability(redb::Durability::None)?;
            } else if cfg!(not(target_family = "wasm")) && self.options.quick_recovery {
                write.set_quick_repair(true);
            }
            Ok(write.commit()?)
        })?;
        self.held_snapshots.count_commit();
        Ok(())
    }

    /// Makes all earlier commits durable, by an empty durable commit.
    pub(crate) fn sync(&self, action: &'static str) -> Result<()> {
        let is_quick = cfg!(not(target_family = "wasm")) && self.options.quick_recovery;
        self.finish(|database| {
            let mut write = database.writable()?.begin_write()?;
            write.set_quick_repair(is_quick);
            Ok(write.commit()?)
        })
        .map_err(|lost| self.flush_lost(action, lost))
    }

    /// Makes all earlier commits durable, and stores redb's allocation state, so that it opens the file without a
    /// repair.
    pub(crate) fn checkpoint(&self) -> Result<()> {
        let checkpoint = |database: &Handle| {
            let mut write = database.writable()?.begin_write()?;
            write.set_quick_repair(true);
            Ok(write.commit()?)
        };
        self.finish(checkpoint).map_err(|lost| self.flush_lost("checkpoint", lost))
    }

    /// Calls `work`, which commits.
    fn finish(&self, work: impl FnOnce(&Handle) -> Result<(), redb::Error>) -> Result<(), LostCommit> {
        let open = self.read();
        let Some(OpenDatabase { database, opening, .. }) = open.as_ref() else {
            let health = Arc::new(Health::default());
            return Err(LostCommit { source: redb::Error::DatabaseClosed, is_unknown: false, health });
        };
        let health = opening.health();
        health.begin_commit();
        let database = database.as_ref().ok_or(redb::Error::PreviousIo);
        health.guard(|_| work(database?)).map_err(|source| LostCommit {
            is_unknown: health.is_outcome_unknown(),
            health: Arc::clone(health),
            source,
        })
    }

    /// Returns the error of one member of a group whose commit failed.
    pub(crate) fn commit_failed(&self, lost: &LostCommit) -> Error {
        let LostCommit { source, is_unknown, health } = lost;
        if *is_unknown {
            unknown(&self.path, copy(source), health)
        } else {
            failed(&self.path, "commit to", copy(source), health)
        }
    }

    /// Returns the error of a flush. The outcome matters only to commits that were not durable before.
    fn flush_lost(&self, action: &'static str, lost: LostCommit) -> Error {
        let LostCommit { source, is_unknown, health } = lost;
        if is_unknown && self.durability == Durability::OnFlush {
            unknown(&self.path, source, &health)
        } else {
            failed(&self.path, action, source, &health)
        }
    }

    /// Calls `work` with exclusive access to the database. It fails while a snapshot is open.
    pub(crate) fn exclusively<T>(
        &self,
        action: &'static str,
        work: impl FnOnce(&mut Database) -> Result<T, redb::Error>,
    ) -> Result<T> {
        let mut open = self.write();
        let open = open.as_mut().ok_or_else(|| self.closed())?;
        let (database, health) =
            (open.database.as_mut().ok_or(redb::Error::PreviousIo), open.opening.health());
        health.guard(|_| work(database?.writable_mut()?)).map_err(|source| match source {
            redb::Error::TransactionInProgress => Error::from(ErrorKind::SnapshotOpen { action }),
            source => failed(&self.path, action, source, health),
        })
    }

    /// Closes the database, if it is open.
    pub(crate) fn close(&self) -> Result<()> {
        let open = self.write().take();
        self.end_open(open)
    }

    fn end_open(&self, open: Option<OpenDatabase>) -> Result<()> {
        const ACTION: &str = "close the database";
        let Some(OpenDatabase { database, opening, medium }) = open else { return Ok(()) };
        let health = Arc::clone(opening.health());
        opening.set_stays_open(false);
        let closed = end(database, &opening);
        drop(medium);
        closed.map_err(|source| {
            self.flush_lost(ACTION, LostCommit { source, is_unknown: health.is_outcome_unknown(), health })
        })
    }

    /// Opens the database again if a failure has made it unusable. Returns `true` if it did.
    pub(crate) fn reopen(&self) -> Result<bool> {
        let mut open = self.write();
        let open = open.as_mut().ok_or_else(|| self.closed())?;
        let health = Arc::clone(open.opening.health());
        if health.is_forked() {
            return Err(failed(&self.path, "reopen", redb::Error::PreviousIo, &health));
        }
        if open.database.is_some() && health.newest_failure().is_none() && !health.is_damaged() {
            return Ok(false);
        }
        // A storage of the caller can't be opened twice, so it stays open.
        let mode = open.opening.mode().of_reopening();
        let connection = open.medium.connect(mode, health.has_lost_sync())?;
        open.opening.set_stays_open(connection.stays_open);
        // Whatever was lost is known: the failure was reported.
        let _ended = end(open.database.take(), &open.opening);
        self.published.forget();
        let opening = Opening::new(connection, mode, self.options.sharing, &self.published);
        self.catalog_stamp.clear();
        open.database = Some(build(&opening, &self.path, mode, &self.options)?);
        open.opening = opening;
        open.opening.set_stays_open(false);
        self.catalog_stamp.renew();
        Ok(true)
    }

    /// Returns the length of the database's file, or `None` for a storage of the caller.
    pub(crate) fn file_len(&self) -> Result<Option<u64>> {
        let is_file = self.read().as_ref().ok_or_else(|| self.closed())?.medium.is_file();
        if is_file { self.storage_len().map(Some) } else { Ok(None) }
    }

    /// Returns the length of the database's file or storage.
    pub(crate) fn storage_len(&self) -> Result<u64> {
        let measured = self.read().as_ref().ok_or_else(|| self.closed())?.opening.storage_len();
        measured.map_err(|source| self.failed("measure the file of", redb::Error::Io(source)))
    }

    /// Maps an error of redb in a transaction.
    pub(crate) fn failed(&self, action: &'static str, source: impl Into<redb::Error>) -> Error {
        match self.read().as_ref() {
            Some(open) => failed(&self.path, action, source.into(), open.opening.health()),
            None => self.closed(),
        }
    }

    fn call<T>(
        &self,
        action: &'static str,
        work: impl FnOnce(&Handle, &Arc<Health>) -> Result<T, redb::Error>,
    ) -> Result<T> {
        let open = self.read();
        let Some(OpenDatabase { database, opening, .. }) = open.as_ref() else { return Err(self.closed()) };
        let health = opening.health();
        let failed = |source| failed(&self.path, action, source, health);
        if health.is_forked() {
            return Err(failed(redb::Error::PreviousIo));
        }
        let database = database.as_ref().ok_or(redb::Error::PreviousIo);
        health.guard(|_| work(database?, health)).map_err(failed)
    }

    fn closed(&self) -> Error {
        Error::from(ErrorKind::Closed { place: keyloft::error::Place::at_path(&*self.path) })
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
            // A drop can't report an error.
            let _outcome = self.sync("flush");
        }
        // Without the lock: in a forked process, a thread that it does not have may hold it.
        let open = self.open.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        let _outcome = self.end_open(open);
    }
}

/// Opens redb's database. A panic of redb is damage.
fn build(opening: &Opening, path: &str, mode: OpenMode, options: &Options) -> Result<Handle> {
    let mut builder = Builder::new();
    builder.set_check_integrity_on_open(options.check_on_open).set_cache_size(options.cache_bytes);
    // In WebAssembly every database is exclusive, and the code for the other kinds is left out.
    #[cfg(not(target_family = "wasm"))]
    builder.set_concurrency_mode(options.sharing.mode());
    #[cfg(not(target_family = "wasm"))]
    if let Some(report) = &options.recovery_report {
        report.install(&mut builder);
    }
    let open = || match mode {
        #[cfg(not(target_family = "wasm"))]
        OpenMode::ReadOnly => builder.open_read_only_with_backend(opening.clone()).map(Handle::ReadOnly),
        _ => builder.create_with_backend(opening.clone()).map(Handle::Writable),
    };
    match catch_unwind(AssertUnwindSafe(open)) {
        Ok(built) => built.map_err(|source| cannot_open(path, mode, source)),
        Err(panic) => {
            let source = opening.health().damaged(&*panic);
            Err(failed(path, "open the database", source, opening.health()))
        }
    }
}

/// Ends an opening: closes redb's database and the storage.
fn end(database: Option<Handle>, opening: &Opening) -> Result<(), redb::Error> {
    let health = opening.health();
    health.begin_commit();
    let closed = match catch_unwind(AssertUnwindSafe(|| database.map_or(Ok(()), Handle::close))) {
        Ok(closed) => closed,
        Err(panic) => Err(health.damaged(&*panic)),
    };
    health.end();
    // redb has closed the storage, unless it has panicked or was never opened.
    closed.and(opening.close().map_err(redb::Error::Io))
}

/// Copies an error that the members of a group share.
fn copy(source: &redb::Error) -> redb::Error {
    match source {
        redb::Error::Corrupted(detail) => redb::Error::Corrupted(detail.clone()),
        redb::Error::DatabaseClosed => redb::Error::DatabaseClosed,
        redb::Error::PreviousIo => redb::Error::PreviousIo,
        redb::Error::Io(error) => redb::Error::Io(std::io::Error::new(error.kind(), error.to_string())),
        other => redb::Error::Backend(other.to_string().into()),
    }
}
