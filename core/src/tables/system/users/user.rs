//! [`User`]: a user.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::{AuthType, StorageMode};
use crate::access::Role;
use crate::key::{StorageId, UserId, UserName};
use crate::tables::shape::stored;

/// A user. The key is `user_id`.
///
/// `Debug` shows neither the password's hash nor `auth_data`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The id, which is the key.
    pub user_id: UserId,
    /// The name. It is unique among the users that are not soft-deleted, without regard to case, and must obey the
    /// [rule for names](crate::tables::system::users#names).
    pub username: UserName,
    /// The hash of the password.
    pub password_hash: String,
    /// The rights of the user.
    pub role: Role,
    /// The e-mail address.
    pub email: Option<String>,
    /// The way the user signs in.
    pub auth_type: AuthType,
    /// Further data for signing in, in JSON.
    pub auth_data: Option<String>,
    /// The setting that selects the storage of the user's rows.
    pub storage_mode: StorageMode,
    /// The storage of the user's rows. The storage can't be deleted while a user refers to it, even a soft-deleted one.
    pub storage_id: Option<StorageId>,
    /// The time of creation.
    pub created_at: i64,
    /// The time of the last change.
    pub updated_at: i64,
    /// The time when the user was last seen.
    pub last_seen: Option<i64>,
    /// The time of the soft deletion.
    pub deleted_at: Option<i64>,
}

stored!(User {
    user_id: UserId,
    username: UserName,
    password_hash: String,
    role: Role,
    email: Option<String>,
    auth_type: AuthType,
    auth_data: Option<String>,
    storage_mode: StorageMode,
    storage_id: Option<StorageId>,
    created_at: i64,
    updated_at: i64,
    last_seen: Option<i64>,
    deleted_at: Option<i64>,
});

impl User {
    /// Creates a user that is created at `now`, with [`AuthType::Internal`] and without a password.
    ///
    /// Nobody can sign in as this user.
    ///
    /// ```
    /// use keyloft::Role;
    /// use keyloft::tables::system::{AuthType, User};
    ///
    /// let alice = User {
    ///     auth_type: AuthType::Password,
    ///     password_hash: "$argon2id$…".into(),
    ///     ..User::new("1", "alice", Role::User, 1_700_000_000_000)
    /// };
    /// assert!(!format!("{alice:?}").contains("argon2id"));
    /// ```
    pub fn new(user_id: impl Into<UserId>, username: impl Into<UserName>, role: Role, now: i64) -> Self {
        Self {
            user_id: user_id.into(),
            username: username.into(),
            password_hash: String::new(),
            role,
            email: None,
            auth_type: AuthType::Internal,
            auth_data: None,
            storage_mode: StorageMode::Table,
            storage_id: None,
            created_at: now,
            updated_at: now,
            last_seen: None,
            deleted_at: None,
        }
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("user_id", &self.user_id)
            .field("username", &self.username)
            .field("role", &self.role)
            .field("email", &self.email)
            .field("auth_type", &self.auth_type)
            .field("storage_mode", &self.storage_mode)
            .field("storage_id", &self.storage_id)
            .field("created_at", &self.created_at)
            .field("updated_at", &self.updated_at)
            .field("last_seen", &self.last_seen)
            .field("deleted_at", &self.deleted_at)
            .finish_non_exhaustive()
    }
}
