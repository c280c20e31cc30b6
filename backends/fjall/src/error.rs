//! The mapping of fjall's errors to Keyloft's.

use std::io;
use std::sync::Arc;

use fjall::LsmError;
use keyloft::error::Place;
use keyloft::{Error, ErrorKind};

const ENGINE: &str = "fjall";
const OPEN: &str = "open the database";

/// The contents of a folder that an opening allows. An interrupted creation counts as nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OpenMode {
    /// A database.
    Open,
    /// A database, or nothing.
    Create,
    /// Nothing.
    CreateNew,
}

/// A failure of fjall. The members of a group share it, so it can be cloned.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// The database was closed.
    Closed,
    /// The process was forked after the opening.
    Forked,
    /// A file could not be read or written.
    Io(Arc<io::Error>),
    /// fjall has stopped accepting writes after an earlier failure.
    Stopped,
    /// Damage, or a panic of fjall.
    Damaged(String),
    /// Another error of fjall.
    Other(Arc<fjall::Error>),
}

impl From<fjall::Error> for Fault {
    fn from(error: fjall::Error) -> Self {
        match error {
            fjall::Error::Io(source) | fjall::Error::Storage(LsmError::Io(source)) => {
                Self::Io(Arc::new(source))
            }
            fjall::Error::Poisoned => Self::Stopped,
            fjall::Error::Storage(LsmError::ChecksumMismatch { .. }) => {
                Self::Damaged("the checksum of a block is wrong".to_owned())
            }
            fjall::Error::JournalRecovery(detail) => {
                Self::Damaged(format!("its journal is damaged: {detail}"))
            }
            damage @ (fjall::Error::Storage(_)
            | fjall::Error::Decompress(_)
            | fjall::Error::InvalidTrailer
            | fjall::Error::InvalidTag(_)
            | fjall::Error::Unrecoverable) => Self::Damaged(format!("fjall can't read it: {damage}")),
            other => Self::Other(Arc::new(other)),
        }
    }
}

impl Fault {
    /// Returns the error for a failure during `action` on the database at `path`, after which nothing was written.
    pub(crate) fn failed(&self, path: &str, action: &'static str) -> Error {
        let place = Place::at_path(path);
        Error::from(match self {
            Self::Closed => ErrorKind::Closed { place },
            Self::Forked => ErrorKind::Forked { place },
            Self::Io(source) if is_full(source) => {
                ErrorKind::StorageFull { place, source: Box::new(Arc::clone(source)) }
            }
            Self::Io(source) => {
                ErrorKind::StorageFailed { place, action, source: Box::new(Arc::clone(source)) }
            }
            Self::Stopped => ErrorKind::StorageFailed { place, action, source: Box::new(stopped()) },
            Self::Damaged(detail) => ErrorKind::Corrupted { place, detail: detail.clone() },
            Self::Other(source) => {
                ErrorKind::Backend { place, engine: ENGINE, action, source: Box::new(Arc::clone(source)) }
            }
        })
    }

    /// Returns the error for a commit whose writes may be stored nevertheless.
    pub(crate) fn unknown(&self, path: &str) -> Error {
        let place = Place::at_path(path);
        Error::from(match self {
            Self::Closed => ErrorKind::Closed { place },
            Self::Forked => ErrorKind::Forked { place },
            Self::Io(source) => ErrorKind::CommitUnknown { place, source: Box::new(Arc::clone(source)) },
            Self::Stopped => ErrorKind::CommitUnknown { place, source: Box::new(stopped()) },
            Self::Damaged(detail) => {
                ErrorKind::CommitUnknown { place, source: Box::new(io::Error::other(detail.clone())) }
            }
            Self::Other(source) => ErrorKind::CommitUnknown { place, source: Box::new(Arc::clone(source)) },
        })
    }

    /// Returns the error for a failure to open the database at `path`.
    pub(crate) fn cannot_open(self, path: &str, mode: OpenMode) -> Error {
        match self {
            Self::Io(source) => {
                let kind = source.kind();
                cannot_access(path, mode, Arc::into_inner(source).unwrap_or_else(|| kind.into()))
            }
            Self::Other(source) => match &*source {
                fjall::Error::Locked => {
                    Error::from(ErrorKind::DatabaseLocked { place: Place::at_path(path) })
                }
                fjall::Error::InvalidVersion(version) => not_a_database(path, &wrong_version(*version)),
                _ => Self::Other(source).failed(path, OPEN),
            },
            other => other.failed(path, OPEN),
        }
    }
}

fn stopped() -> io::Error {
    io::Error::other(
        "fjall has stopped after a failure in the background, which it has written to the program's log",
    )
}

fn wrong_version(version: Option<fjall::FormatVersion>) -> String {
    match version {
        Some(version) => format!("fjall's format {version} is not the one of this program"),
        None => "a later version of fjall wrote it, use a newer version of this program".to_owned(),
    }
}

pub(crate) fn not_a_database(path: &str, reason: &str) -> Error {
    Error::from(ErrorKind::NotADatabase { place: Place::at_path(path), reason: reason.to_owned() })
}

/// Returns `true` if the error says that a disk is full or a quota is used up.
fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    )
}

/// Maps an error of the system about the folder at `path`, or a file in it.
pub(crate) fn cannot_access(path: &str, mode: OpenMode, source: io::Error) -> Error {
    let place = Place::at_path(path);
    match source.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory if mode == OpenMode::Open => {
            Error::from(ErrorKind::DatabaseMissing { place })
        }
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            Error::from(ErrorKind::FolderMissing { place })
        }
        io::ErrorKind::AlreadyExists => Error::from(ErrorKind::DatabaseExists { place }),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            Error::from(ErrorKind::PermissionDenied { place, source: Box::new(source) })
        }
        _ if is_full(&source) => Error::from(ErrorKind::StorageFull { place, source: Box::new(source) }),
        _ => {
            Error::from(ErrorKind::Backend { place, engine: ENGINE, action: OPEN, source: Box::new(source) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(mode: OpenMode, kind: io::ErrorKind) -> &'static str {
        let error = Fault::from(fjall::Error::Io(kind.into())).cannot_open("a.fjall", mode);
        assert!(error.to_string().contains("`a.fjall`"), "{error}");
        error.code()
    }

    #[test]
    fn errors_of_the_system_map_to_codes() {
        for mode in [OpenMode::Open, OpenMode::Create, OpenMode::CreateNew] {
            assert_eq!(code(mode, io::ErrorKind::PermissionDenied), "PermissionDenied");
            assert_eq!(code(mode, io::ErrorKind::ReadOnlyFilesystem), "PermissionDenied");
            assert_eq!(code(mode, io::ErrorKind::StorageFull), "StorageFull");
            assert_eq!(code(mode, io::ErrorKind::TimedOut), "Backend");
        }
        assert_eq!(code(OpenMode::Open, io::ErrorKind::NotFound), "DatabaseMissing");
        assert_eq!(code(OpenMode::Create, io::ErrorKind::NotFound), "FolderMissing");
    }

    #[test]
    fn errors_of_fjall_map_to_codes() {
        let codes = |error: fn() -> fjall::Error| {
            let fault = Fault::from(error());
            (fault.failed("a.fjall", "read").code(), fault.unknown("a.fjall").code())
        };
        assert_eq!(codes(|| fjall::Error::Poisoned), ("StorageFailed", "CommitUnknown"));
        assert_eq!(codes(|| fjall::Error::InvalidTrailer), ("Corrupted", "CommitUnknown"));
        assert_eq!(codes(|| fjall::Error::Storage(LsmError::Unrecoverable)), ("Corrupted", "CommitUnknown"));
        assert_eq!(codes(|| fjall::Error::KeyspaceDeleted), ("Backend", "CommitUnknown"));
        let locked = Fault::from(fjall::Error::Locked).cannot_open("a.fjall", OpenMode::Open);
        assert_eq!(locked.code(), "DatabaseLocked");
        let old = Fault::from(fjall::Error::InvalidVersion(Some(fjall::FormatVersion::V2)));
        assert_eq!(
            old.cannot_open("a.fjall", OpenMode::Open).to_string(),
            "`a.fjall` is not a database: fjall's format 2 is not the one of this program; choose another path"
        );
    }
}
