//! [`Rights`]: whose a table is.

use keyloft::store::Entity;
use keyloft::{CrossUserTableStore, StorageKey, TableAccess, UserId};

/// Whose a table is.
pub(super) enum Rights {
    /// Every user has rows of their own, and an open table is the rows of one.
    Everyones,
    /// All have the same rows, as far as this level lets them.
    Shared(Option<TableAccess>, Option<UserId>),
}

impl Rights {
    /// Those of the typed store.
    pub(super) fn of<K: StorageKey, V: Entity>(typed: &impl CrossUserTableStore<K, V>) -> Self {
        Self::Shared(typed.table_access(), typed.owner().cloned())
    }
}
