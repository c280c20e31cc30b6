//! The errors of the server and of the connection, as errors of Keyloft.

use std::error::Error as _;
use std::fmt;

use deadpool::managed::PoolError;
use keyloft::error::Place;
use keyloft::{Error, ErrorKind};
use tokio_postgres::error::{Severity, SqlState};

pub(crate) const ENGINE: &str = "PostgreSQL";
/// The action of an error while a connection begins.
pub(crate) const CONNECT: &str = "connect to";

/// The remedies of a pool that has no connection left.
const MORE_CONNECTIONS: &str = "end long transactions and scans, or raise `connections`";
const FEWER_SNAPSHOTS: &str = "drop snapshots, or raise `snapshots`";
const SERVER_IS_FULL: &str =
    "close other clients, lower `connections` here, or raise `max_connections` of the server";

/// An error of the client, with a text that names its cause.
///
/// The client's own text leaves out the server's message. Neither has a password: the server does not repeat it.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) tokio_postgres::Error);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(error) = self.0.as_db_error() {
            write!(f, "{} (SQLSTATE {})", error.message(), error.code().code())?;
            return match error.hint() {
                Some(hint) => write!(f, "; {hint}"),
                None => Ok(()),
            };
        }
        match self.0.source() {
            Some(cause) => write!(f, "{}: {cause}", self.0),
            None => write!(f, "{}", self.0),
        }
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// The pool that has no connection left.
#[derive(Clone, Copy)]
pub(crate) enum Pooled {
    Connections,
    Snapshots,
}

/// Returns `true` if the connection is gone, so that the outcome of a commit on it is not known.
pub(crate) fn is_disconnected(error: &tokio_postgres::Error) -> bool {
    match error.as_db_error() {
        Some(error) => matches!(error.parsed_severity(), Some(Severity::Fatal | Severity::Panic)),
        // An error of the client itself, such as a value that it can't encode, is none of the connection.
        None => {
            error.is_closed() || error.source().is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
        }
    }
}

/// Returns `true` if the transaction conflicted with another one, so that its body must run again.
pub(crate) fn is_conflict(error: &tokio_postgres::Error) -> bool {
    let conflicts = [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        // Two transactions wrote the same new key, and the server did not see that they depend on each other.
        SqlState::UNIQUE_VIOLATION,
    ];
    error.code().is_some_and(|code| conflicts.contains(code))
}

/// Returns the error of a failed statement or connection.
pub(crate) fn failed(place: Place, action: &'static str, error: tokio_postgres::Error) -> Error {
    let code = error.code().cloned();
    let is_lost = is_disconnected(&error) || action == CONNECT;
    let source = Box::new(Failure(error));
    let Some(code) = code else {
        // The client itself refuses to connect without a password, or without TLS.
        return if action == CONNECT && source.to_string().contains("password") {
            Error::from(ErrorKind::PermissionDenied { place, source })
        } else if is_lost {
            Error::from(ErrorKind::Unreachable { place, source })
        } else {
            Error::from(ErrorKind::Backend { place, engine: ENGINE, action, source })
        };
    };
    match code {
        SqlState::TOO_MANY_CONNECTIONS => Error::from(ErrorKind::Exhausted {
            place,
            resource: "connections that the server allows",
            remedy: SERVER_IS_FULL,
        }),
        SqlState::READ_ONLY_SQL_TRANSACTION => Error::from(ErrorKind::ReadOnly),
        SqlState::QUERY_CANCELED | SqlState::LOCK_NOT_AVAILABLE => {
            Error::from(ErrorKind::TimedOut { place, action, source })
        }
        SqlState::DISK_FULL => Error::from(ErrorKind::StorageFull { place, source }),
        SqlState::INVALID_PASSWORD
        | SqlState::INVALID_AUTHORIZATION_SPECIFICATION
        | SqlState::INSUFFICIENT_PRIVILEGE => Error::from(ErrorKind::PermissionDenied { place, source }),
        SqlState::INVALID_CATALOG_NAME => Error::from(ErrorKind::DatabaseMissing { place }),
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => {
            Error::from(ErrorKind::Conflict { place, tries: 1, source })
        }
        code if code.code().starts_with("57P") || code.code().starts_with("08") => {
            Error::from(ErrorKind::Unreachable { place, source })
        }
        _ => Error::from(ErrorKind::Backend { place, engine: ENGINE, action, source }),
    }
}

/// Returns the error of a pool.
pub(crate) fn not_pooled(place: Place, pooled: Pooled, error: PoolError<tokio_postgres::Error>) -> Error {
    match error {
        PoolError::Backend(error) => failed(place, CONNECT, error),
        PoolError::Timeout(deadpool::managed::TimeoutType::Wait) => match pooled {
            Pooled::Connections => {
                Error::from(ErrorKind::Exhausted { place, resource: "connections", remedy: MORE_CONNECTIONS })
            }
            Pooled::Snapshots => {
                Error::from(ErrorKind::Exhausted { place, resource: "snapshots", remedy: FEWER_SNAPSHOTS })
            }
        },
        error @ PoolError::Timeout(_) => {
            Error::from(ErrorKind::TimedOut { place, action: "connect", source: Box::new(error) })
        }
        PoolError::Closed => Error::from(ErrorKind::Closed { place }),
        error => Error::from(ErrorKind::Backend {
            place,
            engine: ENGINE,
            action: CONNECT,
            source: Box::new(error),
        }),
    }
}
