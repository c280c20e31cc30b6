//! The mapping of redb's errors to Keyloft's.

use std::io;

use keyloft::error::Place;
use keyloft::{Error, ErrorKind};
use redb::{DatabaseError, StorageError};

use crate::health::{Failure, Health};

const ENGINE: &str = "redb";
const OPEN: &str = "open the database";

/// The beginning of redb's message about a file that a later version wrote.
const NEWER_FORMAT: &str = "Expected file format version";

/// The contents of a file that an opening allows. An interrupted creation counts as nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OpenMode {
    /// A database.
    Open,
    /// A database, or nothing.
    Create,
    /// Nothing.
    CreateNew,
    /// A database, which is only read.
    ReadOnly,
}

impl OpenMode {
    /// Returns the mode in which a database is opened again.
    pub(crate) fn of_reopening(self) -> Self {
        if self == Self::ReadOnly { Self::ReadOnly } else { Self::Open }
    }

    /// Returns `true` if the database must exist.
    pub(crate) fn needs_database(self) -> bool {
        matches!(self, Self::Open | Self::ReadOnly)
    }
}

/// Maps an error of redb during `action` on the database at `path`.
pub(crate) fn failed(path: &str, action: &'static str, source: redb::Error, health: &Health) -> Error {
    let place = Place::at_path(path);
    if health.is_forked() {
        return ErrorKind::Forked { place }.into();
    }
    Error::from(match source {
        redb::Error::Corrupted(detail) => ErrorKind::Corrupted { place, detail },
        // redb says so after a panic, which was a sign of damage.
        redb::Error::LockPoisoned(_) => ErrorKind::Corrupted {
            place,
            detail: "redb has panicked and left its state unfinished".to_owned(),
        },
        redb::Error::DatabaseClosed if health.newest_failure().is_none() => ErrorKind::Closed { place },
        // redb's error does not say the cause of an earlier failure.
        redb::Error::DatabaseClosed | redb::Error::PreviousIo | redb::Error::Io(_) => {
            match health.newest_failure() {
                Some(failure) if failure.is_full() => {
                    ErrorKind::StorageFull { place, source: Box::new(failure.source) }
                }
                Some(Failure { action, source }) => {
                    ErrorKind::StorageFailed { place, action, source: Box::new(source) }
                }
                None => ErrorKind::Backend { place, engine: ENGINE, action, source: Box::new(source) },
            }
        }
        source => ErrorKind::Backend { place, engine: ENGINE, action, source: Box::new(source) },
    })
}

/// Maps the error of a commit whose writes may be stored nevertheless.
pub(crate) fn unknown(path: &str, source: redb::Error, health: &Health) -> Error {
    let place = Place::at_path(path);
    if health.is_forked() {
        return ErrorKind::Forked { place }.into();
    }
    Error::from(match health.newest_failure() {
        Some(failure) => ErrorKind::CommitUnknown { place, source: Box::new(failure.source) },
        None => ErrorKind::CommitUnknown { place, source: Box::new(source) },
    })
}

/// Returns `true` if the error says that a disk is full, a quota is used up, or memory for a file is exhausted.
pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::OutOfMemory
    )
}

/// Maps an error of redb while it opened the database at `path`.
pub(crate) fn cannot_open(path: &str, mode: OpenMode, source: DatabaseError) -> Error {
    let place = || Place::at_path(path);
    let not_a_database = |reason: &str| ErrorKind::NotADatabase { place: place(), reason: reason.to_owned() };
    Error::from(match source {
        DatabaseError::DatabaseAlreadyOpen => ErrorKind::DatabaseLocked { place: place() },
        DatabaseError::RepairAborted if mode == OpenMode::ReadOnly => {
            ErrorKind::RecoveryNeeded { place: place() }
        }
        // By the closure that gets its progress.
        DatabaseError::RepairAborted => ErrorKind::Cancelled,
        DatabaseError::LockProtocolMismatch => {
            let reason =
                "a process with another version of redb has it open; use the same version in all processes";
            ErrorKind::SharingUnavailable { place: place(), reason }
        }
        DatabaseError::Storage(StorageError::Unsupported) => {
            let reason = "its storage has no locks of ranges; use `Sharing::Exclusive`, in one process";
            ErrorKind::SharingUnavailable { place: place(), reason }
        }
        DatabaseError::UpgradeRequired(version) => not_a_database(&format!(
            "redb's file format {version} is too old for this program; open it once with redb 2.6, which upgrades it"
        )),
        // A file whose header was wiped has version 0, which no version of redb writes: it is damaged and not newer.
        DatabaseError::Storage(StorageError::Corrupted(detail))
            if detail.starts_with(NEWER_FORMAT) && !detail.ends_with(" 0") =>
        {
            not_a_database("a later version of redb wrote it, use a newer version of this program")
        }
        DatabaseError::Storage(StorageError::Io(source)) => match source.kind() {
            io::ErrorKind::InvalidData => not_a_database("it does not begin with redb's magic number"),
            io::ErrorKind::UnexpectedEof => not_a_database("it ends too early"),
            _ => return cannot_access(path, mode, source),
        },
        source => return open_failed(path, source.into()),
    })
}

/// Maps an error of the system about the file at `path`.
pub(crate) fn cannot_access(path: &str, mode: OpenMode, source: io::Error) -> Error {
    let place = Place::at_path(path);
    Error::from(match source.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory if mode.needs_database() => {
            ErrorKind::DatabaseMissing { place }
        }
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ErrorKind::FolderMissing { place },
        io::ErrorKind::AlreadyExists => ErrorKind::DatabaseExists { place },
        io::ErrorKind::IsADirectory => ErrorKind::NotADatabase { place, reason: "it is a folder".to_owned() },
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            ErrorKind::PermissionDenied { place, source: Box::new(source) }
        }
        _ => return open_failed(path, redb::Error::Io(source)),
    })
}

fn open_failed(path: &str, source: redb::Error) -> Error {
    let place = Place::at_path(path);
    Error::from(match source {
        redb::Error::Corrupted(detail) => ErrorKind::Corrupted { place, detail },
        redb::Error::Io(source) if is_full(&source) => {
            ErrorKind::StorageFull { place, source: Box::new(source) }
        }
        source => ErrorKind::Backend { place, engine: ENGINE, action: OPEN, source: Box::new(source) },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(mode: OpenMode, kind: io::ErrorKind) -> &'static str {
        let error = cannot_open("a.redb", mode, StorageError::Io(kind.into()).into());
        assert!(error.to_string().contains("`a.redb`"), "{error}");
        error.code()
    }

    #[test]
    fn errors_of_the_system_map_to_codes() {
        for mode in [OpenMode::Open, OpenMode::Create, OpenMode::CreateNew] {
            assert_eq!(code(mode, io::ErrorKind::PermissionDenied), "PermissionDenied");
            assert_eq!(code(mode, io::ErrorKind::ReadOnlyFilesystem), "PermissionDenied");
            assert_eq!(code(mode, io::ErrorKind::IsADirectory), "NotADatabase");
            assert_eq!(code(mode, io::ErrorKind::UnexpectedEof), "NotADatabase");
            assert_eq!(code(mode, io::ErrorKind::StorageFull), "StorageFull");
            assert_eq!(code(mode, io::ErrorKind::TimedOut), "Backend");
        }
        assert_eq!(code(OpenMode::Open, io::ErrorKind::NotFound), "DatabaseMissing");
        assert_eq!(code(OpenMode::Create, io::ErrorKind::NotFound), "FolderMissing");
        assert_eq!(code(OpenMode::CreateNew, io::ErrorKind::AlreadyExists), "DatabaseExists");
    }

    #[test]
    fn a_wiped_header_is_damage_and_not_a_later_version() {
        let code = |version: u8| {
            let detail = format!("{NEWER_FORMAT} <= 3, found {version}");
            cannot_open("a.redb", OpenMode::Open, StorageError::Corrupted(detail).into()).code()
        };
        assert_eq!((code(0), code(4), code(10)), ("Corrupted", "NotADatabase", "NotADatabase"));
    }

    #[test]
    fn the_text_names_the_action_the_path_and_the_cause() {
        let open =
            cannot_open("a.redb", OpenMode::Open, StorageError::Io(io::ErrorKind::TimedOut.into()).into());
        assert_eq!(open.to_string(), "redb can't open the database `a.redb`: I/O error: timed out");
        let denied = cannot_open(
            "a.redb",
            OpenMode::Open,
            StorageError::Io(io::ErrorKind::PermissionDenied.into()).into(),
        );
        assert!(denied.to_string().starts_with("`a.redb` can't be opened: permission denied"), "{denied}");
    }
}
