//! [`RedbBackend`]: a database that is open.

use std::fmt;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use keyloft::backend::{Direction, KeyRange, TransactionBody, Visit};
use keyloft::{Partition, Read, Result, Snapshot, StorageBackend};

use crate::engine::Engine;
use crate::options::Options;
use crate::turn::{Ended, Turn, Writers};
use crate::view::View;

/// A database that is open. Clones are handles to the same one, which is closed when the last of them and the last
/// snapshot are dropped, or by [`close`](Self::close).
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
    shared: Arc<Shared>,
}

struct Shared {
    /// The newest commit, if anyone has read it yet. Views hold the engine, and not this: there is no circle.
    newest: RwLock<Option<Arc<View>>>,
    engine: Arc<Engine>,
    writers: Writers,
}

impl RedbBackend {
    /// Opens the database in the file at `path`, which has to be there.
    ///
    /// # Errors
    ///
    /// [`DatabaseMissing`](keyloft::Error::DatabaseMissing), [`DatabaseLocked`](keyloft::Error::DatabaseLocked),
    /// [`NotADatabase`](keyloft::Error::NotADatabase), [`PermissionDenied`](keyloft::Error::PermissionDenied) or
    /// [`Corrupted`](keyloft::Error::Corrupted), each with the path.
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

    /// Opens the database in the file at `path`, and creates it if there is none, if the file is empty, or if it holds
    /// what is left of a creation that was cut off. Its folder has to be there.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), but [`FolderMissing`](keyloft::Error::FolderMissing) in place of `DatabaseMissing`.
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        Self::options().create(path)
    }

    /// Creates a database in the file at `path`, where there may be none that holds anything.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create), and [`DatabaseExists`](keyloft::Error::DatabaseExists) if there is a file but for an
    /// empty one and for what is left of a creation that was cut off.
    pub fn create_new(path: impl AsRef<Path>) -> Result<Self> {
        Self::options().create_new(path)
    }

    /// An empty database in memory.
    ///
    /// # Errors
    ///
    /// What redb reports.
    pub fn in_memory() -> Result<Self> {
        Self::options().in_memory()
    }

    /// Opens the database in a storage of the caller's, and creates it if that is empty or holds what is left of a
    /// creation that was cut off. [`Options::with_storage_named`] gives it a name for errors.
    ///
    /// # Errors
    ///
    /// [`NotADatabase`](keyloft::Error::NotADatabase) if it holds something else, and what it reports itself.
    pub fn with_storage(storage: impl redb::StorageBackend) -> Result<Self> {
        Self::options().with_storage(storage)
    }

    /// How a database is opened, to be changed before it is.
    pub fn options() -> Options {
        Options::default()
    }

    pub(crate) fn new(engine: Engine) -> Self {
        let (newest, writers) = (RwLock::default(), Writers::default());
        Self { shared: Arc::new(Shared { newest, engine: Arc::new(engine), writers }) }
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.shared.engine
    }

    pub(crate) fn writers(&self) -> &Writers {
        &self.shared.writers
    }

    /// Waits until no transaction is open.
    pub(crate) fn take_turn(&self) -> Result<Turn<'_>> {
        let turn = Turn::enter(self)?;
        turn.settle();
        Ok(turn)
    }

    /// The newest commit.
    pub(crate) fn view(&self) -> Result<Arc<View>> {
        if let Some(view) = &*self.newest() {
            return Ok(Arc::clone(view));
        }
        // It begins inside the lock: a commit that it does not see is one that lets it go after this.
        let mut newest = self.newest_mut();
        if let Some(view) = &*newest {
            return Ok(Arc::clone(view));
        }
        let view = Arc::new(View::begin(&self.shared.engine)?);
        *newest = Some(Arc::clone(&view));
        Ok(view)
    }

    /// Lets the view of the newest commit go, and does something before there is another.
    pub(crate) fn without_view<T>(&self, work: impl FnOnce() -> T) -> T {
        let mut newest = self.newest_mut();
        *newest = None;
        work()
    }

    fn newest(&self) -> RwLockReadGuard<'_, Option<Arc<View>>> {
        self.shared.newest.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn newest_mut(&self) -> RwLockWriteGuard<'_, Option<Arc<View>>> {
        self.shared.newest.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read for RedbBackend {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        self.view()?.get(partition, key, visit)
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        self.view()?.scan(partition, range, direction, visit)
    }

    fn partitions(&self) -> Result<Vec<Partition>> {
        self.view()?.partitions()
    }

    fn get_many(
        &self,
        partition: &Partition,
        keys: &[&[u8]],
        visit: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<()> {
        self.view()?.get_many(partition, keys, visit)
    }

    fn contains(&self, partition: &Partition, key: &[u8]) -> Result<bool> {
        self.view()?.contains(partition, key)
    }

    fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        self.view()?.count(partition, range)
    }
}

impl StorageBackend for RedbBackend {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        Ok(self.view()?)
    }

    /// A transaction that changes nothing costs no sync. Those of threads that wait for their turn meanwhile follow on
    /// each other and are synced together: each returns when all of them are durable, so that a body that takes its
    /// time is waited for by those before it too. One that overwrites or deletes more than a megabyte after others is
    /// run a second time, by itself.
    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        let turn = Turn::enter(self)?;
        let Ended { returned, group } = turn.run(body);
        drop(turn);
        let returned = returned.unwrap_or_else(|panic| resume_unwind(panic));
        match group {
            // Also for one that failed: what it has read may be of the group.
            Some(group) => group.wait().map_err(|lost| self.engine().commit_failed(lost)).and(returned),
            None => returned,
        }
    }
}

impl fmt::Debug for RedbBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RedbBackend").field(&self.engine().place()).finish()
    }
}
