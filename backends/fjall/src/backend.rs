//! [`FjallBackend`]: an open database.

use std::fmt;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::{Arc, Weak};

use keyloft::backend::{BackendId, CatalogStamp, Listeners, Notify, TransactionBody};
use keyloft::{Read, Result, Snapshot, StorageBackend, delegate_reads};

use crate::engine::Engine;
use crate::group_commit::{BodyEnd, GroupCommit, WriteSlot};
use crate::options::Options;
use crate::view::{FjallSnapshot, View};

/// An open database.
///
/// Clones are handles to the same database. It closes when the last handle is dropped, or by [`close`](Self::close).
///
/// ```
/// use keyloft::{Partition, Read, StorageBackendExt, Transaction};
/// use keyloft_fjall::FjallBackend;
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("notes.fjall");
/// let backend = FjallBackend::create(&path)?;
/// let notes = Partition::from("notes");
/// backend.transaction(|tx| tx.put(&notes, b"1", b"milk"))?;
/// assert!(backend.contains(&notes, b"1")?);
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Clone)]
pub struct FjallBackend {
    shared: Arc<Shared>,
}

struct Shared {
    engine: Engine,
    group_commit: GroupCommit,
    close_listeners: Listeners,
    reopen_listeners: Listeners,
}

impl FjallBackend {
    /// Opens the database in the folder at `path`, which must exist.
    ///
    /// # Errors
    ///
    /// [`DatabaseMissing`](keyloft::ErrorKind::DatabaseMissing), [`DatabaseLocked`](keyloft::ErrorKind::DatabaseLocked),
    /// [`NotADatabase`](keyloft::ErrorKind::NotADatabase), [`PermissionDenied`](keyloft::ErrorKind::PermissionDenied) or
    /// [`Corrupted`](keyloft::ErrorKind::Corrupted), each with the path.
    ///
    /// ```
    /// use keyloft_fjall::FjallBackend;
    ///
    /// let error = FjallBackend::open("not/there.fjall").unwrap_err();
    /// assert_eq!(error.code(), "DatabaseMissing");
    /// ```
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::options().open(path)
    }

    /// Opens the database in the folder at `path`, and creates it if the folder is missing, is empty, or holds an
    /// interrupted creation. The folder around it must exist.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), with [`FolderMissing`](keyloft::ErrorKind::FolderMissing) in place of `DatabaseMissing`.
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        Self::options().create(path)
    }

    /// Creates a database in the folder at `path`, which must be missing, be empty, or hold an interrupted creation.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create), and [`DatabaseExists`](keyloft::ErrorKind::DatabaseExists) if the folder holds anything
    /// else.
    pub fn create_new(path: impl AsRef<Path>) -> Result<Self> {
        Self::options().create_new(path)
    }

    /// Returns the default options for opening a database.
    pub fn options() -> Options {
        Options::default()
    }

    pub(crate) fn new(engine: Engine) -> Self {
        let shared = Shared {
            engine,
            group_commit: GroupCommit::default(),
            close_listeners: Listeners::default(),
            reopen_listeners: Listeners::default(),
        };
        Self { shared: Arc::new(shared) }
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

    /// Returns the newest commit for a read.
    #[inline]
    fn newest(&self) -> Result<Arc<View>> {
        let newest = self.engine().newest()?;
        if newest.opened.has_newer_files() {
            // In the slot nothing is applied that was not synced, unless that has failed.
            self.group_commit().if_idle(|| self.engine().renew());
            return self.engine().newest();
        }
        Ok(newest)
    }

    /// Enters the write slot and commits the open group, for work that needs the database without a transaction.
    pub(crate) fn enter_idle(&self) -> Result<WriteSlot<'_>> {
        let slot = WriteSlot::enter(self)?;
        slot.commit_open();
        Ok(slot)
    }
}

impl Read for FjallBackend {
    delegate_reads!(self => *self.newest()?; get, scan, partitions, get_many, contains, count);

    fn catalog_stamp(&self) -> Option<CatalogStamp> {
        self.engine().catalog_stamp.get()
    }

    fn backend_id(&self) -> Option<BackendId> {
        Some(self.group_commit().id())
    }
}

impl StorageBackend for FjallBackend {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.engine().newest_here()?;
        Ok(Arc::new(FjallSnapshot::new(&*self.newest()?, self.group_commit().id())))
    }

    /// Runs `body` once and commits its writes.
    ///
    /// A transaction that writes nothing costs no sync. Transactions of several threads can form a group: they run one
    /// after the other, share one sync, and all return when the group is durable. A slow body therefore also delays the
    /// transactions before it.
    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        let slot = WriteSlot::enter(self)?;
        let BodyEnd { returned, ticket } = slot.run(body);
        // The next thread's body runs while this one waits for the sync.
        drop(slot);
        let returned = returned.unwrap_or_else(|panic| resume_unwind(panic));
        // After an error too: the body may have read changes of the group, which are lost if the sync fails.
        match ticket.map_or(Ok(()), |ticket| ticket.wait()) {
            Ok(()) => returned,
            Err(fault) => Err(fault.unknown(self.engine().path())),
        }
    }

    /// Only the thread in the write slot runs a body and applies its writes, before the slot is left.
    fn commits_in_order(&self) -> bool {
        true
    }

    fn on_close(&self, listener: Weak<dyn Notify>) {
        self.shared.close_listeners.add(listener);
    }

    fn on_reopen(&self, listener: Weak<dyn Notify>) {
        self.shared.reopen_listeners.add(listener);
    }
}

impl fmt::Debug for FjallBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FjallBackend").field(&self.engine().path()).finish()
    }
}
