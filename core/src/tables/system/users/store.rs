//! [`UserReader`]: the additional reads of `system_users`.

use super::{USERNAME, User};
use crate::error::Result;
use crate::key::{UserId, UserName};
use crate::store::{EntityReader, IndexReader};

/// The additional reads of `system_users`.
pub trait UserReader: EntityReader<UserId, User> {
    /// Returns the user of this name, in any case. Soft-deleted users are not found.
    ///
    /// # Errors
    ///
    /// The errors of [`find`](IndexReader::find).
    fn find_by_username(&self, username: impl AsRef<str>) -> Result<Option<User>> {
        let folded = UserName::new(username.as_ref()).to_lowercase();
        Ok(self.find(&USERNAME, &folded)?.map(|(_, user)| user))
    }
}

impl<R: EntityReader<UserId, User> + ?Sized> UserReader for R {}
