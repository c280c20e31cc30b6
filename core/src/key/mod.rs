//! Typed keys: what they are, how they become bytes, and the ids of the system.
//!
//! | type | made of | bytes |
//! | --- | --- | --- |
//! | [`UserId`], [`NamespaceId`], [`StorageId`], [`TableName`], [`JobId`], [`LiveQueryId`], [`UserName`] | text | its UTF-8 |
//! | [`RowId`] | bytes | themselves |
//! | [`UserRowId`] | [`UserId`] + row bytes | `{user_id}:{row_id}` |
//! | [`TableId`] | [`NamespaceId`] + [`TableName`] | `{namespace_id}:{table_name}` |
//! | integers | | fixed width, big-endian, sign bit flipped |
//! | tuples, structs with `#[derive(StorageKey)]` | keys | the parts, each but the last self-delimiting |

mod bytes;
mod escape;
mod integer;
mod lower_case;
pub(crate) mod part;
mod prefix;
mod row_id;
mod storage_key;
mod string_id;
mod table_id;
mod text;
mod tuple;
mod user_row_id;

/// What a key is written as: borrowed where the key holds its bytes already.
pub type Encoded<'a> = alloc::borrow::Cow<'a, [u8]>;

/// What parts are written to.
pub type Bytes = alloc::vec::Vec<u8>;

/// What a key is shown as.
pub type Text = alloc::string::String;

pub use prefix::{Prefix, PrefixBy};
pub use row_id::RowId;
pub use storage_key::StorageKey;
pub(crate) use storage_key::invalid;
pub use string_id::{JobId, LiveQueryId, NamespaceId, StorageId, TableName, UserId, UserName};
pub use table_id::TableId;
pub use user_row_id::UserRowId;

#[cfg(test)]
mod tests;
