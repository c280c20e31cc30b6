//! [`Entry`]: an encoded entity that a scan lends.

use core::marker::PhantomData;

use serde::Deserialize;

use super::decode_key;
#[cfg(doc)]
use crate::error::ErrorKind;
use crate::error::{DecodeReason, Result};
use crate::key::StorageKey;
use crate::store::schema::{Layout, version_mismatch};
use crate::value::{self, Envelope};

/// An encoded entity of a scan, lent by the backend. The caller decodes the parts that it needs.
///
/// ```
/// use std::ops::ControlFlow;
/// # use std::sync::Arc;
/// use keyloft::prelude::*;
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
/// let people = Table::<UserId, Person>::new(backend, "people");
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
pub struct Entry<'a, K, V> {
    layout: &'a Layout<V>,
    /// The length of the scope that precedes the key.
    scope: usize,
    key: &'a [u8],
    stored: &'a [u8],
    /// The stored bytes, if they were opened already.
    row: Option<Envelope<'a>>,
    types: PhantomData<fn() -> K>,
}

impl<'a, K: StorageKey, V> Entry<'a, K, V> {
    pub(super) fn new(
        layout: &'a Layout<V>,
        scope: usize,
        key: &'a [u8],
        stored: &'a [u8],
        row: Option<Envelope<'a>>,
    ) -> Self {
        Self { layout, scope, key, stored, row, types: PhantomData }
    }

    /// Returns the key's bytes.
    pub fn key_bytes(&self) -> &'a [u8] {
        self.key.get(self.scope..).unwrap_or_default()
    }

    /// Returns the entity's bytes, in their [envelope](crate::value).
    pub fn value_bytes(&self) -> &'a [u8] {
        self.stored
    }

    /// Returns the entity's version and payload.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`], or [`ErrorKind::Corrupted`] if the value is damaged.
    pub fn envelope(&self) -> Result<Envelope<'a>> {
        self.open().map_err(|reason| self.layout.undecodable(self.key, reason))
    }

    /// Decodes the key.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidKey`].
    pub fn key(&self) -> Result<K> {
        decode_key(self.layout, self.scope, self.key)
    }

    /// Decodes the entity.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] or [`ErrorKind::NewerVersion`], or [`ErrorKind::Corrupted`] if the value is damaged.
    pub fn entity(&self) -> Result<V> {
        let entity = self.open().and_then(|row| self.layout.decode_row(row));
        entity.map_err(|reason| self.layout.undecodable(self.key, reason))
    }

    /// Decodes the entity as `T`, which may borrow from the stored bytes.
    ///
    /// `T` must have the entity's fields in the same order, and the table must store entities in
    /// [`Postcard`](crate::store::Postcard). A value of an older version is not upgraded.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`], also for a value of an older version, [`ErrorKind::NewerVersion`], or [`ErrorKind::Corrupted`] if the value is
    /// damaged.
    pub fn view<T: Deserialize<'a>>(&self) -> Result<T> {
        self.decode().map_err(|reason| self.layout.undecodable(self.key, reason))
    }

    #[inline]
    fn open(&self) -> Result<Envelope<'a>, DecodeReason> {
        match self.row {
            Some(row) => Ok(row),
            None => self.layout.open(self.key, self.stored),
        }
    }

    fn decode<T: Deserialize<'a>>(&self) -> Result<T, DecodeReason> {
        let Envelope { version, payload } = self.open()?;
        if version == self.layout.version {
            value::decode_payload(payload)
        } else {
            Err(version_mismatch(version, self.layout.version))
        }
    }
}
