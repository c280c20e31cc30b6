//! Typed keys, their encoding as bytes, and the ids of the system.
//!
//! | type | parts | bytes |
//! | --- | --- | --- |
//! | [`UserId`], [`NamespaceId`], [`StorageId`], [`TableName`], [`JobId`], [`LiveQueryId`], [`UserName`] | text | its UTF-8 |
//! | [`RowId`] | bytes | the same |
//! | [`UserRowId`] | [`UserId`] + row bytes | `{user_id}:{row_id}` |
//! | [`TableId`] | [`NamespaceId`] + [`TableName`] | `{namespace_id}:{table_name}` |
//! | `String`, `Vec<u8>`, `[u8; N]` | text, bytes | UTF-8, the same |
//! | integers, `bool` | | fixed width, big-endian, the sign bit flipped |
//! | [`TotalF32`], [`TotalF64`] | | fixed width, big-endian, the sign bit flipped, negative numbers with all other bits too |
//! | `()` | | none |
//! | `Option<K>` | a key | `00`, or `01` and the key |
//! | [`Reverse<K>`](core::cmp::Reverse) | a key | its self-delimiting form with every bit flipped |
//! | tuples, structs with `#[derive(StorageKey)]` | keys | the parts, each but the last self-delimiting |
//! | enums with `#[derive(StorageKey)]` | keys | the discriminant as a byte, then the variant's fields as in a struct |
//! | `uuid::Uuid`, with the feature `uuid` | | its 16 bytes |
//! | [timestamps](#timestamps) | | `i64` seconds and `u32` nanoseconds since the Unix epoch, big-endian, the sign bit flipped |
//!
//! [`Prefix`] selects the keys that share their left parts, [`AsKey`] is the trait of a key's borrowed forms, and
//! [`KeyShape`] is the encoding of a type as data.
//!
//! # Timestamps
//!
//! | type | feature |
//! | --- | --- |
//! | `std::time::SystemTime` | `std` |
//! | `chrono::DateTime<Utc>` | `chrono` |
//! | `jiff::Timestamp` | `jiff` |
//! | `time::UtcDateTime` | `time` |
//!
//! All of them encode an instant as the same 12 bytes. The seconds are rounded down, so half a second before the epoch
//! is second −1 and 500,000,000 nanoseconds. A time that the type does not have is an [`InvalidKey`](crate::ErrorKind::InvalidKey)
//! when it is read: a leap second of chrono in another type, or 1 ns in a `SystemTime` on Windows, which counts in 100 ns.
//!
//! Types with an offset or a time zone are no keys, because two values of one instant would be one key. Convert them to UTC,
//! and store the zone in the entity.

mod as_key;
mod bytes;
mod describe;
mod fixed_width;
mod lower_case;
mod option;
mod percent;
mod prefix;
mod reverse;
mod row_id;
pub(crate) mod self_delimiting;
mod shape;
mod storage_key;
mod string;
mod string_id;
mod table_id;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "std", feature = "time"))]
mod timestamp;
mod total;
mod tuple;
mod unit;
mod user_row_id;
#[cfg(feature = "uuid")]
mod uuid;

/// The bytes of a key, borrowed if the key contains them.
pub type Encoded<'a> = alloc::borrow::Cow<'a, [u8]>;

/// The buffer that the parts of a key are appended to. The derive names it, which can't assume `alloc` in scope.
pub type Bytes = alloc::vec::Vec<u8>;

/// The description of a key in messages. The derive names it, which can't assume `alloc` in scope.
pub type Text = alloc::string::String;

pub use as_key::AsKey;
pub(crate) use describe::describe;
pub use prefix::{Prefix, PrefixBy};
pub use row_id::RowId;
pub use shape::{KeyField, KeyPart, KeyShape, KeyValue, KeyVariant};
pub use storage_key::StorageKey;
pub(crate) use storage_key::invalid;
pub use string_id::{JobId, LiveQueryId, NamespaceId, StorageId, TableName, UserId, UserName};
pub use table_id::TableId;
pub use total::{TotalF32, TotalF64};
pub use user_row_id::UserRowId;

#[cfg(test)]
mod tests;
