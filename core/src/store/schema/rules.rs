//! The upgrade, the completion, the guard and the key function of a schema, as trait objects.
//!
//! A function over typed keys is wrapped in one over encoded keys. The writer is thus compiled once for each entity type,
//! not for each pair of key and entity types.

use alloc::string::String;
use core::marker::PhantomData;

use super::Change;
use super::change::EncodedChange;
use crate::backend::{Read, Transaction};
use crate::error::{DecodeReason, Result};
use crate::key::StorageKey;
use crate::maybe_send::{MaybeSend, MaybeSync};

/// Decodes the payload of an older version.
pub(crate) trait Upgrade<V>: MaybeSend + MaybeSync {
    fn upgrade(&self, from: u32, payload: &[u8]) -> Result<V, DecodeReason>;
}

impl<V, F> Upgrade<V> for F
where
    F: Fn(u32, &[u8]) -> Result<V, DecodeReason> + MaybeSend + MaybeSync,
{
    fn upgrade(&self, from: u32, payload: &[u8]) -> Result<V, DecodeReason> {
        self(from, payload)
    }
}

/// Fills in the fields that the table maintains.
pub(crate) trait Complete<V>: MaybeSend + MaybeSync {
    fn complete(
        &self,
        reader: &dyn Read,
        change: &EncodedChange<'_, V>,
        take: &mut dyn FnMut(V),
    ) -> Result<()>;
}

/// Accepts or refuses a change.
pub(crate) trait Guard<V>: MaybeSend + MaybeSync {
    fn check(&self, tx: &mut dyn Transaction, change: &EncodedChange<'_, V>) -> Result<()>;
}

/// The function that returns the key that an entity contains.
pub(crate) trait OwnKey<V>: MaybeSend + MaybeSync {
    /// Returns the description of the entity's own key, if it is another one than the encoded key.
    fn other_key(&self, entity: &V, key: &[u8]) -> Option<String>;
}

/// The function of [`Schema::keyed`](super::Schema::keyed).
pub(super) struct KeyOf<K, V>(pub(super) fn(&V) -> K);

impl<K: StorageKey, V> OwnKey<V> for KeyOf<K, V> {
    fn other_key(&self, entity: &V, key: &[u8]) -> Option<String> {
        let own = (self.0)(entity);
        (*own.encode() != *key).then(|| own.describe())
    }
}

/// A function over typed keys, callable with encoded keys.
pub(super) struct OnKeys<K, F> {
    function: F,
    key: PhantomData<fn() -> K>,
}

impl<K, F> OnKeys<K, F> {
    pub(super) fn new(function: F) -> Self {
        Self { function, key: PhantomData }
    }
}

impl<K, V, F> Complete<V> for OnKeys<K, F>
where
    K: StorageKey,
    F: Fn(&dyn Read, &Change<'_, K, V>) -> Result<Option<V>> + MaybeSend + MaybeSync,
{
    fn complete(
        &self,
        reader: &dyn Read,
        change: &EncodedChange<'_, V>,
        take: &mut dyn FnMut(V),
    ) -> Result<()> {
        if let Some(completed) = (self.function)(reader, &change.with_key(&K::decode(change.key)?))? {
            take(completed);
        }
        Ok(())
    }
}

impl<K, V, F> Guard<V> for OnKeys<K, F>
where
    K: StorageKey,
    F: Fn(&mut dyn Transaction, &Change<'_, K, V>) -> Result<()> + MaybeSend + MaybeSync,
{
    fn check(&self, tx: &mut dyn Transaction, change: &EncodedChange<'_, V>) -> Result<()> {
        (self.function)(tx, &change.with_key(&K::decode(change.key)?))
    }
}
