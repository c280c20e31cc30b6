//! [`Sharing`]: the processes that may have a file open at the same time.

use redb::ConcurrencyMode;

/// The processes that may have a database's file open at the same time.
///
/// All processes that have a file open for writing must use the same sharing. Readers that are opened by
/// [`RedbBackend::open_read_only`](crate::RedbBackend::open_read_only) share it with the writers of both shared kinds, and with
/// each other. Where an opening doesn't fit, it gets [`DatabaseLocked`](keyloft::ErrorKind::DatabaseLocked).
///
/// | | writers | readers beside them | syncs of a commit |
/// | --- | --- | --- | --- |
/// | `Exclusive` | one process | none | 1 |
/// | `SingleWriter` | one process | any number | 2 |
/// | `MultiWriter` | any number, one transaction at a time | any number | 2 |
///
/// The shared kinds need locks of ranges of a file: they work on Linux, macOS, iOS and Windows. Elsewhere, on a network's file
/// system, with [`Durability::OnFlush`](crate::Durability::OnFlush) and in a storage without such locks, an opening gets
/// [`SharingUnavailable`](keyloft::ErrorKind::SharingUnavailable).
///
/// ```
/// use keyloft_redb::{RedbBackend, Sharing};
/// # #[cfg(any(target_os = "linux", target_vendor = "apple", windows))] {
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("jobs.redb");
///
/// // In each of several processes.
/// let backend = RedbBackend::options().sharing(Sharing::MultiWriter).create(&path)?;
/// # let other = RedbBackend::options().sharing(Sharing::MultiWriter).open(&path)?;
/// # let refused = RedbBackend::open(&path).unwrap_err();
/// # assert_eq!(refused.code(), "DatabaseLocked");
/// # }
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sharing {
    /// One process has the file open. A commit costs one sync, and a read no look at the file.
    #[default]
    Exclusive,
    /// One process writes. Other processes may open the file read-only, and follow its commits.
    SingleWriter,
    /// Any number of processes write, one transaction at a time, and each sees the commits of all. Each commit also stores the
    /// map of the file's free pages, from which the next writer goes on.
    MultiWriter,
}

impl Sharing {
    /// Returns `true` if other processes may have the file open.
    #[inline]
    pub(crate) fn is_shared(self) -> bool {
        // A constant, so that WebAssembly has no code for it.
        cfg!(not(target_family = "wasm")) && self != Self::Exclusive
    }

    pub(crate) fn mode(self) -> ConcurrencyMode {
        match self {
            Self::Exclusive => ConcurrencyMode::ExclusiveWriter,
            Self::SingleWriter => ConcurrencyMode::SingleWriter,
            Self::MultiWriter => ConcurrencyMode::MultiWriter,
        }
    }
}
