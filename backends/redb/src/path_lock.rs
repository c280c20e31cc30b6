//! [`PathLock`]: one open database per file in a process.
//!
//! redb locks the file against other processes where the system has file locks. WASI has none, and some systems let a
//! process lock a file twice. This table makes a second open in the same process fail on every system.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use keyloft::error::Place;
use keyloft::{Error, Result};

/// The files that this process has open. They are few, so a search is cheap.
static LOCKED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// The lock of a file within this process, held until it is dropped.
#[derive(Debug)]
pub(crate) struct PathLock {
    file: PathBuf,
}

impl PathLock {
    /// Locks the file at `path`, which need not exist. Errors name it `shown`.
    pub(crate) fn acquire(path: &Path, shown: &str) -> Result<Self> {
        let file = canonical(path);
        let mut locked = locked();
        if locked.contains(&file) {
            return Err(Error::DatabaseLocked { place: Place::at_path(shown) });
        }
        locked.push(file.clone());
        Ok(Self { file })
    }
}

impl Drop for PathLock {
    fn drop(&mut self) {
        locked().retain(|file| *file != self.file);
    }
}

fn locked() -> MutexGuard<'static, Vec<PathBuf>> {
    LOCKED.lock().unwrap_or_else(PoisonError::into_inner)
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
        let first = PathLock::acquire(&folder.path().join("a"), "a").unwrap();
        for other in ["a", "./a", "sub/../a"] {
            let path = folder.path().join(other);
            let error = PathLock::acquire(&path, other).unwrap_err();
            assert!(matches!(error, Error::DatabaseLocked { place } if place.path() == Some(other)));
        }
        let _other_file = PathLock::acquire(&folder.path().join("b"), "b").unwrap();
        drop(first);
        PathLock::acquire(&folder.path().join("a"), "a").unwrap();
    }

    #[test]
    fn dots_are_removed_from_a_path() {
        assert_eq!(without_dots(Path::new("/a/./b/../c")), Path::new("/a/c"));
        assert_eq!(without_dots(Path::new("./c")), Path::new("c"));
    }
}
