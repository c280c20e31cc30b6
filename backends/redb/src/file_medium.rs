//! [`FileMedium`]: a database's file.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keyloft::error::Place;
use keyloft::{ErrorKind, Result};
use redb::backends::FileBackend;

use crate::error::{OpenMode, cannot_access};
use crate::medium::{Cache, Connection, Medium};
use crate::path_lock::{FileId, PathLock, has_failed_sync, set_failed_sync};
use crate::sharing::Sharing;

/// The file of a database, which this process has claimed.
#[derive(Debug)]
pub(crate) struct FileMedium {
    /// The absolute path, which stays right if the program changes its folder.
    path: PathBuf,
    /// The path as the caller gave it, for errors.
    shown: String,
    lock: PathLock,
    /// Syncs the folder of the file. A test notes the calls.
    sync_folder: fn(&Path) -> io::Result<()>,
}

impl FileMedium {
    pub(crate) fn new(path: &Path, mode: OpenMode, sharing: Sharing) -> Result<Self> {
        let shown = path.display().to_string();
        let cannot = |source| cannot_access(&shown, mode, source);
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        // Windows refuses to open a folder with the error for a missing permission.
        if fs::metadata(&path).is_ok_and(|metadata| metadata.is_dir()) {
            return Err(cannot(io::ErrorKind::IsADirectory.into()));
        }
        if !mode.needs_database() && !path.exists() {
            open(&path, mode).map_err(cannot)?;
        }
        #[cfg(target_os = "linux")]
        if sharing.is_shared() && crate::network::is_on_network(&path) {
            let reason = "it is on a network's file system, whose locks don't protect its caches; use `Sharing::Exclusive`, or a \
                          server such as PostgreSQL";
            return Err(ErrorKind::SharingUnavailable { place: Place::at_path(&*shown), reason }.into());
        }
        let lock = PathLock::acquire(&path, &shown, sharing.is_shared())?;
        Ok(Self { path, shown, lock, sync_folder })
    }
}

impl Medium for FileMedium {
    fn connect(&self, mode: OpenMode, _: bool) -> Result<Connection> {
        // Another handle of this process may have seen the failure too.
        if !CAN_FORGET && has_failed_sync(self.lock.id()) {
            return Err(ErrorKind::SyncFailed { place: Place::at_path(&*self.shown) }.into());
        }
        let cannot = |source| cannot_access(&self.shown, mode, source);
        let file = open(&self.path, mode).map_err(cannot)?;
        let cache = FileCache {
            #[cfg(target_os = "linux")]
            file: file.try_clone().map_err(cannot)?,
            id: self.lock.id().clone(),
        };
        let backend =
            FileBackend::new(file).map_err(|source| crate::error::cannot_open(&self.shown, mode, source))?;
        Ok(Connection { storage: Arc::new(backend), cache: Some(Box::new(cache)), stays_open: false })
    }

    /// Syncs the folder, in which the name of a new file is stored.
    fn sync_creation(&self) -> io::Result<()> {
        self.path.parent().map_or(Ok(()), self.sync_folder)
    }

    fn is_file(&self) -> bool {
        true
    }
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // A folder that may be written but not listed can't be opened, and some file systems don't sync folders.
        Err(error)
            if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::InvalidInput) =>
        {
            Ok(())
        }
        synced => synced,
    }
}

fn open(path: &Path, mode: OpenMode) -> io::Result<File> {
    if mode == OpenMode::ReadOnly {
        return File::open(path);
    }
    File::options().read(true).write(true).create(!mode.needs_database()).truncate(false).open(path)
}

/// The system's cache of a file.
#[derive(Debug)]
struct FileCache {
    #[cfg(target_os = "linux")]
    file: File,
    id: FileId,
}

/// The bytes at the beginning of a file that are forgotten with the header. The system forgets whole pages only, and a
/// page may be larger than the processor's.
#[cfg(target_os = "linux")]
const HEADER_BYTES: std::num::NonZeroU64 = std::num::NonZeroU64::MIN.saturating_add(4 << 20);

/// `true` if this system can be told to forget its cache of a file.
const CAN_FORGET: bool = cfg!(target_os = "linux");

#[cfg(target_os = "linux")]
impl FileCache {
    /// Writes what the cache has and the disk lacks, and drops the pages of the cache.
    ///
    /// Pages whose write has failed are marked as written, so the sync does not write them. They are dropped unread. That
    /// is the point: the disk does not have them.
    fn forget(&self, len: Option<std::num::NonZeroU64>) -> io::Result<()> {
        self.file.sync_all()?;
        Ok(rustix::fs::fadvise(&self.file, 0, len, rustix::fs::Advice::DontNeed)?)
    }
}

impl Cache for FileCache {
    #[cfg(target_os = "linux")]
    fn forget_header(&self) -> io::Result<()> {
        self.forget(Some(HEADER_BYTES))
    }

    #[cfg(target_os = "linux")]
    fn forget_all(&self) -> io::Result<()> {
        self.forget(None)?;
        set_failed_sync(&self.id, false);
        Ok(())
    }

    #[cfg(not(target_os = "linux"))]
    fn forget_header(&self) -> io::Result<()> {
        Ok(())
    }

    #[cfg(not(target_os = "linux"))]
    fn forget_all(&self) -> io::Result<()> {
        Ok(())
    }

    fn distrust(&self) {
        set_failed_sync(&self.id, true);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::RedbBackend;
    use crate::engine::Engine;

    thread_local! {
        /// The folders that were synced, and the first byte of the file in each at that time.
        static SYNCED: RefCell<Vec<(PathBuf, u8)>> = const { RefCell::new(Vec::new()) };
    }

    fn note(folder: &Path) -> io::Result<()> {
        let file = fs::read(folder.join("a.redb"))?;
        SYNCED.with_borrow_mut(|synced| synced.push((folder.to_owned(), file[0])));
        Ok(())
    }

    fn refuse(_: &Path) -> io::Result<()> {
        Err(io::Error::other("the cable is out"))
    }

    fn open_with(path: &Path, mode: OpenMode, sync_folder: fn(&Path) -> io::Result<()>) -> Result<Engine> {
        let medium = FileMedium { sync_folder, ..FileMedium::new(path, mode, Sharing::Exclusive)? };
        Engine::open(Box::new(medium), "a.redb", mode, &RedbBackend::options())
    }

    #[test]
    fn a_creation_syncs_the_folder_when_the_file_is_a_database() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.redb");
        for (mode, syncs) in [
            (OpenMode::CreateNew, true),
            (OpenMode::Open, false),
            // A creation before may have been cut off before its sync.
            (OpenMode::Create, true),
        ] {
            drop(open_with(&path, mode, note).unwrap());
            let synced = SYNCED.take();
            // The first byte of the magic number, which is written last.
            let expected = if syncs { vec![(folder.path().to_owned(), b'r')] } else { Vec::new() };
            assert_eq!(synced, expected, "{mode:?}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_folder_that_is_not_there_is_not_synced() {
        let folder = tempfile::tempdir().unwrap();
        sync_folder(folder.path()).unwrap();
        assert_eq!(sync_folder(&folder.path().join("missing")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_creation_whose_folder_is_not_synced_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.redb");
        let error = open_with(&path, OpenMode::Create, refuse).err().unwrap();
        assert!(error.to_string().contains("the cable is out"), "{error}");
    }
}
