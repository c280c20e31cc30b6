//! [`Schema`]: what a store knows of its table beyond the types.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::vec::Vec;

use super::Change;
use super::index::{BoundIndex, IndexDefinition};
use crate::backend::{Partition, Read, Transaction};
use crate::error::{Error, Result};

/// Makes the entity that is stored of the one that was given; `None` if it is the same.
type Complete<K, V> = fn(&dyn Read, &Change<'_, K, V>) -> Result<Option<V>>;

/// Decides on a change before it is written, and may write more in the same transaction.
type Guard<K, V> = fn(&mut dyn Transaction, &Change<'_, K, V>) -> Result<()>;

/// Makes an entity of a payload of an older version.
type Upgrade<V> = fn(u32, &[u8]) -> Result<V>;

/// What a store knows of its table: the partition, the entity's schema version, and the indexes that every change to
/// an entity keeps, in the same transaction.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::{EntityStore, Index, Schema, SystemTableStore, UniqueIndex, UserId};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Person {
///     email: String,
///     city: Option<String>,
/// }
///
/// const EMAIL: UniqueIndex<Person, String> = UniqueIndex::new("email", |person| Some(person.email.clone()));
/// const CITY: Index<Person, String> = Index::new("city", |person| person.city.clone());
///
/// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// let schema = Schema::new("people").index(EMAIL).index(CITY);
/// let people = SystemTableStore::<UserId, Person>::with_schema(backend, schema);
/// people.put(&"1".into(), &Person { email: "a@b.c".into(), city: Some("Bonn".into()) })?;
///
/// assert!(people.find(&EMAIL, &"a@b.c".to_owned())?.is_some());
/// assert_eq!(people.find_all(&CITY, &"Bonn".to_owned())?.len(), 1);
///
/// let taken = people.put(&"2".into(), &Person { email: "a@b.c".into(), city: None });
/// assert_eq!(taken.unwrap_err().code(), "UniqueViolation");
/// # Ok::<(), keyloft::Error>(())
/// ```
pub struct Schema<K, V> {
    partition: Partition,
    version: u32,
    upgrade: Option<Upgrade<V>>,
    indexes: Vec<BoundIndex<V>>,
    complete: Option<Complete<K, V>>,
    guard: Option<Guard<K, V>>,
}

impl<K, V> Schema<K, V> {
    /// A table in this partition: version 1, no indexes.
    pub fn new(partition: impl Into<Partition>) -> Self {
        let partition = partition.into();
        Self { partition, version: 1, upgrade: None, indexes: Vec::new(), complete: None, guard: None }
    }

    /// The entity's schema version, and how a payload of an older one becomes an entity.
    ///
    /// Raise it with every change to the entity's fields: their number, order or types. Where an upgrade changes what an
    /// index is made of, the indexes are out of date until a [`reindex`](super::EntityStore::reindex), and reads by them
    /// are [`Error::IndexMismatch`].
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::{EntityStore, Schema, SystemTableStore, UserId, value::decode_payload};
    ///
    /// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let old = SystemTableStore::<UserId, String>::new(backend.clone(), "names");
    /// old.put(&"1".into(), &"Ada Lovelace".to_owned())?;
    ///
    /// let schema = Schema::new("names").version(2, |_from, payload| {
    ///     let name: &str = decode_payload(payload)?;
    ///     let (first, last) = name.split_once(' ').unwrap_or(("", name));
    ///     Ok((first.to_owned(), last.to_owned()))
    /// });
    /// let new = SystemTableStore::<UserId, (String, String)>::with_schema(backend, schema);
    /// assert_eq!(new.get(&"1".into())?, Some(("Ada".to_owned(), "Lovelace".to_owned())));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    #[must_use]
    pub fn version(mut self, version: u32, upgrade: Upgrade<V>) -> Self {
        self.version = version;
        self.upgrade = Some(upgrade);
        self
    }

    /// Adds an index, in the place of one of the same name. The entities of a table that has some already are in it
    /// after [`reindex`](super::EntityStore::reindex).
    #[must_use]
    pub fn index(self, index: impl IndexDefinition<V> + 'static) -> Self {
        self.with(Box::new(index))
    }

    fn with(mut self, index: Box<dyn IndexDefinition<V>>) -> Self {
        let index = BoundIndex::new(index, &self.partition);
        self.indexes.retain(|other| other.entries.name != index.entries.name);
        self.indexes.push(index);
        self
    }

    /// Sets what fills in the fields that the table itself keeps, before anything else is done with an entity that is
    /// stored: it returns the entity to store instead, or `None` for the one that was given.
    #[must_use]
    pub fn complete(mut self, complete: Complete<K, V>) -> Self {
        self.complete = Some(complete);
        self
    }

    /// Sets what decides on every change before it is written; an error refuses the change.
    ///
    /// It may read this table and others in the transaction, and write others, but not this one, whose indexes the
    /// change has been checked against.
    #[must_use]
    pub fn guard(mut self, guard: Guard<K, V>) -> Self {
        self.guard = Some(guard);
        self
    }

    /// The table's partition.
    pub fn partition(&self) -> &Partition {
        &self.partition
    }

    pub(crate) fn schema_version(&self) -> u32 {
        self.version
    }

    pub(crate) fn upgrade_from(&self, from: u32, payload: &[u8]) -> Option<Result<V>> {
        self.upgrade.map(|upgrade| upgrade(from, payload))
    }

    pub(crate) fn indexes(&self) -> &[BoundIndex<V>] {
        &self.indexes
    }

    /// The entity to store instead of the one that was given, if the schema makes another of it. Stores ask by
    /// themselves; this is for one that holds the table's entities in a form of its own, and goes by this schema's rules.
    ///
    /// # Errors
    ///
    /// What refuses the change.
    pub fn completed(&self, reader: &dyn Read, change: &Change<'_, K, V>) -> Result<Option<V>> {
        self.complete.map_or(Ok(None), |complete| complete(reader, change))
    }

    /// Asks the guard, if there is one: for a table whose entities another store holds in a form of its own, and that
    /// goes by this schema's rules.
    ///
    /// # Errors
    ///
    /// What refuses the change.
    pub fn check(&self, tx: &mut dyn Transaction, change: &Change<'_, K, V>) -> Result<()> {
        match self.guard {
            Some(guard) => guard(tx, change),
            None => Ok(()),
        }
    }

    /// Whether a change needs to know what was there before.
    pub(crate) fn watches_changes(&self) -> bool {
        self.guard.is_some() || self.complete.is_some() || !self.indexes.is_empty()
    }

    /// The index of the definition's name, if it is of the same kind and on the same type.
    pub(crate) fn bound(&self, index: &impl IndexDefinition<V>) -> Result<&BoundIndex<V>> {
        let is_it = |bound: &&BoundIndex<V>| {
            bound.entries.name == index.name()
                && bound.entries.is_unique == index.is_unique()
                && bound
                    .definition
                    .value_type()
                    .zip(index.value_type())
                    .is_none_or(|(has, asked)| has == asked)
        };
        self.indexes.iter().find(is_it).ok_or_else(|| Error::UnknownIndex {
            partition: self.partition.as_str().to_owned(),
            index: index.name().to_owned(),
        })
    }
}
