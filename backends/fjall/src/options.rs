//! [`Options`]: the options for opening a database.

use std::path::Path;

use keyloft::Result;

use crate::FjallBackend;
use crate::engine::Engine;
use crate::error::OpenMode;

/// The default size of fjall's cache of blocks.
const CACHE_BYTES: u64 = 256 << 20;

/// The time at which a commit is synced to the disk. Every commit is all or nothing, and every later read sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Durability {
    /// The writes are synced to the disk when the transaction returns. They survive a crash of the process, a crash of
    /// the system, and a loss of power.
    #[default]
    Immediate,
    /// The writes are in memory when the transaction returns. They are on the disk after [`FjallBackend::flush`], after
    /// [`FjallBackend::close`], or when the last handle is dropped.
    ///
    /// A crash before that may lose commits since the last flush: the newest ones, and none before the flush. A flush that is
    /// [`CommitUnknown`](keyloft::ErrorKind::CommitUnknown) has stored each of them or not. It suits imports and data that can be
    /// computed again.
    OnFlush,
}

/// Options for opening a database, from [`FjallBackend::options`].
///
/// ```
/// use keyloft_fjall::{Durability, FjallBackend};
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("import.fjall");
/// let backend = FjallBackend::options().durability(Durability::OnFlush).cache_bytes(64 << 20).create(&path)?;
/// backend.flush()?;
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "options do nothing until they open a database"]
pub struct Options {
    pub(crate) durability: Durability,
    pub(crate) cache_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { durability: Durability::default(), cache_bytes: CACHE_BYTES }
    }
}

impl Options {
    /// Sets the durability of commits. The default is [`Durability::Immediate`].
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// Sets the memory that fjall may fill with blocks that it has read, in bytes. The default is 256 MiB.
    ///
    /// Newly written entries need up to 64 MiB more, and several times that while they are written faster than the disk stores
    /// them in sorted files.
    pub fn cache_bytes(mut self, bytes: u64) -> Self {
        self.cache_bytes = bytes;
        self
    }

    /// Opens a database as [`FjallBackend::open`] does, with these options.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<FjallBackend> {
        self.at_path(path.as_ref(), OpenMode::Open)
    }

    /// Opens or creates a database as [`FjallBackend::create`] does, with these options.
    pub fn create(&self, path: impl AsRef<Path>) -> Result<FjallBackend> {
        self.at_path(path.as_ref(), OpenMode::Create)
    }

    /// Creates a database as [`FjallBackend::create_new`] does, with these options.
    pub fn create_new(&self, path: impl AsRef<Path>) -> Result<FjallBackend> {
        self.at_path(path.as_ref(), OpenMode::CreateNew)
    }

    fn at_path(&self, path: &Path, mode: OpenMode) -> Result<FjallBackend> {
        Ok(FjallBackend::new(Engine::open(path, mode, self)?))
    }
}
