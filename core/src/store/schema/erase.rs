//! [`Schema::erase`]: the schema of a table for code that handles tables of several types.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::change::EncodedChange;
use super::rules::{Complete, Guard, OwnKey, Upgrade};
use super::{Codec, Layout, Schema, View, Within};
use crate::backend::{Read, Transaction};
use crate::error::{DecodeReason, EncodeReason, Result};

impl<K, V: 'static> Schema<K, V> {
    /// Returns this schema with byte keys and with the entity type `W`, which contains the entities of several tables.
    ///
    /// Use it for code over tables of several types, which is then compiled once. `W` is usually an enum. `entity`
    /// returns this table's entity inside a `W`; if it returns `None`, a write fails with [`ErrorKind::Encode`]. Everything
    /// else stays as in this schema: the partition, the version, the stored bytes, the indexes and the rules.
    ///
    /// ```
    /// use keyloft::prelude::*;
    /// use keyloft::tables::system::{Namespace, User};
    ///
    /// enum Entity {
    ///     User(User),
    ///     Namespace(Namespace),
    /// }
    ///
    /// impl From<User> for Entity {
    ///     fn from(user: User) -> Self {
    ///         Self::User(user)
    ///     }
    /// }
    ///
    /// impl From<Namespace> for Entity {
    ///     fn from(namespace: Namespace) -> Self {
    ///         Self::Namespace(namespace)
    ///     }
    /// }
    ///
    /// let users = User::schema().erase(|entity| match entity {
    ///     Entity::User(user) => Some(user),
    ///     _ => None,
    /// });
    /// let namespaces = Namespace::schema().erase(|entity| match entity {
    ///     Entity::Namespace(namespace) => Some(namespace),
    ///     _ => None,
    /// });
    ///
    /// # let backend = keyloft_memory::MemoryBackend::new();
    /// let alice = Entity::User(User::new("1", "alice", Role::User, 1_000));
    /// let tables: [&Schema<Vec<u8>, Entity>; 2] = [&users, &namespaces];
    /// backend.transaction(|tx| {
    ///     tables[0].within(tx).insert(&b"1".to_vec(), &alice)?;
    ///     let taken = tables[0].within(tx).insert(&b"2".to_vec(), &alice).unwrap_err();
    ///     assert_eq!(taken.code(), "UniqueViolation");
    ///     let foreign = tables[1].within(tx).insert(&b"app".to_vec(), &alice).unwrap_err();
    ///     assert_eq!(foreign.code(), "Encode");
    ///     Ok(())
    /// })?;
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// [`ErrorKind::Encode`]: crate::ErrorKind::Encode
    pub fn erase<W: From<V> + 'static>(&self, entity: fn(&W) -> Option<&V>) -> Schema<Vec<u8>, W> {
        let layout = &self.layout;
        let rules = Arc::new(Within::new(Arc::clone(layout), entity));
        let mut erased = Layout::<W>::with_outline(layout.outline.clone(), rules.clone());
        if layout.upgrade.is_some() {
            erased.upgrade = Some(rules.clone());
        }
        if layout.complete.is_some() {
            erased.complete = Some(rules.clone());
        }
        if layout.guard.is_some() {
            erased.guard = Some(rules.clone());
        }
        if layout.own_key.is_some() {
            erased.own_key = Some(rules);
        }
        for index in &layout.indexes {
            erased.add_index(Arc::new(Within::new(Arc::clone(&index.definition), entity)));
        }
        Schema::of(erased)
    }
}

impl<V: 'static, W: From<V>, E: View<V, W>> Codec<W> for Within<Arc<Layout<V>>, V, E> {
    fn encode(&self, held: &W, out: &mut Vec<u8>) -> Result<(), EncodeReason> {
        self.inner.append_payload(self.entity_of(held)?, out)
    }

    fn decode(&self, payload: &[u8]) -> Result<W, DecodeReason> {
        self.inner.codec.decode(payload).map(W::from)
    }

    fn is_canonical(&self, payload: &[u8], held: &W) -> bool {
        self.entity_of(held).is_ok_and(|entity| self.inner.codec.is_canonical(payload, entity))
    }
}

impl<V: 'static, W: From<V>, E: View<V, W>> Upgrade<W> for Within<Arc<Layout<V>>, V, E> {
    fn upgrade(&self, from: u32, payload: &[u8]) -> Result<W, DecodeReason> {
        self.inner.decode_other(from, payload).map(W::from)
    }
}

impl<V: 'static, W: From<V>, E: View<V, W>> Complete<W> for Within<Arc<Layout<V>>, V, E> {
    fn complete(
        &self,
        reader: &dyn Read,
        change: &EncodedChange<'_, W>,
        take: &mut dyn FnMut(W),
    ) -> Result<()> {
        self.inner.complete(reader, &self.change(change), &mut |entity| take(W::from(entity)))
    }
}

impl<V: 'static, W, E: View<V, W>> Guard<W> for Within<Arc<Layout<V>>, V, E> {
    fn check(&self, tx: &mut dyn Transaction, change: &EncodedChange<'_, W>) -> Result<()> {
        self.inner.check(tx, &self.change(change))
    }
}

impl<V: 'static, W, E: View<V, W>> OwnKey<W> for Within<Arc<Layout<V>>, V, E> {
    fn other_key(&self, held: &W, key: &[u8]) -> Option<String> {
        // An entity of another table is refused by the codec.
        self.inner.own_key.as_ref()?.other_key(self.view.view(held)?, key)
    }
}
