//! [`Entity`]: a type that tables can store.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A type that a table can store with the codec [`Postcard`](super::Postcard).
///
/// Every type with serde's `Serialize` and `DeserializeOwned` is one.
///
/// Postcard stores neither names nor types of fields, so an entity must not use serde's `untagged`, `tag = …`,
/// `flatten` or `skip_serializing_if`. Postcard may write such a type, but can't read it again. Store a
/// [`Row`](crate::Row) instead, which has no fixed shape.
pub trait Entity: Serialize + DeserializeOwned + 'static {}
impl<T: Serialize + DeserializeOwned + 'static> Entity for T {}
