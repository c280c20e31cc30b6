//! [`Options`]: how a database is opened.

use std::fs::File;
use std::path::Path;

use keyloft::Result;
use redb::backends::{FileBackend, InMemoryBackend};
use redb::{Builder, Database, DatabaseError};

use crate::RedbBackend;
use crate::checked::Checked;
use crate::claim::Claim;
use crate::engine::Engine;
use crate::error::{Opening, cannot_open};

/// What errors call the place of a database that has no path.
const MEMORY: &str = "memory";
const STORAGE: &str = "the given storage";

/// How much memory pages may take if it isn't said: what redb takes, but where memory never becomes smaller again and
/// is shared with a page.
const CACHE_BYTES: usize = if cfg!(target_family = "wasm") { 64 << 20 } else { 1 << 30 };

/// What a commit promises. Either way it is all or nothing, and every later read sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Durability {
    /// When a transaction returns, its writes are synced to the disk: they survive a crash of the process, of the
    /// system, and a loss of power.
    #[default]
    Immediate,
    /// When a transaction returns, its writes are in memory: they are on the disk after [`RedbBackend::flush`], after
    /// a [`RedbBackend::close`], or when the last handle is dropped. A crash before that loses the commits since,
    /// all of them, and leaves what was there before; so does a disk that is full by then. For imports, and for what can be made again.
    OnFlush,
}

/// How a database is opened. [`RedbBackend::options`] begins it.
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
    durability: Durability,
    cache_bytes: usize,
    check_on_open: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { durability: Durability::default(), cache_bytes: CACHE_BYTES, check_on_open: false }
    }
}

impl Options {
    /// What commits promise; [`Durability::Immediate`] if it isn't said.
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// How much memory redb may fill with pages that it has read or will write; 1 GiB if it isn't said, in WebAssembly
    /// 64 MiB. A large [`load`](keyloft::EntityStore::load) takes this and some tens of megabytes.
    pub fn cache_bytes(mut self, bytes: usize) -> Self {
        self.cache_bytes = bytes;
        self
    }

    /// Whether opening reads the whole database and verifies every checksum, not only after a crash. For files that
    /// others may have changed: redb trusts one that was closed properly, and may panic if it is damaged, or give
    /// other data. Off if it isn't said.
    pub fn check_on_open(mut self, check: bool) -> Self {
        self.check_on_open = check;
        self
    }

    /// As [`RedbBackend::open`], with these options.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<RedbBackend> {
        self.at_path(path.as_ref(), Opening::Existing)
    }

    /// As [`RedbBackend::create`], with these options.
    pub fn create(&self, path: impl AsRef<Path>) -> Result<RedbBackend> {
        self.at_path(path.as_ref(), Opening::Either)
    }

    /// As [`RedbBackend::create_new`], with these options.
    pub fn create_new(&self, path: impl AsRef<Path>) -> Result<RedbBackend> {
        self.at_path(path.as_ref(), Opening::New)
    }

    /// As [`RedbBackend::in_memory`], with these options.
    pub fn in_memory(&self) -> Result<RedbBackend> {
        self.with_storage_named(MEMORY, InMemoryBackend::new())
    }

    /// As [`RedbBackend::with_storage`], with these options.
    pub fn with_storage(&self, storage: impl redb::StorageBackend) -> Result<RedbBackend> {
        self.with_storage_named(STORAGE, storage)
    }

    /// As [`with_storage`](Self::with_storage), of a storage that errors call by this name.
    ///
    /// ```
    /// use keyloft_redb::{RedbBackend, Storage};
    /// use redb::backends::InMemoryBackend;
    ///
    /// let storage = InMemoryBackend::new();
    /// storage.set_len(3)?;
    /// let error = RedbBackend::options().with_storage_named("drawer 3", storage).unwrap_err();
    /// assert_eq!(error.to_string(), "`drawer 3` is not a database: it does not begin as one does");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn with_storage_named(&self, name: &str, storage: impl redb::StorageBackend) -> Result<RedbBackend> {
        let database = self
            .database(storage, Opening::Either)
            .map_err(|source| cannot_open(name, Opening::Either, source))?;
        Ok(RedbBackend::new(Engine::of_storage(name, database, self.durability)))
    }

    fn at_path(&self, path: &Path, opening: Opening) -> Result<RedbBackend> {
        let place = path.display().to_string();
        let claim = Claim::of(path, &place)?;
        let database = self.in_file(path, opening).map_err(|source| cannot_open(&place, opening, source))?;
        Ok(RedbBackend::new(Engine::of_file(path.to_owned(), claim, database, self.durability)))
    }

    fn in_file(&self, path: &Path, opening: Opening) -> Result<Database, DatabaseError> {
        let create = opening != Opening::Existing;
        let file = File::options().read(true).write(true).create(create).truncate(false).open(path)?;
        self.database(FileBackend::new(file)?, opening)
    }

    fn database(
        &self,
        storage: impl redb::StorageBackend,
        opening: Opening,
    ) -> Result<Database, DatabaseError> {
        self.builder().create_with_backend(Checked::new(storage, opening))
    }

    fn builder(&self) -> Builder {
        let mut builder = Builder::new();
        builder.set_check_integrity_on_open(self.check_on_open).set_cache_size(self.cache_bytes);
        builder
    }
}
