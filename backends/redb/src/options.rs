//! [`Options`]: the options for opening a database.

#[cfg(not(target_family = "wasm"))]
use std::ops::ControlFlow;
use std::path::Path;

use keyloft::error::Place;
use keyloft::{ErrorKind, Result};
use redb::backends::InMemoryBackend;

use crate::RedbBackend;
use crate::engine::Engine;
use crate::error::OpenMode;
use crate::file_medium::FileMedium;
use crate::medium::{Given, Medium};
#[cfg(not(target_family = "wasm"))]
use crate::recovery::RecoveryReport;
use crate::sharing::Sharing;

/// The names that errors give to databases without a path.
const MEMORY: &str = "memory";
const STORAGE: &str = "the given storage";

/// The default size of redb's page cache. It is redb's own default, but less on WebAssembly, whose memory never shrinks
/// and is shared with the page.
const CACHE_BYTES: usize = if cfg!(target_family = "wasm") { 64 << 20 } else { 1 << 30 };

/// The time at which a commit is synced to the disk. Every commit is all or nothing, and every later read sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Durability {
    /// The writes are synced to the disk when the transaction returns. They survive a crash of the process, a crash of
    /// the system, and a loss of power.
    #[default]
    Immediate,
    /// The writes are in memory when the transaction returns. They are on the disk after [`RedbBackend::flush`], after
    /// [`RedbBackend::close`], or when the last handle is dropped.
    ///
    /// A crash before that loses all commits since the last flush, and none before it. So does a full disk, or any other
    /// failure of the storage. A flush that is [`CommitUnknown`](keyloft::ErrorKind::CommitUnknown) has stored all of them or
    /// none. It suits imports and data that can be computed again.
    OnFlush,
}

/// Options for opening a database, from [`RedbBackend::options`].
///
/// ```
/// use keyloft_redb::{Durability, RedbBackend};
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("import.redb");
/// let backend = RedbBackend::options().durability(Durability::OnFlush).cache_bytes(64 << 20).create(&path)?;
/// backend.flush()?;
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "options do nothing until they open a database"]
pub struct Options {
    pub(crate) durability: Durability,
    pub(crate) cache_bytes: usize,
    pub(crate) check_on_open: bool,
    pub(crate) sharing: Sharing,
    pub(crate) quick_recovery: bool,
    #[cfg(not(target_family = "wasm"))]
    pub(crate) recovery_report: Option<RecoveryReport>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            durability: Durability::default(),
            cache_bytes: CACHE_BYTES,
            check_on_open: false,
            sharing: Sharing::default(),
            quick_recovery: false,
            #[cfg(not(target_family = "wasm"))]
            recovery_report: None,
        }
    }
}

impl Options {
    /// Sets the durability of commits. The default is [`Durability::Immediate`].
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// Sets the memory that redb may fill with pages, in bytes. The default is 1 GiB, and 64 MiB in WebAssembly.
    ///
    /// A large [`load`](keyloft::EntityStore::load) needs this memory and some tens of megabytes.
    pub fn cache_bytes(mut self, bytes: usize) -> Self {
        self.cache_bytes = bytes;
        self
    }

    /// Makes every opening read the whole database and verify every checksum. The default is to do so only after a
    /// crash.
    ///
    /// Use it for files that another program may have changed, and for copies. redb trusts a file that was closed properly.
    /// If such a file is damaged, a call may return [`Corrupted`](keyloft::ErrorKind::Corrupted), and rows may be missing or older
    /// than they should be. A table never returns the value of another key. A program that is built with `panic = "abort"` may
    /// end instead, because redb panics at some damage.
    pub fn check_on_open(mut self, check: bool) -> Self {
        self.check_on_open = check;
        self
    }

    /// Makes each commit store what a recovery would have to compute. The default is to compute it.
    ///
    /// After a crash, an opening reads the whole database. A file of 544 MB took 1.7 seconds, and 0.3 with this option. A durable
    /// commit then syncs twice, and takes about 2.1 times as long. [`Sharing::MultiWriter`] stores the same anyway.
    ///
    /// ```
    /// use keyloft_redb::RedbBackend;
    ///
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("large.redb");
    /// let backend = RedbBackend::options().quick_recovery(true).create(&path)?;
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    #[cfg(not(target_family = "wasm"))]
    pub fn quick_recovery(mut self, quick: bool) -> Self {
        self.quick_recovery = quick;
        self
    }

    /// Sets a closure that gets the progress of a recovery, from 0 to 1, while an opening reads the whole database: after a crash, or
    /// with [`check_on_open`](Self::check_on_open). If it breaks, the opening ends with
    /// [`Cancelled`](keyloft::ErrorKind::Cancelled), and the next one begins again.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use keyloft_redb::RedbBackend;
    ///
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("large.redb");
    /// let report = |progress: f64| {
    ///     eprintln!("recovering: {:.0} %", progress * 100.0);
    ///     ControlFlow::Continue(())
    /// };
    /// let backend = RedbBackend::options().on_recovery(report).create(&path)?;
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    #[cfg(not(target_family = "wasm"))]
    pub fn on_recovery(mut self, report: impl Fn(f64) -> ControlFlow<()> + Send + Sync + 'static) -> Self {
        self.recovery_report = Some(RecoveryReport::new(report));
        self
    }

    /// Sets which processes may have the file open at the same time. The default is [`Sharing::Exclusive`].
    ///
    /// An opening to share it may get [`SharingUnavailable`](keyloft::ErrorKind::SharingUnavailable). With
    /// [`Sharing::MultiWriter`] it waits while another process runs a transaction.
    ///
    /// ```
    /// use keyloft_redb::{RedbBackend, Sharing};
    ///
    /// let refused = RedbBackend::options().sharing(Sharing::SingleWriter).in_memory().unwrap_err();
    /// assert_eq!(refused.code(), "SharingUnavailable");
    /// ```
    pub fn sharing(mut self, sharing: Sharing) -> Self {
        self.sharing = sharing;
        self
    }

    /// Opens a database as [`RedbBackend::open_read_only`] does, with these options. It shares the file with writers of both kinds
    /// of [`Sharing`]. The options for writing and [`check_on_open`](Self::check_on_open) have no effect.
    pub fn open_read_only(&self, path: impl AsRef<Path>) -> Result<RedbBackend> {
        let options =
            Self { sharing: Sharing::SingleWriter, durability: Durability::Immediate, ..self.clone() };
        options.at_path(path.as_ref(), OpenMode::ReadOnly)
    }

    /// Opens a database as [`RedbBackend::open`] does, with these options.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<RedbBackend> {
        self.at_path(path.as_ref(), OpenMode::Open)
    }

    /// Opens or creates a database as [`RedbBackend::create`] does, with these options.
    pub fn create(&self, path: impl AsRef<Path>) -> Result<RedbBackend> {
        self.at_path(path.as_ref(), OpenMode::Create)
    }

    /// Creates a database as [`RedbBackend::create_new`] does, with these options.
    pub fn create_new(&self, path: impl AsRef<Path>) -> Result<RedbBackend> {
        self.at_path(path.as_ref(), OpenMode::CreateNew)
    }

    /// Creates a database as [`RedbBackend::in_memory`] does, with these options.
    pub fn in_memory(&self) -> Result<RedbBackend> {
        self.with_storage_named(MEMORY, InMemoryBackend::new())
    }

    /// Opens or creates a database as [`RedbBackend::with_storage`] does, with these options.
    pub fn with_storage(&self, storage: impl redb::StorageBackend) -> Result<RedbBackend> {
        self.with_storage_named(STORAGE, storage)
    }

    /// Opens or creates a database as [`with_storage`](Self::with_storage) does, in a storage that errors call `name`.
    ///
    /// ```
    /// use keyloft_redb::{RedbBackend, Storage};
    /// use redb::backends::InMemoryBackend;
    ///
    /// let storage = InMemoryBackend::new();
    /// storage.set_len(3)?;
    /// let error = RedbBackend::options().with_storage_named("drawer 3", storage).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "`drawer 3` is not a database: it does not begin with redb's magic number; choose another path"
    /// );
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn with_storage_named(&self, name: &str, storage: impl redb::StorageBackend) -> Result<RedbBackend> {
        self.check_sharing(name)?;
        self.in_medium(Box::new(Given::new(storage, name)), name, OpenMode::Create)
    }

    fn at_path(&self, path: &Path, mode: OpenMode) -> Result<RedbBackend> {
        let shown = path.display().to_string();
        self.check_sharing(&shown)?;
        self.in_medium(Box::new(FileMedium::new(path, mode, self.sharing)?), &shown, mode)
    }

    /// Refuses what processes can't share.
    fn check_sharing(&self, path: &str) -> Result<()> {
        let reason = match (self.sharing, self.durability) {
            (Sharing::Exclusive, _) => return Ok(()),
            _ if cfg!(target_family = "wasm") => {
                "WebAssembly has no locks of files; use `Sharing::Exclusive`, in one process"
            }
            (_, Durability::OnFlush) => {
                "a commit that is not on the disk yet is in the memory of one process; use `Durability::Immediate`"
            }
            _ => return Ok(()),
        };
        Err(ErrorKind::SharingUnavailable { place: Place::at_path(path), reason }.into())
    }

    fn in_medium(&self, medium: Box<dyn Medium>, path: &str, mode: OpenMode) -> Result<RedbBackend> {
        RedbBackend::new(Engine::open(medium, path, mode, self)?)
    }
}
