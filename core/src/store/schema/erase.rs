//! [`Schema::erase`]: the schema of a table for code that handles tables of several types.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::marker::PhantomData;

use super::change::EncodedChange;
use super::rules::{Complete, Guard, Upgrade};
use super::{Codec, Layout, Schema};
use crate::backend::{Read, Transaction};
use crate::error::{DecodeReason, EncodeReason, Result};
use crate::store::index::{IndexDefinition, TableIndex};

impl<K, V: 'static> Schema<K, V> {
    /// Returns this schema with byte keys and with the entity type `W`, which contains the entities of several tables.
    ///
    /// Use it for code over tables of several types, which is then compiled once. `W` is usually an enum. `entity`
    /// returns this table's entity inside a `W`; if it returns `None`, a write fails with [`Error::Encode`]. Everything
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
    /// [`Error::Encode`]: crate::Error::Encode
    pub fn erase<W: From<V> + 'static>(&self, entity: fn(&W) -> Option<&V>) -> Schema<Vec<u8>, W> {
        let Layout {
            partition,
            reserved,
            version,
            has_envelope,
            codec,
            indexes,
            visibility,
            describe,
            check_key,
            ..
        } = &*self.layout;
        let index = |index: &Arc<TableIndex<V>>| {
            let erased = Erased { inner: Arc::clone(index), entity };
            Arc::new(TableIndex::new(Box::new(erased), partition))
        };
        let upgrade = |inner| -> Arc<dyn Upgrade<W>> { Arc::new(Erased { inner, entity }) };
        let complete = |inner| -> Arc<dyn Complete<W>> { Arc::new(Erased { inner, entity }) };
        let guard = |inner| -> Arc<dyn Guard<W>> { Arc::new(Erased { inner, entity }) };
        let layout = Layout {
            partition: partition.clone(),
            reserved: *reserved,
            version: *version,
            has_envelope: *has_envelope,
            codec: Arc::new(Erased { inner: Arc::clone(codec), entity }),
            upgrade: self.layout.upgrade.clone().map(upgrade),
            indexes: indexes.iter().map(index).collect(),
            visibility: visibility.clone(),
            complete: self.layout.complete.clone().map(complete),
            guard: self.layout.guard.clone().map(guard),
            describe: *describe,
            check_key: *check_key,
        };
        Schema { layout: Arc::new(layout), key: PhantomData }
    }
}

/// A part of the schema of a `V`, adapted to a type `W` that contains a `V`.
struct Erased<T: ?Sized, V, W> {
    inner: Arc<T>,
    entity: fn(&W) -> Option<&V>,
}

impl<T: ?Sized, V, W> Erased<T, V, W> {
    fn change<'a>(&self, change: &EncodedChange<'a, W>) -> EncodedChange<'a, V> {
        let EncodedChange { partition, key, old, new } = *change;
        EncodedChange { partition, key, old: old.and_then(self.entity), new: new.and_then(self.entity) }
    }
}

impl<V: 'static, W: From<V>> Codec<W> for Erased<dyn Codec<V>, V, W> {
    fn encode(&self, held: &W, out: &mut Vec<u8>) -> Result<(), EncodeReason> {
        match (self.entity)(held) {
            Some(entity) => self.inner.encode(entity, out),
            None => Err(EncodeReason::other("it is an entity of another table")),
        }
    }

    fn decode(&self, payload: &[u8]) -> Result<W, DecodeReason> {
        self.inner.decode(payload).map(W::from)
    }
}

impl<V: 'static, W: From<V>> Upgrade<W> for Erased<dyn Upgrade<V>, V, W> {
    fn upgrade(&self, from: u32, payload: &[u8]) -> Result<W, DecodeReason> {
        self.inner.upgrade(from, payload).map(W::from)
    }
}

impl<V: 'static, W: From<V>> Complete<W> for Erased<dyn Complete<V>, V, W> {
    fn complete(&self, reader: &dyn Read, change: &EncodedChange<'_, W>) -> Result<Option<W>> {
        Ok(self.inner.complete(reader, &self.change(change))?.map(W::from))
    }
}

impl<V: 'static, W> Guard<W> for Erased<dyn Guard<V>, V, W> {
    fn check(&self, tx: &mut dyn Transaction, change: &EncodedChange<'_, W>) -> Result<()> {
        self.inner.check(tx, &self.change(change))
    }
}

impl<V, W> IndexDefinition<W> for Erased<TableIndex<V>, V, W> {
    fn name(&self) -> &str {
        self.inner.definition.name()
    }

    fn is_unique(&self) -> bool {
        self.inner.definition.is_unique()
    }

    fn value(&self, held: &W) -> Option<Vec<u8>> {
        self.inner.definition.value((self.entity)(held)?)
    }

    fn has(&self, held: &W, value: &[u8]) -> bool {
        (self.entity)(held).is_some_and(|entity| self.inner.definition.has(entity, value))
    }

    fn value_type(&self) -> Option<&'static str> {
        self.inner.definition.value_type()
    }

    fn describe(&self, value: &[u8]) -> String {
        self.inner.definition.describe(value)
    }
}
