//! [`UserRows`]: a user's read access to the user's rows.

use alloc::boxed::Box;

use super::{UserTableRow, UserTableStore};
use crate::key::{RowId, UserId, UserRowId};
#[cfg(feature = "std")]
use crate::store::EntityWatch;
use crate::store::{Access, EntityReader, EntityStore};

/// A user's read access to the user's rows of a user table, from [`UserTableStore::read_as`].
///
/// Its keys are row ids. They don't contain a user id, so no call can reach a row of another user:
///
/// ```compile_fail
/// # use std::sync::Arc;
/// # use keyloft::prelude::*;
/// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// # let notes = UserTableStore::new(backend, &TableId::from_strings("app", "notes"));
/// let bob = Principal::new("bob", Role::User);
/// notes.read_as(&bob).get(&UserRowId::from_strings("alice", "1"));
/// ```
#[derive(Clone)]
pub struct UserRows<'s> {
    pub(super) store: &'s UserTableStore,
    user: UserId,
    /// The bytes that precede the user's row ids in the partition.
    prefix: Box<[u8]>,
}

impl<'s> UserRows<'s> {
    pub(super) fn new(store: &'s UserTableStore, user: UserId) -> Self {
        let prefix = UserRowId::prefix(&user).as_bytes().into();
        Self { store, user, prefix }
    }

    /// Returns the id of the user.
    pub fn user_id(&self) -> &UserId {
        &self.user
    }
}

impl EntityReader<RowId, UserTableRow> for UserRows<'_> {
    fn access(&self) -> Access<'_, UserTableRow> {
        self.store.newest().scoped(&self.prefix)
    }
}

#[cfg(feature = "std")]
impl EntityWatch<RowId, UserTableRow> for UserRows<'_> {}
