//! The indexes and rules of `system_users`.

use super::{User, name};
use crate::access::Role;
use crate::key::{StorageId, UserName};
use crate::store::{Index, UniqueIndex};
use crate::tables::system::code::coded;
use crate::tables::system::declare::Declare;

/// The index of users by their [folded](UserName::to_lowercase) names, without soft-deleted users.
pub const USERNAME: UniqueIndex<User, UserName> =
    UniqueIndex::new("username", |user| user.deleted_at.is_none().then(|| user.username.to_lowercase()));

/// The index of users by their role, including soft-deleted users.
pub const ROLE: Index<User, Role> = Index::new("role", |user| Some(user.role));

/// The index of users by the storage of their rows.
pub const STORAGE: Index<User, StorageId> = Index::new("storage", |user| user.storage_id.clone());

coded!(Role { User = 0, Service = 1, Dba = 2, System = 3 });

pub(in crate::tables::system) fn declare(table: &mut impl Declare<User>) {
    table.index(&USERNAME);
    table.index(&ROLE);
    table.index(&STORAGE);
    table.guard(|_, change| {
        let Some(user) = change.new else { return Ok(()) };
        if user.user_id.as_bytes() != change.key {
            return Err(change.invalid("`user_id` is not the key"));
        }
        name::objection(&user.username).map_or(Ok(()), |reason| Err(change.invalid(reason)))
    });
}
