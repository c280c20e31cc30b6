//! redb's errors, told as Keyloft's.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use keyloft::Error;
use redb::{DatabaseError, StorageError};

const ENGINE: &str = "redb";

/// How redb begins to say that a file was written by a later version of it.
const NEWER_FORMAT: &str = "Expected file format version";

/// What an opening expects to find at the path.
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
#[error("in {place}")]
struct InDatabase {
    place: String,
    source: redb::Error,
}

/// An error of redb while it did `action` on the database `place`.
pub(crate) fn failed(place: &str, action: &'static str, source: impl Into<redb::Error>) -> Error {
    match source.into() {
        redb::Error::Corrupted(detail) => Error::Corrupted { detail: format!("{place}: {detail}") },
        source => Error::Backend {
            engine: ENGINE,
            action,
            source: Box::new(InDatabase { place: place.to_owned(), source }),
        },
    }
}

/// An error of redb while it opened the database `place`, which is a file if there is a `path`.
pub(crate) fn cannot_open(
    place: &str,
    path: Option<&Path>,
    opening: Opening,
    source: DatabaseError,
) -> Error {
    let not_a_database =
        |reason: &str| Error::NotADatabase { path: place.to_owned(), reason: reason.to_owned() };
    match source {
        DatabaseError::DatabaseAlreadyOpen => Error::DatabaseLocked { path: place.to_owned() },
        DatabaseError::UpgradeRequired(version) => not_a_database(&format!(
            "redb's file format {version} is too old for this program; open it once with redb 2.6, which upgrades it"
        )),
        DatabaseError::Storage(StorageError::Corrupted(detail)) if detail.starts_with(NEWER_FORMAT) => {
            not_a_database("a later version of redb wrote it, for which this program is too old")
        }
        DatabaseError::Storage(StorageError::Io(source)) => match source.kind() {
            ErrorKind::InvalidData if path.is_some_and(is_empty) => not_a_database("it is empty"),
            ErrorKind::InvalidData => not_a_database("it does not begin as one does"),
            ErrorKind::UnexpectedEof => not_a_database("it ends too early"),
            ErrorKind::IsADirectory => not_a_database("it is a folder"),
            _ => no_access(place, opening, source),
        },
        source => failed(place, "open the database", source),
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
        _ => failed(place, "open the database", StorageError::Io(source)),
    }
}

fn is_empty(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|file| file.len() == 0)
}
