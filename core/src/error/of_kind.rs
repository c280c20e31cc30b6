//! [`Error`](struct@Error): an error of a [kind](ErrorKind).

use alloc::boxed::Box;
use core::{error, fmt};

use super::{ErrorKind, Place};

/// An error of a store, a table or a backend.
///
/// Its [kind](Error::kind) has a [`code`](Error::code) that never changes, for programs in any language. The text says what
/// failed, where, why, and what to do.
///
/// ```
/// # use std::sync::Arc;
/// # use keyloft::prelude::*;
/// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// let readings = Table::<(String, i64), u8>::new(backend, "readings");
/// let key = ("attic".to_owned(), -5);
/// readings.insert(&key, &1)?;
/// let refused = readings.insert(&key, &1).unwrap_err();
/// assert!(matches!(refused.kind(), ErrorKind::AlreadyExists { .. }));
/// assert_eq!(
///     refused.to_string(),
///     "key `(attic, -5)` in partition `readings` exists already: use `put` to replace it"
/// );
/// // The place names the table and the key, as the key's type describes it.
/// assert_eq!(refused.place().and_then(|place| place.partition()), Some("readings"));
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// It is a pointer, because every step of every call passes it on: a large type would cost code and time each time, for a rare
/// case.
pub struct Error(Box<ErrorKind>);

impl Error {
    /// Returns the kind of the error.
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// Returns the kind of the error, with all that it owns.
    ///
    /// ```
    /// use keyloft::{Error, ErrorKind};
    ///
    /// let ErrorKind::ReadOnly = Error::from(ErrorKind::ReadOnly).into_kind() else { unreachable!() };
    /// ```
    pub fn into_kind(self) -> ErrorKind {
        *self.0
    }

    /// Returns the kind for a caller that can add to it.
    pub(crate) fn kind_mut(&mut self) -> &mut ErrorKind {
        &mut self.0
    }

    /// Returns the name of the kind, which identifies the error to programs in other languages. It never changes.
    ///
    /// ```
    /// use keyloft::{StorageKey, UserRowId};
    ///
    /// assert_eq!(UserRowId::decode(b"no separator").unwrap_err().code(), "InvalidKey");
    /// ```
    pub fn code(&self) -> &'static str {
        self.0.code()
    }

    /// Returns the place of the error: a key, a partition, a path or a stream. An error of a whole transaction has none, nor has
    /// one of a cursor or of a stream's content.
    pub fn place(&self) -> Option<&Place> {
        self.0.place()
    }
}

impl From<ErrorKind> for Error {
    #[cold]
    #[inline(never)]
    fn from(kind: ErrorKind) -> Self {
        Self(Box::new(kind))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.0.source()
    }
}
