//! [`Entity`]: a type that tables can hold.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A type that a table can hold in [`Postcard`](super::Postcard): one that serde reads and writes without borrowing, and
/// without asking the bytes for their shape, which postcard's do not tell.
///
/// So serde's `untagged`, `tag = …`, `flatten` and `skip_serializing_if` have no place in an entity: such a type may be
/// written, and can't be read again. A [`Row`](crate::Row) holds values without a fixed shape.
pub trait Entity: Serialize + DeserializeOwned + 'static {}
impl<T: Serialize + DeserializeOwned + 'static> Entity for T {}
