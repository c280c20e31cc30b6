//! [`CrossUserTableStore`]: a store that is not one user's own.

use alloc::borrow::ToOwned;
use alloc::string::ToString;

use super::{Principal, ReadView, Role, TableAccess, WriteView};
use crate::error::{Error, Result};
use crate::key::{StorageKey, UserId};
use crate::store::{Entity, EntityStore};

/// A store whose entities are not one user's own, with a rule for who may use it: see the [module](crate::access).
///
/// ```
/// use std::sync::Arc;
/// use keyloft::prelude::*;
/// use keyloft_memory::MemoryBackend;
///
/// let settings = SystemTableStore::<UserId, String>::new(Arc::new(MemoryBackend::new()), "settings");
/// assert_eq!(settings.table_access(), None);
/// assert!(settings.can_read(&Role::Dba) && !settings.can_read(&Role::Service));
///
/// let dba = Principal::new("root", Role::Dba);
/// settings.write_as(&dba)?.put(&"alice".into(), &"dark".to_owned())?;
///
/// let refused = settings.read_as(&Principal::new("alice", Role::User)).err().unwrap();
/// assert_eq!(refused.to_string(), "user `alice` may not read `settings`");
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// A view for reading does not write:
///
/// ```compile_fail
/// # use std::sync::Arc;
/// # use keyloft::prelude::*;
/// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// # let settings = SystemTableStore::<UserId, String>::new(backend, "settings");
/// let dba = Principal::new("root", Role::Dba);
/// settings.read_as(&dba).unwrap().put(&"alice".into(), &"dark".to_owned());
/// ```
pub trait CrossUserTableStore<K: StorageKey, V: Entity>: EntityStore<K, V> {
    /// The table's access level; `None` is a system table.
    fn table_access(&self) -> Option<TableAccess>;

    /// Whom the table belongs to, if to anybody.
    fn owner(&self) -> Option<&UserId> {
        None
    }

    /// Whether the role may read the table, whoever has it.
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

    /// Whether the role may write the table, whoever has it.
    ///
    /// | access | roles |
    /// | --- | --- |
    /// | `None` (system table) | [`Dba`](Role::Dba), [`System`](Role::System) |
    /// | [`Public`](TableAccess::Public), [`Restricted`](TableAccess::Restricted) | [`Service`](Role::Service), [`Dba`](Role::Dba), [`System`](Role::System) |
    /// | [`Private`](TableAccess::Private) | none: the owner writes it as its owner |
    fn can_write(&self, role: &Role) -> bool {
        match self.table_access() {
            None => *role >= Role::Dba,
            Some(TableAccess::Public | TableAccess::Restricted) => *role >= Role::Service,
            Some(TableAccess::Private) => false,
        }
    }

    /// The table as the principal may read it.
    ///
    /// # Errors
    ///
    /// [`Error::AccessDenied`] if neither the role nor the owner may.
    fn read_as(&self, principal: &Principal) -> Result<ReadView<'_, Self, K, V>> {
        if self.can_read(&principal.role()) || owns(self.owner(), principal) {
            Ok(ReadView::new(self))
        } else {
            Err(denied(principal, "read", self))
        }
    }

    /// The table as the principal may write it, which is to read it too.
    ///
    /// # Errors
    ///
    /// [`Error::AccessDenied`] if neither the role nor the owner may.
    fn write_as(&self, principal: &Principal) -> Result<WriteView<'_, Self, K, V>> {
        if self.can_write(&principal.role()) || owns(self.owner(), principal) {
            Ok(WriteView::new(self))
        } else {
            Err(denied(principal, "write", self))
        }
    }
}

fn owns(owner: Option<&UserId>, principal: &Principal) -> bool {
    owner == Some(principal.user_id())
}

fn denied<K: StorageKey, V: Entity>(
    principal: &Principal,
    action: &'static str,
    store: &(impl EntityStore<K, V> + ?Sized),
) -> Error {
    Error::AccessDenied {
        principal: principal.to_string(),
        action,
        table: store.partition().as_str().to_owned(),
    }
}
