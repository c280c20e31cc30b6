//! [`PathLock`]: one open database per file in a process, unless the file is shared.
//!
//! redb locks the file against other processes where the system has file locks. WASI has none, and some systems let a
//! process lock a file twice. This table makes a second open in the same process fail on every system. It also has the
//! files with a failed sync, for systems where another opening must be refused then.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use keyloft::error::Place;
use keyloft::{ErrorKind, Result};

/// The files that this process has open, each with `true` if it is shared. They are few, so a search is cheap.
static LOCKED: Mutex<Vec<(FileId, bool)>> = Mutex::new(Vec::new());

/// The files whose sync has failed in this process.
static FAILED_SYNC: Mutex<Vec<FileId>> = Mutex::new(Vec::new());

/// The identity of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FileId {
    /// The number of the file on its device, which stays when the file is renamed.
    #[cfg(unix)]
    Inode { device: u64, number: u64 },
    /// The canonical path, where files have no numbers, and for a file that does not exist.
    Path(PathBuf),
}

/// The lock of a file within this process, held until it is dropped.
#[derive(Debug)]
pub(crate) struct PathLock {
    id: FileId,
    is_shared: bool,
}

impl PathLock {
    /// Locks the file at `path`. Errors name it `shown`. A shared lock excludes only the others.
    pub(crate) fn acquire(path: &Path, shown: &str, is_shared: bool) -> Result<Self> {
        let id = FileId::of(path);
        let mut locked = lock(&LOCKED);
        if locked.iter().any(|(other, other_is_shared)| *other == id && !(is_shared && *other_is_shared)) {
            return Err(ErrorKind::DatabaseLocked { place: Place::at_path(shown) }.into());
        }
        locked.push((id.clone(), is_shared));
        Ok(Self { id, is_shared })
    }

    pub(crate) fn id(&self) -> &FileId {
        &self.id
    }
}

impl Drop for PathLock {
    fn drop(&mut self) {
        let mut locked = lock(&LOCKED);
        if let Some(at) =
            locked.iter().position(|(id, is_shared)| (id, *is_shared) == (&self.id, self.is_shared))
        {
            locked.swap_remove(at);
        }
    }
}

impl FileId {
    fn of(path: &Path) -> Self {
        #[cfg(unix)]
        if let Ok(metadata) = fs::metadata(path) {
            use std::os::unix::fs::MetadataExt;
            return Self::Inode { device: metadata.dev(), number: metadata.ino() };
        }
        Self::Path(canonical(path))
    }
}

/// Notes if the newest sync of the file has failed.
pub(crate) fn set_failed_sync(id: &FileId, has_failed: bool) {
    let mut failed = lock(&FAILED_SYNC);
    failed.retain(|file| file != id);
    if has_failed {
        failed.push(id.clone());
    }
}

/// Returns `true` if a sync of the file has failed in this process.
pub(crate) fn has_failed_sync(id: &FileId) -> bool {
    lock(&FAILED_SYNC).contains(id)
}

fn lock<T>(files: &'static Mutex<Vec<T>>) -> MutexGuard<'static, Vec<T>> {
    files.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the same path for every spelling of a file's path. It follows symbolic links if the system can resolve them.
fn canonical(path: &Path) -> PathBuf {
    if let Ok(file) = fs::canonicalize(path) {
        return file;
    }
    let absolute = without_dots(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
    // A file that does not exist yet can't be resolved, but its folder can.
    match (absolute.parent().map(fs::canonicalize), absolute.file_name()) {
        (Some(Ok(folder)), Some(name)) => folder.join(name),
        _ => absolute,
    }
}

/// Removes each `.` from the path, and each `..` together with the component before it.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_path_takes_the_same_lock() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("sub")).unwrap();
        let first = PathLock::acquire(&folder.path().join("a"), "a", false).unwrap();
        for other in ["a", "./a", "sub/../a"] {
            let path = folder.path().join(other);
            let error = PathLock::acquire(&path, other, false).unwrap_err();
            assert!(
                matches!(error.kind(), ErrorKind::DatabaseLocked { place } if place.path() == Some(other))
            );
        }
        let _other_file = PathLock::acquire(&folder.path().join("b"), "b", false).unwrap();
        drop(first);
        PathLock::acquire(&folder.path().join("a"), "a", false).unwrap();
    }

    #[test]
    fn shared_locks_exclude_the_others_until_the_last_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let acquire = |is_shared| PathLock::acquire(&folder.path().join("a"), "a", is_shared);
        let (first, second) = (acquire(true).unwrap(), acquire(true).unwrap());
        acquire(false).unwrap_err();
        drop(first);
        acquire(false).unwrap_err();
        drop(second);
        let _alone = acquire(false).unwrap();
        acquire(true).unwrap_err();
    }

    #[cfg(unix)]
    #[test]
    fn a_renamed_file_keeps_its_lock_and_frees_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        fs::write(&old, "").unwrap();
        let lock = PathLock::acquire(&old, "old", false).unwrap();
        fs::rename(&old, &new).unwrap();
        PathLock::acquire(&new, "new", false).unwrap_err();
        fs::write(&old, "").unwrap();
        let _another_file = PathLock::acquire(&old, "old", false).unwrap();
        drop(lock);
        PathLock::acquire(&new, "new", false).unwrap();
    }

    #[test]
    fn a_failed_sync_is_remembered_until_it_is_made_good() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "").unwrap();
        let id = FileId::of(&folder.path().join("a"));
        set_failed_sync(&id, true);
        assert!(has_failed_sync(&FileId::of(&folder.path().join("./a"))));
        set_failed_sync(&id, false);
        assert!(!has_failed_sync(&id));
    }

    #[test]
    fn dots_are_removed_from_a_path() {
        assert_eq!(without_dots(Path::new("/a/./b/../c")), Path::new("/a/c"));
        assert_eq!(without_dots(Path::new("./c")), Path::new("c"));
    }
}
