//! What the store of users does besides.

use super::{USERNAME, User};
use crate::backend::Read;
use crate::error::Result;
use crate::key::{UserId, UserName};
use crate::store::{EntityStore, Handle};
use crate::system_table::SystemTableStore;

impl SystemTableStore<UserId, User> {
    /// The user of this name, in any case, unless soft-deleted.
    ///
    /// # Errors
    ///
    /// As [`find`](EntityStore::find).
    pub fn find_by_username(&self, username: impl AsRef<str>) -> Result<Option<User>> {
        self.at(self.backend().snapshot()?).find_by_username(username)
    }
}

/// On a snapshot and inside a transaction; documented at the [store](SystemTableStore)'s methods of these names.
#[allow(missing_docs)]
impl<S: EntityStore<UserId, User> + ?Sized, R: Read> Handle<'_, S, UserId, User, R> {
    pub fn find_by_username(&self, username: impl AsRef<str>) -> Result<Option<User>> {
        let folded = UserName::new(username.as_ref()).to_lowercase();
        Ok(self.find(&USERNAME, &folded)?.map(|(_, user)| user))
    }
}
