//! The folder of a database, before fjall opens it: what it holds, and whether that may be opened.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use keyloft::error::Place;
use keyloft::{ErrorKind, Result};

use crate::error::{OpenMode, cannot_access, not_a_database};
use crate::failed_sync;

/// The files that fjall creates before the first entry is stored.
const JOURNAL: &str = "0.jnl";
const KEYSPACES: &str = "keyspaces";
const LOCK: &str = "lock";
/// The file by which fjall knows its databases. It is created after the others and before the first keyspace.
const VERSION: &str = "version";

/// The beginning of the version file, before the number of the format.
const MAGIC: &[u8] = b"FJL";

/// The contents of a folder.
#[derive(Debug, PartialEq, Eq)]
enum Contents {
    /// A database, perhaps of another version of fjall.
    Database,
    /// Nothing, or a creation that a crash has interrupted.
    Nothing,
    /// Something else.
    Other,
}

/// Compares the contents of the folder at `path` with the open mode, and makes it ready for fjall.
pub(crate) fn prepare(path: &Path, shown: &str, mode: OpenMode) -> Result<()> {
    let cannot = |source| cannot_access(shown, mode, source);
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) if mode == OpenMode::CreateNew => return Err(cannot(io::ErrorKind::AlreadyExists.into())),
        Ok(_) => return Err(not_a_database(shown, "it is a file, and a database of fjall is a folder")),
        Err(missing) if missing.kind() == io::ErrorKind::NotFound && mode != OpenMode::Open => {
            fs::create_dir(path).and_then(|()| sync_parent(path)).map_err(cannot)?;
        }
        Err(error) => return Err(cannot(error)),
    }
    match (contents(path).map_err(cannot)?, mode) {
        (Contents::Database, _) if !failed_sync::CAN_FORGET && failed_sync::has(path) => {
            Err(ErrorKind::SyncFailed { place: Place::at_path(shown) }.into())
        }
        (Contents::Database, _) => failed_sync::forget_cached(path).map_err(cannot),
        (Contents::Nothing, OpenMode::Open) => Err(cannot(io::ErrorKind::NotFound.into())),
        (Contents::Nothing, OpenMode::Create | OpenMode::CreateNew) => clear(path, shown, mode),
        (Contents::Other, OpenMode::CreateNew) => Err(cannot(io::ErrorKind::AlreadyExists.into())),
        (Contents::Other, OpenMode::Open | OpenMode::Create) => {
            Err(not_a_database(shown, "the folder holds other files, and not the version file of fjall"))
        }
    }
}

/// Tells what the folder holds. An interrupted creation has no keyspace yet, and nothing in its journal.
fn contents(folder: &Path) -> io::Result<Contents> {
    let mut is_other = false;
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        is_other |= ![JOURNAL, KEYSPACES, LOCK, VERSION].iter().any(|known| name == **known);
    }
    let version = start_of(&folder.join(VERSION), MAGIC.len() + 1)?;
    if version.len() > MAGIC.len() {
        return Ok(if version.starts_with(MAGIC) { Contents::Database } else { Contents::Other });
    }
    let has_keyspace = match fs::read_dir(folder.join(KEYSPACES)) {
        Ok(mut keyspaces) => keyspaces.next().is_some(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(error),
    };
    let has_entry = start_of(&folder.join(JOURNAL), 1)?.iter().any(|byte| *byte != 0);
    let is_interrupted = MAGIC.starts_with(&version) && !has_keyspace && !has_entry;
    Ok(if is_interrupted && !is_other { Contents::Nothing } else { Contents::Other })
}

/// Returns up to `len` bytes of the beginning of a file, and none of a missing one.
fn start_of(file: &Path, len: usize) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    match File::open(file) {
        Ok(file) => file.take(u64::try_from(len).unwrap_or(u64::MAX)).read_to_end(&mut start)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(error),
    };
    Ok(start)
}

/// Removes what an interrupted creation has left, because fjall refuses files that exist.
fn clear(folder: &Path, shown: &str, mode: OpenMode) -> Result<()> {
    let cannot = |source| cannot_access(shown, mode, source);
    let lock =
        File::options().write(true).create(true).truncate(false).open(folder.join(LOCK)).map_err(cannot)?;
    // A creation that is running has the lock.
    match lock.try_lock() {
        Ok(()) => {}
        Err(fs::TryLockError::WouldBlock) => {
            return Err(ErrorKind::DatabaseLocked { place: Place::at_path(shown) }.into());
        }
        Err(fs::TryLockError::Error(source)) => return Err(cannot(source)),
    }
    // It may have ended before the lock was free.
    if contents(folder).map_err(cannot)? == Contents::Nothing {
        for name in [VERSION, JOURNAL] {
            match fs::remove_file(folder.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(cannot(error)),
                _ => {}
            }
        }
    }
    Ok(())
}

/// Syncs the folder around a new database, in which its name is stored.
fn sync_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if cfg!(unix) => File::open(parent)?.sync_all(),
        _ => Ok(()),
    }
}
