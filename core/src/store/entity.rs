//! [`Entity`]: what a store can hold.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A type that stores can hold: any that serde reads and writes without borrowing, and without asking the bytes what
/// they are, which postcard's do not tell.
///
/// So serde's `untagged`, `tag = …`, `flatten` and `skip_serializing_if` have no place in an entity: such a type may be
/// written, and can't be read again. A [`Row`](crate::Row) holds what has no fixed shape.
pub trait Entity: Serialize + DeserializeOwned + 'static {}
impl<T: Serialize + DeserializeOwned + 'static> Entity for T {}
