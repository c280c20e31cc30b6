//! [`Entity`]: a type that tables can store.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A type that a table can store with the codec [`Postcard`](super::Postcard).
///
/// Every type with serde's `Serialize` and `DeserializeOwned` is one. [`#[derive(Entity)]`](derive@crate::Entity) describes
/// the table of such a type.
///
/// Postcard stores neither names nor types of fields, so it can't read every type again that serde writes. Types with
/// serde's `skip_serializing_if`, `tag`, `untagged` and some other attributes are refused:
///
/// | attribute | with the derive | without it |
/// | --- | --- | --- |
/// | `skip_serializing_if` on a named field | by the compiler | by the write that leaves out the field |
/// | `flatten` | by the compiler | by every write |
/// | [the others](derive@crate::Entity#the-shape) | by the compiler | by the write, if the schema is [checked](crate::Schema::checked) |
///
/// [`Schema::new`](crate::Schema::new) is checked with debug assertions, which are on in tests and off in releases. A
/// [`Row`](crate::Row) holds values without a fixed shape.
pub trait Entity: Serialize + DeserializeOwned + 'static {}
impl<T: Serialize + DeserializeOwned + 'static> Entity for T {}
