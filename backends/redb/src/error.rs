//! redb's errors, told as Keyloft's.

use std::io::{self, ErrorKind};
use std::sync::Arc;

use keyloft::Error;
use redb::{DatabaseError, StorageError};

const ENGINE: &str = "redb";
const OPEN: &str = "open the database";

/// How redb begins to say that a file was written by a later version of it.
const NEWER_FORMAT: &str = "Expected file format version";

/// What an opening expects to find. What is left of a creation that was cut off is nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opening {
    /// A database.
    Existing,
    /// A database or nothing.
    Either,
    /// Nothing.
    New,
}

/// What redb says, and of which database.
#[derive(Debug, thiserror::Error)]
#[error("in `{place}`")]
struct InDatabase {
    place: String,
    source: Arc<redb::Error>,
}

/// An error of redb while it did `action` on the database `place`.
pub(crate) fn failed(place: &str, action: &'static str, source: impl Into<redb::Error>) -> Error {
    failed_together(place, action, Arc::new(source.into()))
}

/// An error of redb that concerns several callers, for one of them.
pub(crate) fn failed_together(place: &str, action: &'static str, source: Arc<redb::Error>) -> Error {
    match &*source {
        redb::Error::DatabaseClosed => Error::Closed { path: place.to_owned() },
        redb::Error::Corrupted(detail) => Error::Corrupted { detail: format!("`{place}`: {detail}") },
        redb::Error::Io(full) if is_full(full) => {
            Error::StorageFull { path: place.to_owned(), source: Box::new(source) }
        }
        _ => Error::Backend {
            engine: ENGINE,
            action,
            source: Box::new(InDatabase { place: place.to_owned(), source }),
        },
    }
}

/// Whether there is no room left: on the disk, in what a user or a page may have of it, or in memory for a file there.
fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::OutOfMemory)
}

/// An error of redb while it opened the database `place`.
pub(crate) fn cannot_open(place: &str, opening: Opening, source: DatabaseError) -> Error {
    let not_a_database =
        |reason: &str| Error::NotADatabase { path: place.to_owned(), reason: reason.to_owned() };
    match source {
        DatabaseError::DatabaseAlreadyOpen => Error::DatabaseLocked { path: place.to_owned() },
        DatabaseError::UpgradeRequired(version) => not_a_database(&format!(
            "redb's file format {version} is too old for this program; open it once with redb 2.6, which upgrades it"
        )),
        // That of a file whose head was wiped out is 0.
        DatabaseError::Storage(StorageError::Corrupted(detail))
            if detail.starts_with(NEWER_FORMAT) && !detail.ends_with(" 0") =>
        {
            not_a_database("a later version of redb wrote it, for which this program is too old")
        }
        DatabaseError::Storage(StorageError::Io(source)) => match source.kind() {
            ErrorKind::InvalidData => not_a_database("it does not begin as one does"),
            ErrorKind::UnexpectedEof => not_a_database("it ends too early"),
            ErrorKind::IsADirectory => not_a_database("it is a folder"),
            _ => no_access(place, opening, source),
        },
        source => failed(place, OPEN, source),
    }
}

fn no_access(place: &str, opening: Opening, source: io::Error) -> Error {
    let path = place.to_owned();
    match source.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory if opening == Opening::Existing => {
            Error::DatabaseMissing { path }
        }
        ErrorKind::NotFound | ErrorKind::NotADirectory => Error::FolderMissing { path },
        ErrorKind::AlreadyExists => Error::DatabaseExists { path },
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            Error::PermissionDenied { path, source: Box::new(source) }
        }
        _ => failed(place, OPEN, StorageError::Io(source)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(opening: Opening, kind: ErrorKind) -> &'static str {
        let error = cannot_open("a.redb", opening, StorageError::Io(kind.into()).into());
        assert!(error.to_string().contains("`a.redb`") || error.code() == "Backend", "{error}");
        error.code()
    }

    #[test]
    fn what_the_system_says_about_a_file_is_told_apart() {
        for opening in [Opening::Existing, Opening::Either, Opening::New] {
            assert_eq!(code(opening, ErrorKind::PermissionDenied), "PermissionDenied");
            assert_eq!(code(opening, ErrorKind::ReadOnlyFilesystem), "PermissionDenied");
            assert_eq!(code(opening, ErrorKind::IsADirectory), "NotADatabase");
            assert_eq!(code(opening, ErrorKind::UnexpectedEof), "NotADatabase");
            assert_eq!(code(opening, ErrorKind::StorageFull), "StorageFull");
            assert_eq!(code(opening, ErrorKind::TimedOut), "Backend");
        }
        assert_eq!(code(Opening::Existing, ErrorKind::NotFound), "DatabaseMissing");
        assert_eq!(code(Opening::Either, ErrorKind::NotFound), "FolderMissing");
        assert_eq!(code(Opening::New, ErrorKind::AlreadyExists), "DatabaseExists");
    }

    #[test]
    fn a_wiped_file_is_not_one_of_a_later_version() {
        let code = |version: u8| {
            let detail = format!("{NEWER_FORMAT} <= 3, found {version}");
            cannot_open("a.redb", Opening::Existing, StorageError::Corrupted(detail).into()).code()
        };
        assert_eq!((code(0), code(4), code(10)), ("Corrupted", "NotADatabase", "NotADatabase"));
    }

    #[test]
    fn the_place_and_the_cause_are_in_the_chain() {
        let error = failed("a.redb", "commit", StorageError::Io(ErrorKind::TimedOut.into()));
        assert_eq!(error.to_string(), "redb failed to commit");
        let place = std::error::Error::source(&error).unwrap();
        assert_eq!(place.to_string(), "in `a.redb`");
        assert!(place.source().unwrap().to_string().contains("timed out"));
    }
}
