//! [`Keyed`] and [`KeyedWriter`]: entities that contain their key.

use alloc::vec::Vec;

use crate::error::Result;
use crate::key::StorageKey;
use crate::store::EntityWriter;

/// An entity that contains its key.
///
/// `#[derive(Entity)]` implements it for an entity with a field `#[key]`, or several, which are a tuple.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use keyloft::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Entity)]
/// #[table(name = "readings")]
/// struct Reading {
///     #[key]
///     device: String,
///     #[key]
///     at: i64,
///     celsius: f32,
/// }
///
/// let reading = Reading { device: "d1".into(), at: -5, celsius: 21.5 };
/// assert_eq!(reading.key(), ("d1".to_owned(), -5));
/// # }
/// ```
pub trait Keyed {
    /// The type of the key.
    type Key: StorageKey;

    /// Returns the key.
    fn key(&self) -> Self::Key;
}

/// The additional writes of a table whose entities contain their key.
///
/// The schema of such a table has [`Schema::keyed`](crate::Schema::keyed). So a `put` under another key is an
/// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid), and the key in an entity is always the key that it is stored under.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// # use std::sync::Arc;
/// use keyloft::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Entity)]
/// #[table(name = "users")]
/// struct Person {
///     #[key]
///     id: u32,
///     name: String,
/// }
///
/// let people = Person::table(Arc::new(keyloft_memory::MemoryBackend::new()));
/// let ada = Person { id: 1, name: "Ada".into() };
/// people.add(&ada)?;
/// assert_eq!(people.add(&ada).unwrap_err().code(), "AlreadyExists");
/// people.save(&Person { id: 1, name: "Ada Lovelace".into() })?;
/// assert_eq!(people.get(&1)?.map(|person| person.name), Some("Ada Lovelace".to_owned()));
/// assert_eq!(people.put(&2, &ada).unwrap_err().code(), "Invalid");
/// # }
/// # Ok::<(), keyloft::Error>(())
/// ```
pub trait KeyedWriter<K: StorageKey, V: Keyed<Key = K> + 'static>: EntityWriter<K, V> {
    /// Stores the entity under its key, and replaces an existing one.
    ///
    /// # Errors
    ///
    /// The errors of [`put`](EntityWriter::put).
    fn save(self, entity: &V) -> Result<()> {
        self.put(&entity.key(), entity)
    }

    /// Stores all of these entities in their order, each under its key, or none.
    ///
    /// # Errors
    ///
    /// The errors of [`put_many`](EntityWriter::put_many).
    fn save_many(self, entities: &[V]) -> Result<()> {
        self.write(|writer| {
            let mut buffer = Vec::new();
            entities.iter().try_for_each(|entity| writer.put(&writer.key(&entity.key()), entity, &mut buffer))
        })
    }

    /// Stores the entity under its key, which must not exist yet.
    ///
    /// # Errors
    ///
    /// The errors of [`insert`](EntityWriter::insert).
    fn add(self, entity: &V) -> Result<()> {
        self.insert(&entity.key(), entity)
    }
}

impl<K: StorageKey, V: Keyed<Key = K> + 'static, W: EntityWriter<K, V>> KeyedWriter<K, V> for W {}
