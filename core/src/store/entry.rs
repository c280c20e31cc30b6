//! [`Entry`]: an entity of a scan, still encoded.

use core::cmp::Ordering;
use core::marker::PhantomData;

use serde::Deserialize;

use super::{Entity, EntityStore};
use crate::error::{DecodeReason, Error, Result};
use crate::key::StorageKey;
use crate::text;
use crate::value::{self, Envelope};

/// An entity of a scan, lent by the backend: decode what you need of it.
///
/// ```
/// use std::ops::ControlFlow;
/// # use std::sync::Arc;
/// use keyloft::{EntityStore, SystemTableStore, UserId};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize)]
/// # #[derive(Deserialize)]
/// struct Person {
///     name: String,
///     age: u8,
/// }
///
/// /// The same fields in the same order, without a copy.
/// #[derive(Deserialize)]
/// struct PersonRef<'a> {
///     name: &'a str,
///     age: u8,
/// }
///
/// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// let people = SystemTableStore::<UserId, Person>::new(backend, "people");
/// people.put(&"1".into(), &Person { name: "Ada".into(), age: 36 })?;
/// people.put(&"2".into(), &Person { name: "Grace".into(), age: 85 })?;
///
/// let mut longest = 0;
/// people.visit(.., |entry| {
///     let person: PersonRef = entry.view()?;
///     longest = longest.max(person.name.len());
///     Ok(ControlFlow::Continue(()))
/// })?;
/// assert_eq!(longest, 5);
/// # Ok::<(), keyloft::Error>(())
/// ```
pub struct Entry<'a, S: ?Sized, K, V> {
    store: &'a S,
    key: &'a [u8],
    value: &'a [u8],
    types: PhantomData<fn() -> (K, V)>,
}

impl<'a, S, K, V> Entry<'a, S, K, V>
where
    S: EntityStore<K, V> + ?Sized,
    K: StorageKey,
    V: Entity,
{
    pub(super) fn new(store: &'a S, key: &'a [u8], value: &'a [u8]) -> Self {
        Self { store, key, value, types: PhantomData }
    }

    /// The key's bytes.
    pub fn key_bytes(&self) -> &'a [u8] {
        self.key
    }

    /// The stored bytes, in their envelope.
    pub fn value_bytes(&self) -> &'a [u8] {
        self.value
    }

    /// The key.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidKey`].
    pub fn key(&self) -> Result<K> {
        K::decode(self.key)
    }

    /// The entity.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] or [`Error::NewerVersion`].
    pub fn entity(&self) -> Result<V> {
        self.store
            .deserialize(self.value)
            .map_err(|error| error.at(self.store.partition(), self.key, text::of_key::<K>))
    }

    /// The fields as `T`, which may borrow from the stored bytes. `T` has the entity's fields in the same order; it
    /// sees values of the store's version only.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`], also for a value of an older version; [`Error::NewerVersion`].
    pub fn view<T: Deserialize<'a>>(&self) -> Result<T> {
        self.decode().map_err(|error| error.at(self.store.partition(), self.key, text::of_key::<K>))
    }

    fn decode<T: Deserialize<'a>>(&self) -> Result<T> {
        let Envelope { version, payload } = Envelope::open(self.value)?;
        let known = self.store.schema_version();
        match version.cmp(&known) {
            Ordering::Equal => value::decode_payload(payload),
            Ordering::Less => Err(DecodeReason::NoUpgrade { found: version, known }.into()),
            Ordering::Greater => Err(Error::newer(version, known)),
        }
    }
}
