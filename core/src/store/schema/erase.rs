//! [`Schema::erase`]: the schema of a table for code that handles tables of several types.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::marker::PhantomData;

use super::change::EncodedChange;
use super::rules::{Complete, Guard, OwnKey, Upgrade};
use super::{Codec, Layout, Outline, Schema};
use crate::backend::{Read, Transaction};
use crate::error::{DecodeReason, EncodeReason, Result};
use crate::key::KeyShape;
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
        let layout = &*self.layout;
        let rules = Arc::new(Erased { inner: Arc::clone(&self.layout), entity });
        let kinds = [
            layout.upgrade.is_some(),
            layout.complete.is_some(),
            layout.guard.is_some(),
            layout.own_key.is_some(),
        ];
        let mut erased = erased(layout.outline.clone(), rules, kinds);
        for index in &layout.indexes {
            erased.add_index(Box::new(Erased { inner: Arc::clone(index), entity }));
        }
        Schema { layout: Arc::new(erased), key: PhantomData }
    }
}

/// Everything that a layout does with the entities of a table, except for its indexes.
trait Rules<W>: Codec<W> + Upgrade<W> + Complete<W> + Guard<W> + OwnKey<W> {}

/// Returns the layout with these rules, of which it upgrades, completes, guards and compares keys if its flag says so.
///
/// It is compiled once for all types of entities.
fn erased<W>(
    outline: Outline,
    rules: Arc<dyn Rules<W>>,
    [upgrades, completes, guards, is_keyed]: [bool; 4],
) -> Layout<W> {
    Layout {
        outline,
        upgrade: if upgrades { Some(rules.clone()) } else { None },
        indexes: Vec::new(),
        complete: if completes { Some(rules.clone()) } else { None },
        guard: if guards { Some(rules.clone()) } else { None },
        own_key: if is_keyed { Some(rules.clone()) } else { None },
        // The codec does.
        check_values: None,
        codec: rules,
    }
}

/// The layout or an index of a `V`, adapted to a type `W` that contains a `V`.
struct Erased<T, V, W> {
    inner: Arc<T>,
    entity: fn(&W) -> Option<&V>,
}

impl<V, W> Erased<Layout<V>, V, W> {
    fn change<'a>(&self, change: &EncodedChange<'a, W>) -> EncodedChange<'a, V> {
        let EncodedChange { partition, key, old, new } = *change;
        EncodedChange { partition, key, old: old.and_then(self.entity), new: new.and_then(self.entity) }
    }
}

impl<V: 'static, W: From<V>> Rules<W> for Erased<Layout<V>, V, W> {}

impl<V: 'static, W: From<V>> Codec<W> for Erased<Layout<V>, V, W> {
    fn encode(&self, held: &W, out: &mut Vec<u8>) -> Result<(), EncodeReason> {
        match (self.entity)(held) {
            Some(entity) => self.inner.append_payload(entity, out),
            None => Err(EncodeReason::other("it is an entity of another table")),
        }
    }

    fn decode(&self, payload: &[u8]) -> Result<W, DecodeReason> {
        self.inner.codec.decode(payload).map(W::from)
    }
}

impl<V: 'static, W: From<V>> Upgrade<W> for Erased<Layout<V>, V, W> {
    fn upgrade(&self, from: u32, payload: &[u8]) -> Result<W, DecodeReason> {
        self.inner.decode_other(from, payload).map(W::from)
    }
}

impl<V: 'static, W: From<V>> Complete<W> for Erased<Layout<V>, V, W> {
    fn complete(
        &self,
        reader: &dyn Read,
        change: &EncodedChange<'_, W>,
        take: &mut dyn FnMut(W),
    ) -> Result<()> {
        self.inner.complete(reader, &self.change(change), &mut |entity| take(W::from(entity)))
    }
}

impl<V: 'static, W> Guard<W> for Erased<Layout<V>, V, W> {
    fn check(&self, tx: &mut dyn Transaction, change: &EncodedChange<'_, W>) -> Result<()> {
        self.inner.check(tx, &self.change(change))
    }
}

impl<V: 'static, W> OwnKey<W> for Erased<Layout<V>, V, W> {
    fn other_key(&self, held: &W, key: &[u8]) -> Option<String> {
        // An entity of another table is refused by the codec.
        self.inner.own_key.as_ref()?.other_key((self.entity)(held)?, key)
    }
}

impl<V, W> IndexDefinition<W> for Erased<TableIndex<V>, V, W> {
    fn name(&self) -> &str {
        self.inner.definition.name()
    }

    fn is_unique(&self) -> bool {
        self.inner.definition.is_unique()
    }

    fn values(&self, held: &W, add: &mut dyn FnMut(Cow<'_, [u8]>)) {
        if let Some(entity) = (self.entity)(held) {
            self.inner.definition.values(entity, add);
        }
    }

    fn has(&self, held: &W, value: &[u8]) -> bool {
        (self.entity)(held).is_some_and(|entity| self.inner.definition.has(entity, value))
    }

    fn is_each(&self) -> bool {
        self.inner.definition.is_each()
    }

    fn fields(&self) -> Vec<&str> {
        self.inner.definition.fields()
    }

    fn revision(&self) -> u32 {
        self.inner.definition.revision()
    }

    fn value_shape(&self) -> KeyShape {
        self.inner.definition.value_shape()
    }

    fn value_type(&self) -> Option<&'static str> {
        self.inner.definition.value_type()
    }

    fn describe(&self, value: &[u8]) -> String {
        self.inner.definition.describe(value)
    }
}
