//! The indexes and rules of `system_users`.

use super::{User, name};
use crate::access::Role;
use crate::backend::{Partition, Transaction};
use crate::error::Result;
use crate::key::{StorageId, UserId, UserName};
use crate::shape::Shape;
use crate::store::{Change, Index, Postcard, Schema, UniqueIndex};
use crate::tables::system::code::coded;

/// The index of users by their [folded](UserName::to_lowercase) names, without soft-deleted users.
pub const USERNAME: UniqueIndex<User, UserName> =
    UniqueIndex::new("username", |user| user.deleted_at.is_none().then(|| user.username.to_lowercase()));

/// The index of users by their role, including soft-deleted users.
pub const ROLE: Index<User, Role> = Index::new("role", |user| Some(user.role));

/// The index of users by the storage of their rows.
pub const STORAGE: Index<User, StorageId> = Index::new("storage", |user| user.storage_id.clone());

coded!(Role { User = 0, Service = 1, Dba = 2, System = 3 });

pub(in crate::tables::system) fn schema(partition: Partition) -> Schema<UserId, User> {
    Schema::with_codec(partition, Postcard)
        .shape(Shape::of::<User>())
        .index(USERNAME)
        .index(ROLE)
        .index(STORAGE)
        .guard(guard)
}

fn guard(_: &mut dyn Transaction, change: &Change<'_, UserId, User>) -> Result<()> {
    let Some(user) = change.new else { return Ok(()) };
    if user.user_id != *change.key {
        return Err(change.invalid("`user_id` is not the key"));
    }
    name::objection(&user.username).map_or(Ok(()), |reason| Err(change.invalid(reason)))
}
