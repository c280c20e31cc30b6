//! [`Failure`]: the reason why a command ends without its result, and the exit codes.

use std::fmt;
use std::io;

use keyloft::{Error, ErrorKind};

/// The exit code of a command that has done its work.
pub(crate) const DONE: u8 = 0;
/// The exit code of the answer "no": nothing found, databases that differ, damage.
pub(crate) const NO: u8 = 1;
/// The exit code of arguments that make no sense.
pub(crate) const USAGE: u8 = 2;
/// The exit code of an error of the database or of a file.
pub(crate) const FAILED: u8 = 3;
/// The exit code of a change that was not confirmed, or that the database refused.
pub(crate) const REFUSED: u8 = 4;

pub(crate) type Result<T> = std::result::Result<T, Failure>;

/// The end of a command that has not failed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Done,
    /// The answer is "no": nothing was found, databases differ, or there is damage.
    No,
}

impl End {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => DONE,
            Self::No => NO,
        }
    }

    /// Returns `Done` if the condition holds.
    pub(crate) fn when(condition: bool) -> Self {
        if condition { Self::Done } else { Self::No }
    }
}

/// The reason why a command ends without its result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An argument that makes no sense for this database.
    Usage(String),
    /// An error of the database.
    Database(Error),
    /// An error of a file or a pipe, with the text of what was tried.
    Io(String, io::Error),
    /// A change that was not confirmed, or that can't be made here.
    Refused(String),
}

impl Failure {
    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Self::Usage(text.into())
    }

    pub(crate) fn code(&self) -> u8 {
        match self {
            // The reader of the output has gone. That is its right.
            Self::Io(_, error) if error.kind() == io::ErrorKind::BrokenPipe => DONE,
            Self::Usage(_) => USAGE,
            Self::Database(error) => code_of(error.kind()),
            Self::Io(..) => FAILED,
            Self::Refused(_) => REFUSED,
        }
    }

    /// Returns the code of the error for scripts.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Usage(_) => "Usage",
            Self::Database(error) => error.code(),
            Self::Io(..) => "Io",
            Self::Refused(_) => "Refused",
        }
    }
}

/// Returns the exit code of an error of the database: many are about the arguments or the change, and not about the database.
fn code_of(kind: &ErrorKind) -> u8 {
    match kind {
        ErrorKind::InvalidKey { .. }
        | ErrorKind::Encode { .. }
        | ErrorKind::InvalidCursor { .. }
        | ErrorKind::UnknownIndex { .. }
        | ErrorKind::InvalidPartition { .. } => USAGE,
        ErrorKind::UniqueViolation { .. }
        | ErrorKind::Invalid { .. }
        | ErrorKind::InUse { .. }
        | ErrorKind::AlreadyExists { .. }
        | ErrorKind::KeyTooLong { .. }
        | ErrorKind::ValueTooLong { .. }
        | ErrorKind::IndexedValueTooLong { .. }
        | ErrorKind::NotEmpty { .. }
        | ErrorKind::DatabaseExists { .. }
        | ErrorKind::ReadOnly => REFUSED,
        _ => FAILED,
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) | Self::Refused(text) => f.write_str(text),
            Self::Database(error) => error.fmt(f),
            Self::Io(what, error) => write!(f, "{what}: {error}"),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

/// An error of the standard output.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io("cannot write the output".into(), error)
    }
}
