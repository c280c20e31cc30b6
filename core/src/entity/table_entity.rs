//! [`TableEntity`]: an entity that describes its table.

use alloc::sync::Arc;

use super::Versioned;
use crate::backend::{Partition, StorageBackend};
use crate::key::StorageKey;
use crate::store::{Schema, Table};

/// An entity that describes its table: the name, the key, the version and the indexes.
///
/// `#[derive(Entity)]` implements it for an entity with a name. It also gives the type a constant for each index.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use std::sync::Arc;
/// use keyloft::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Entity, Debug, PartialEq)]
/// #[table(name = "books", key = u64)]
/// struct Book {
///     #[unique]
///     isbn: Option<String>,
///     year: i32,
/// }
///
/// let books = Book::table(Arc::new(keyloft_memory::MemoryBackend::new()));
/// books.put(&1, &Book { isbn: Some("978-1".into()), year: 2_001 })?;
/// books.put(&2, &Book { isbn: None, year: 1_999 })?;
/// assert_eq!(books.find(&Book::ISBN, "978-1")?.map(|(key, _)| key), Some(1));
/// assert_eq!((Book::NAME, Book::schema().schema_version()), ("books", 1));
/// # }
/// # Ok::<(), keyloft::Error>(())
/// ```
pub trait TableEntity: Versioned {
    /// The type of the keys.
    type Key: StorageKey;

    /// The table's name: that of its partition, unless [`schema_in`](TableEntity::schema_in) sets another one.
    const NAME: &'static str;

    /// Returns the table's definition in this partition, for several tables of one entity.
    fn schema_in(partition: impl Into<Partition>) -> Schema<Self::Key, Self>;

    /// Returns the table's definition.
    fn schema() -> Schema<Self::Key, Self> {
        Self::schema_in(Self::NAME)
    }

    /// Returns the table in this backend.
    fn table(backend: Arc<dyn StorageBackend>) -> Table<Self::Key, Self> {
        Table::with_schema(backend, Self::schema())
    }
}
