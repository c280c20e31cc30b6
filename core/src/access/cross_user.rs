//! [`CrossUserTableStore`]: a store whose entities belong to no single user.

use alloc::string::ToString;

use super::{Principal, ReadView, Role, TableAccess, WriteView};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::key::{StorageKey, UserId};
use crate::store::{EntityStore, Table};

/// A store whose entities belong to no single user, with the access rules of the [module](crate::access).
///
/// ```
/// use std::sync::Arc;
/// use keyloft::prelude::*;
/// use keyloft_memory::MemoryBackend;
///
/// let settings = Table::<UserId, String>::new(Arc::new(MemoryBackend::new()), "settings");
/// assert_eq!(settings.table_access(), None);
/// assert!(settings.can_read(&Role::Dba) && !settings.can_read(&Role::Service));
///
/// let dba = Principal::new("root", Role::Dba);
/// settings.write_as(&dba)?.put(&"alice".into(), &"dark".to_owned())?;
///
/// let refused = settings.read_as(&Principal::new("alice", Role::User)).err().unwrap();
/// assert_eq!(refused.to_string(), "user `alice` may not read partition `settings`: use a principal whose role may, or the owner");
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// A read view has no writes:
///
/// ```compile_fail
/// # use std::sync::Arc;
/// # use keyloft::prelude::*;
/// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// # let settings = Table::<UserId, String>::new(backend, "settings");
/// let dba = Principal::new("root", Role::Dba);
/// settings.read_as(&dba).unwrap().put(&"alice".into(), &"dark".to_owned());
/// ```
pub trait CrossUserTableStore<K: StorageKey, V: 'static>: EntityStore<K, V> {
    /// Returns the access level of the table, or `None` for a system table.
    fn table_access(&self) -> Option<TableAccess>;

    /// Returns the owner of the table, or `None` if it has no owner.
    fn owner(&self) -> Option<&UserId> {
        None
    }

    /// Returns `true` if a principal of the role may read the table without being its owner.
    ///
    /// | access | roles |
    /// | --- | --- |
    /// | `None` (system table) | [`Dba`](Role::Dba), [`System`](Role::System) |
    /// | [`Public`](TableAccess::Public) | all |
    /// | [`Restricted`](TableAccess::Restricted) | [`Service`](Role::Service), [`Dba`](Role::Dba), [`System`](Role::System) |
    /// | [`Private`](TableAccess::Private) | none |
    fn can_read(&self, role: &Role) -> bool {
        match self.table_access() {
            None => *role >= Role::Dba,
            Some(TableAccess::Public) => true,
            Some(TableAccess::Restricted) => *role >= Role::Service,
            Some(TableAccess::Private) => false,
        }
    }

    /// Returns `true` if a principal of the role may write the table without being its owner.
    ///
    /// | access | roles |
    /// | --- | --- |
    /// | `None` (system table) | [`Dba`](Role::Dba), [`System`](Role::System) |
    /// | [`Public`](TableAccess::Public), [`Restricted`](TableAccess::Restricted) | [`Service`](Role::Service), [`Dba`](Role::Dba), [`System`](Role::System) |
    /// | [`Private`](TableAccess::Private) | none |
    fn can_write(&self, role: &Role) -> bool {
        match self.table_access() {
            None => *role >= Role::Dba,
            Some(TableAccess::Public | TableAccess::Restricted) => *role >= Role::Service,
            Some(TableAccess::Private) => false,
        }
    }

    /// Returns the principal's read access to the table.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AccessDenied`] if the role may not read the table and the principal is not its owner.
    fn read_as(&self, principal: &Principal) -> Result<ReadView<'_, K, V>> {
        if self.can_read(&principal.role()) || owns(self.owner(), principal) {
            Ok(ReadView::new(self.access()))
        } else {
            Err(denied(principal, "read", self))
        }
    }

    /// Returns the principal's read and write access to the table.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AccessDenied`] if the role may not write the table and the principal is not its owner.
    fn write_as(&self, principal: &Principal) -> Result<WriteView<'_, K, V>> {
        if self.can_write(&principal.role()) || owns(self.owner(), principal) {
            Ok(WriteView::new(self.access(), self.backend()))
        } else {
            Err(denied(principal, "write", self))
        }
    }
}

/// A [`Table`] has the access rules of a system table. A custom store can have an access level.
impl<K: StorageKey, V: 'static> CrossUserTableStore<K, V> for Table<K, V> {
    fn table_access(&self) -> Option<TableAccess> {
        None
    }
}

fn owns(owner: Option<&UserId>, principal: &Principal) -> bool {
    owner == Some(principal.user_id())
}

fn denied<K: StorageKey, V: 'static>(
    principal: &Principal,
    action: &'static str,
    store: &(impl EntityStore<K, V> + ?Sized),
) -> Error {
    let place = Place::of(store.partition());
    Error::from(ErrorKind::AccessDenied { place, principal: principal.to_string(), action })
}
