//! [`RedbBackend`]: an open database.

use std::fmt;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::{Arc, Weak};
#[cfg(not(target_family = "wasm"))]
use std::time::Duration;

use keyloft::backend::{BackendId, CatalogStamp, Listeners, Notify, TransactionBody};
use keyloft::{ErrorKind, Read, Result, Snapshot, StorageBackend, delegate_reads};

use crate::engine::Engine;
use crate::group_commit::{BodyEnd, GroupCommit, GroupOutcome, WriteSlot};
use crate::latest::Latest;
use crate::options::Options;
use crate::snapshot::{HeldSnapshot, RedbSnapshot};
#[cfg(not(target_family = "wasm"))]
use crate::watcher::Watcher;

/// An open database.
///
/// Clones are handles to the same database. It closes when the last handle and the last snapshot are dropped, or by
/// [`close`](Self::close).
///
/// ```
/// use keyloft::{Partition, Read, StorageBackendExt, Transaction};
/// use keyloft_redb::RedbBackend;
///
/// let backend = RedbBackend::in_memory()?;
/// let notes = Partition::from("notes");
/// backend.transaction(|tx| tx.put(&notes, b"1", b"milk"))?;
/// assert!(backend.contains(&notes, b"1")?);
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Clone)]
pub struct RedbBackend {
    pub(crate) shared: Arc<Shared>,
    /// The time that transactions through this handle wait for their turn. `None` has no limit.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) patience: Option<Duration>,
}

pub(crate) struct Shared {
    /// The first field, so that the thread ends before the engine is closed. `None` if no other process commits.
    #[cfg(not(target_family = "wasm"))]
    _watcher: Option<Watcher>,
    latest: Arc<Latest>,
    engine: Arc<Engine>,
    foreign_listeners: Arc<Listeners>,
    group_commit: GroupCommit,
    close_listeners: Listeners,
    reopen_listeners: Listeners,
}

impl RedbBackend {
    /// Opens the database in the file at `path`, which must exist.
    ///
    /// # Errors
    ///
    /// [`DatabaseMissing`](keyloft::ErrorKind::DatabaseMissing), [`DatabaseLocked`](keyloft::ErrorKind::DatabaseLocked),
    /// [`NotADatabase`](keyloft::ErrorKind::NotADatabase), [`PermissionDenied`](keyloft::ErrorKind::PermissionDenied) or
    /// [`Corrupted`](keyloft::ErrorKind::Corrupted), each with the path.
    ///
    /// ```
    /// use keyloft_redb::RedbBackend;
    ///
    /// let error = RedbBackend::open("not/there.redb").unwrap_err();
    /// assert_eq!(error.code(), "DatabaseMissing");
    /// ```
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::options().open(path)
    }

    /// Opens the database in the file at `path`, and creates it if the file is missing, is empty, or holds an
    /// interrupted creation. The folder must exist.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), with [`FolderMissing`](keyloft::ErrorKind::FolderMissing) in place of `DatabaseMissing`.
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        Self::options().create(path)
    }

    /// Opens the database in the file at `path`, which must exist, for reading. Transactions and maintenance are refused with
    /// [`ReadOnly`](keyloft::ErrorKind::ReadOnly).
    ///
    /// Other processes may write to it with a shared kind of [`Sharing`](crate::Sharing). Each read sees the newest commit of any
    /// process, and a snapshot stays as it is. So a second process can export the data of a running server.
    ///
    /// ```
    /// use keyloft::{Partition, Read, StorageBackend};
    /// use keyloft_redb::{RedbBackend, Sharing};
    /// # #[cfg(any(target_os = "linux", target_vendor = "apple", windows))] {
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("notes.redb");
    ///
    /// // In one process.
    /// let writer = RedbBackend::options().sharing(Sharing::SingleWriter).create(&path)?;
    /// // In another one.
    /// let reader = RedbBackend::open_read_only(&path)?;
    ///
    /// writer.transact(&mut |tx| tx.put(&Partition::from("notes"), b"1", b"milk"))?;
    /// assert!(reader.contains(&Partition::from("notes"), b"1")?);
    /// # }
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), with [`DatabaseLocked`](keyloft::ErrorKind::DatabaseLocked) if a process has the file for itself
    /// alone. [`RecoveryNeeded`](keyloft::ErrorKind::RecoveryNeeded) if the last writer has crashed, and none has opened the file
    /// since. [`SharingUnavailable`](keyloft::ErrorKind::SharingUnavailable) where processes can't share files.
    pub fn open_read_only(path: impl AsRef<Path>) -> Result<Self> {
        Self::options().open_read_only(path)
    }

    /// Creates a database in the file at `path`, which must be missing, be empty, or hold an interrupted creation.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create), and [`DatabaseExists`](keyloft::ErrorKind::DatabaseExists) if the file holds anything
    /// else.
    pub fn create_new(path: impl AsRef<Path>) -> Result<Self> {
        Self::options().create_new(path)
    }

    /// Creates an empty database in memory.
    ///
    /// # Errors
    ///
    /// Errors of redb.
    pub fn in_memory() -> Result<Self> {
        Self::options().in_memory()
    }

    /// Opens the database in a storage of the caller, and creates it if the storage is empty or holds an interrupted
    /// creation. [`Options::with_storage_named`] gives the storage a name for errors.
    ///
    /// # Errors
    ///
    /// [`NotADatabase`](keyloft::ErrorKind::NotADatabase) if the storage holds something else, and errors of the storage.
    pub fn with_storage(storage: impl redb::StorageBackend) -> Result<Self> {
        Self::options().with_storage(storage)
    }

    /// Returns the default options for opening a database.
    pub fn options() -> Options {
        Options::default()
    }

    pub(crate) fn new(engine: Engine) -> Result<Self> {
        let engine = Arc::new(engine);
        let (latest, foreign_listeners) = (Arc::<Latest>::default(), Arc::<Listeners>::default());
        #[cfg(not(target_family = "wasm"))]
        let watcher = engine
            .follows()
            .then(|| Watcher::start(&engine, &latest, &foreign_listeners))
            .transpose()
            .map_err(|source| engine.failed("start a thread that follows", redb::Error::Io(source)))?;
        let shared = Shared {
            #[cfg(not(target_family = "wasm"))]
            _watcher: watcher,
            latest,
            engine,
            foreign_listeners,
            group_commit: GroupCommit::default(),
            close_listeners: Listeners::default(),
            reopen_listeners: Listeners::default(),
        };
        Ok(Self {
            shared: Arc::new(shared),
            #[cfg(not(target_family = "wasm"))]
            patience: None,
        })
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.shared.engine
    }

    pub(crate) fn group_commit(&self) -> &GroupCommit {
        &self.shared.group_commit
    }

    pub(crate) fn close_listeners(&self) -> &Listeners {
        &self.shared.close_listeners
    }

    pub(crate) fn reopen_listeners(&self) -> &Listeners {
        &self.shared.reopen_listeners
    }

    /// Enters the write slot and commits the open group, for work that needs redb without a write transaction.
    pub(crate) fn enter_idle(&self) -> Result<WriteSlot<'_>> {
        self.check_writable()?;
        self.enter_alone()
    }

    /// Does the same for work that a handle for reading can do.
    pub(crate) fn enter_alone(&self) -> Result<WriteSlot<'_>> {
        let slot = WriteSlot::enter(self)?;
        slot.commit_open();
        Ok(slot)
    }

    fn check_writable(&self) -> Result<()> {
        if self.engine().is_read_only() { Err(ErrorKind::ReadOnly.into()) } else { Ok(()) }
    }

    /// Returns the snapshot of the newest commit.
    pub(crate) fn latest_snapshot(&self) -> Result<Arc<RedbSnapshot>> {
        self.shared.latest.get(&self.shared.engine, self.group_commit().id())
    }

    /// Drops the cached snapshot after a commit.
    pub(crate) fn drop_latest_snapshot(&self) {
        self.shared.latest.clear();
    }

    /// Drops the cached snapshot and calls `work` before a read can begin a new one, for work that needs redb without
    /// readers.
    pub(crate) fn without_snapshot<T>(&self, work: impl FnOnce() -> T) -> T {
        self.shared.latest.cleared(work)
    }
}

impl Read for RedbBackend {
    delegate_reads!(self => self.latest_snapshot()?; get, scan, partitions, get_many, get_batch, contains, count);

    fn catalog_stamp(&self) -> Option<CatalogStamp> {
        self.engine().catalog_stamp.get()
    }

    fn backend_id(&self) -> Option<BackendId> {
        Some(self.group_commit().id())
    }
}

impl StorageBackend for RedbBackend {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        Ok(Arc::new(HeldSnapshot::new(self.latest_snapshot()?)))
    }

    /// Runs `body` and commits its writes.
    ///
    /// A transaction that writes nothing costs no sync. Transactions of several threads can form a group: they run one
    /// after the other, share one sync, and all return when the group is durable. A slow body therefore also delays the
    /// transactions before it. If a body replaces or deletes more than a megabyte in another thread's group and then
    /// fails, the bodies of the group run again.
    ///
    /// With [`Sharing::MultiWriter`](crate::Sharing::MultiWriter), it also waits for the transactions of other processes. A body
    /// must not wait for one of another handle to the same file: that one waits for this one.
    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        self.check_writable()?;
        let mut was_undone = false;
        loop {
            let slot = WriteSlot::enter(self)?;
            let BodyEnd { returned, ticket } = slot.run(body, was_undone);
            // The next thread's body runs while this one waits for the commit.
            drop(slot);
            let returned = returned.unwrap_or_else(|panic| resume_unwind(panic));
            // After an error too: the body may have read changes of the group, which are lost if the commit fails.
            match ticket.map(|ticket| ticket.wait()) {
                None | Some(GroupOutcome::Committed) => return returned,
                Some(GroupOutcome::Lost(lost)) => return Err(self.engine().commit_failed(&lost)),
                Some(GroupOutcome::Undone) => was_undone = true,
            }
        }
    }

    /// Only the thread in the write slot runs a body, and a group commits its members as one. A body that runs again does so
    /// before the slot is left, so no other body ends in between.
    fn commits_in_order(&self) -> bool {
        true
    }

    fn on_close(&self, listener: Weak<dyn Notify>) {
        self.shared.close_listeners.add(listener);
    }

    fn on_reopen(&self, listener: Weak<dyn Notify>) {
        self.shared.reopen_listeners.add(listener);
    }

    /// Tells of commits to a file that other processes write to, some milliseconds after them.
    fn on_foreign_commit(&self, listener: Weak<dyn Notify>) {
        self.shared.foreign_listeners.add(listener);
    }
}

impl fmt::Debug for RedbBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RedbBackend").field(&self.engine().path()).finish()
    }
}
