//! The databases whose sync has failed in this process, and the cache that may hide it.
//!
//! After a failed sync Linux goes on showing the bytes that it could not write, so a journal that is read back could look whole
//! and lack transactions after the next restart. There an opening makes the system read the journals from the disk. It can't
//! know that another process saw a failed sync, so every opening does. On other systems this process refuses to open the
//! database again.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The folders of the databases.
static FAILED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// `true` if this system can be told to forget its cache of a file.
pub(crate) const CAN_FORGET: bool = cfg!(target_os = "linux");

/// Notes if the newest sync of a database has failed.
pub(crate) fn set(folder: &Path, has_failed: bool) {
    let folder = canonical(folder);
    let mut failed = lock();
    failed.retain(|other| *other != folder);
    if has_failed {
        failed.push(folder);
    }
}

/// Returns `true` if the newest sync of a database has failed in this process.
pub(crate) fn has(folder: &Path) -> bool {
    lock().contains(&canonical(folder))
}

/// Makes the system forget what it has cached of the journals.
#[cfg(target_os = "linux")]
pub(crate) fn forget_cached(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "jnl") {
            let journal = fs::File::options().read(true).write(true).open(path)?;
            // Pages whose write has failed are marked as written, so the sync does not write them. They are dropped unread.
            journal.sync_all()?;
            rustix::fs::fadvise(&journal, 0, None, rustix::fs::Advice::DontNeed)?;
        }
    }
    set(folder, false);
    Ok(())
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn forget_cached(_: &Path) -> io::Result<()> {
    Ok(())
}

fn canonical(folder: &Path) -> PathBuf {
    fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned())
}

fn lock() -> MutexGuard<'static, Vec<PathBuf>> {
    FAILED.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_sync_is_remembered_until_it_is_made_good() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("a")).unwrap();
        set(&folder.path().join("a"), true);
        assert!(has(&folder.path().join("./a")) && !has(folder.path()));
        set(&folder.path().join("a"), false);
        assert!(!has(&folder.path().join("a")));
    }
}
