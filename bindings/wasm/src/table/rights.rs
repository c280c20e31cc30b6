//! [`Rights`]: the principals that may use a table.

use keyloft::{CrossUserTableStore, StorageKey, TableAccess, UserId};

/// A principal's use of a table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Permission {
    Read,
    Write,
}

impl Permission {
    /// Returns the name that errors have for it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// The principals that may use a table.
pub(super) enum Rights {
    /// No principal: the program itself uses the table.
    Nobody,
    /// Every principal, each their own rows.
    OwnRows,
    /// The principals that the access level and the owner let in, all the same rows.
    Shared(Option<TableAccess>, Option<UserId>),
}

impl Rights {
    /// The rights of a table of the system or a collection.
    pub(super) const SYSTEM: Self = Self::Shared(None, None);

    /// The rights of the typed store.
    pub(super) fn of<K: StorageKey, V: 'static>(typed: &impl CrossUserTableStore<K, V>) -> Self {
        Self::Shared(typed.table_access(), typed.owner().cloned())
    }
}
