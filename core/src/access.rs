//! Who may read what: [`Role`], [`TableAccess`] and the stores they apply to.

use serde::{Deserialize, Serialize};

use crate::key::StorageKey;
use crate::store::{Entity, EntityStore};

/// What a user may do, in rising order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Role {
    /// Their own rows, and what is public.
    User,
    /// What is restricted too: programs that work for the users.
    Service,
    /// The system's tables too.
    Dba,
    /// The system itself.
    System,
}

/// Who may read a shared table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum TableAccess {
    /// Every role.
    Public,
    /// Its owner alone, whatever the role.
    Private,
    /// [`Role::Service`] and above.
    Restricted,
}

/// A store whose entities are not one user's own, with a rule for who may read it.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::{CrossUserTableStore, JobId, Role, SystemTableStore};
/// use keyloft_memory::MemoryBackend;
///
/// let jobs = SystemTableStore::<JobId, String>::new(Arc::new(MemoryBackend::new()), "jobs");
/// assert_eq!(jobs.table_access(), None);
/// assert!(jobs.can_read(&Role::Dba) && !jobs.can_read(&Role::Service));
/// ```
pub trait CrossUserTableStore<K: StorageKey, V: Entity>: EntityStore<K, V> {
    /// The table's access level; `None` is a system table.
    fn table_access(&self) -> Option<TableAccess>;

    /// Whether the role may read the table.
    ///
    /// | access | roles |
    /// | --- | --- |
    /// | `None` (system table) | [`Dba`](Role::Dba), [`System`](Role::System) |
    /// | [`Public`](TableAccess::Public) | all |
    /// | [`Restricted`](TableAccess::Restricted) | [`Service`](Role::Service), [`Dba`](Role::Dba), [`System`](Role::System) |
    /// | [`Private`](TableAccess::Private) | none: the owner reads it as its owner |
    fn can_read(&self, role: &Role) -> bool {
        match self.table_access() {
            None => *role >= Role::Dba,
            Some(TableAccess::Public) => true,
            Some(TableAccess::Restricted) => *role >= Role::Service,
            Some(TableAccess::Private) => false,
        }
    }
}
