//! [`Claim`]: one open database per file and process, also where the system locks no files.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use keyloft::{Error, Result};

/// The files that this process has open, which are few.
static CLAIMED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// The right to open a file, until it is dropped.
#[derive(Debug)]
pub(crate) struct Claim {
    file: PathBuf,
}

impl Claim {
    /// Claims the file at `path`, which errors call `place`.
    pub(crate) fn of(path: &Path, place: &str) -> Result<Self> {
        let file = identity(path);
        let mut claimed = claimed();
        if claimed.contains(&file) {
            return Err(Error::DatabaseLocked { path: place.to_owned() });
        }
        claimed.push(file.clone());
        Ok(Self { file })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        claimed().retain(|file| *file != self.file);
    }
}

fn claimed() -> MutexGuard<'static, Vec<PathBuf>> {
    CLAIMED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A path that is the same for every way to write the path of one file: symbolic links are followed, as far as the
/// system tells where they lead.
fn identity(path: &Path) -> PathBuf {
    if let Ok(file) = fs::canonicalize(path) {
        return file;
    }
    let absolute = plain(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
    // A file that is not there yet: its folder is.
    match (absolute.parent().map(fs::canonicalize), absolute.file_name()) {
        (Some(Ok(folder)), Some(name)) => folder.join(name),
        _ => absolute,
    }
}

/// The path without `.` and with each `..` taken back.
fn plain(path: &Path) -> PathBuf {
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
    fn a_file_is_claimed_once_however_its_path_is_written() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("sub")).unwrap();
        let first = Claim::of(&folder.path().join("a"), "a").unwrap();
        for other in ["a", "./a", "sub/../a"] {
            let path = folder.path().join(other);
            let error = Claim::of(&path, other).unwrap_err();
            assert!(matches!(error, Error::DatabaseLocked { path } if path == other));
        }
        let _another_file = Claim::of(&folder.path().join("b"), "b").unwrap();
        drop(first);
        Claim::of(&folder.path().join("a"), "a").unwrap();
    }

    #[test]
    fn dots_are_taken_out_of_a_path() {
        assert_eq!(plain(Path::new("/a/./b/../c")), Path::new("/a/c"));
        assert_eq!(plain(Path::new("./c")), Path::new("c"));
    }
}
