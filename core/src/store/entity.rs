//! [`Entity`]: a type that tables can store.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A type that a table can store in [`Postcard`](super::Postcard): serde must read and write it without borrowing.
///
/// Postcard stores neither names nor types of fields, so an entity must not use serde's `untagged`, `tag = …`, `flatten`
/// or `skip_serializing_if`. Serde may write such a type, but can't read it again. A [`Row`](crate::Row) stores values
/// without a fixed shape.
pub trait Entity: Serialize + DeserializeOwned + 'static {}
impl<T: Serialize + DeserializeOwned + 'static> Entity for T {}
