//! [`Schema`]: the definition of a table.

mod build;
mod catalog;
mod change;
mod codec;
mod erase;
mod indexed;
mod layout;
mod outline;
mod rules;
mod trace;
mod visibility;
mod within;

use alloc::string::String;
use alloc::sync::Arc;
use core::any::TypeId;
use core::marker::PhantomData;

pub use change::Change;
pub(crate) use change::EncodedChange;
use codec::StrictPostcard;
pub use codec::{Codec, Postcard};
pub(crate) use layout::{Layout, version_mismatch};
pub(crate) use outline::{KeyType, Outline};
pub(crate) use rules::{Complete, Guard};
use rules::{KeyOf, OnKeys};
pub use visibility::{Sight, Visibility};
pub(crate) use within::{View, Within};

use super::Entity;
use super::index::IndexDefinition;
use super::{RawWriter, TableReader, TableRef, TableWriter};
use crate::backend::{Partition, Read, Transaction};
use crate::error::{DecodeReason, Result};
use crate::key::{KeyShape, StorageKey};
use crate::maybe_send::{MaybeSend, MaybeSync};
use crate::shape::Shape;
use crate::tables::row::Row;
use crate::value::Envelope;

/// The definition of a table: its partition, its schema version, and its indexes. Every change to an entity updates the
/// indexes in the same transaction.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::prelude::*;
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
/// let people = Table::<UserId, Person>::with_schema(backend, schema);
/// people.put(&"1".into(), &Person { email: "a@b.c".into(), city: Some("Bonn".into()) })?;
///
/// assert!(people.find(&EMAIL, "a@b.c")?.is_some());
/// assert_eq!(people.find_all(&CITY, "Bonn")?.len(), 1);
///
/// let taken = people.put(&"2".into(), &Person { email: "a@b.c".into(), city: None });
/// assert_eq!(taken.unwrap_err().code(), "UniqueViolation");
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// Clones share one definition. [`at`](Schema::at) and [`within`](Schema::within) return the table on a snapshot and
/// inside a transaction without a store.
pub struct Schema<K, V> {
    layout: Arc<Layout<V>>,
    key: PhantomData<fn() -> K>,
}

impl<K: StorageKey, V: 'static> Schema<K, V> {
    /// Creates the schema of a table in this partition, with the encoding of [`Postcard`], version 1 and no indexes.
    ///
    /// The shape of a [`Row`] is known. Other entities have one by the derive, or by [`shape`](Self::shape).
    ///
    /// Its writes refuse a struct that leaves out a field with serde's `skip_serializing_if`, which a read would misread.
    /// With debug assertions, it is [`checked`](Schema::checked).
    pub fn new(partition: impl Into<Partition>) -> Self
    where
        V: Entity,
    {
        let schema = Self::with_codec(partition, StrictPostcard);
        let schema =
            if TypeId::of::<V>() == TypeId::of::<Row>() { schema.shape(Shape::of::<Row>()) } else { schema };
        #[cfg(debug_assertions)]
        let schema = schema.checked();
        schema
    }

    /// Creates the schema of a table in this partition, with this codec, version 1 and no indexes.
    pub fn with_codec(partition: impl Into<Partition>, codec: impl Codec<V> + 'static) -> Self {
        Self::of(Layout::new(partition.into(), KeyType::of::<K>(), Arc::new(codec)))
    }

    /// Sets the schema version, and the function that decodes a payload of an older version.
    ///
    /// Raise the version with every change to the number, order or types of the entity's fields, and call
    /// [`migrate`](super::EntityStore::migrate), which also builds the indexes from the upgraded entities. Until then the
    /// table refuses every operation.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::prelude::*;
    /// use keyloft::value::decode_payload;
    ///
    /// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let old = Table::<UserId, String>::new(backend.clone(), "names");
    /// old.put(&"1".into(), &"Ada Lovelace".to_owned())?;
    ///
    /// let schema = Schema::new("names").version(2, |_from, payload| {
    ///     let name: &str = decode_payload(payload)?;
    ///     let (first, last) = name.split_once(' ').unwrap_or(("", name));
    ///     Ok((first.to_owned(), last.to_owned()))
    /// });
    /// let new = Table::<UserId, (String, String)>::with_schema(backend, schema);
    /// new.migrate()?;
    /// assert_eq!(new.get(&"1".into())?, Some(("Ada".to_owned(), "Lovelace".to_owned())));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    #[must_use]
    pub fn version(
        mut self,
        version: u32,
        upgrade: impl Fn(u32, &[u8]) -> Result<V, DecodeReason> + MaybeSend + MaybeSync + 'static,
    ) -> Self {
        let layout = self.layout_mut();
        layout.version = version;
        layout.upgrade = Some(Arc::new(upgrade));
        self
    }

    /// Sets the schema version, without an upgrade from older versions.
    #[must_use]
    pub fn version_without_upgrade(mut self, version: u32) -> Self {
        self.layout_mut().version = version;
        self
    }

    /// Sets the shape of the entities, which the [catalog](crate::catalog) then compares and other programs can read.
    ///
    /// `#[derive(Entity)]` calls it. It is for entities whose form is known at run time only, and for types with
    /// `#[derive(Shape)]`:
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::prelude::*;
    /// use keyloft::shape::Shape;
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let sizes = |shape| Table::<u32, (u16, u16)>::with_schema(backend.clone(), Schema::new("sizes").shape(shape));
    /// let table = sizes(Shape::of::<(u16, u16)>());
    /// table.put(&1, &(800, 600))?;
    ///
    /// let other = sizes(Shape::of::<(i16, u16)>());
    /// assert_eq!(other.get(&1).unwrap_err().code(), "DefinitionMismatch");
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    #[must_use]
    pub fn shape(mut self, shape: Shape) -> Self {
        self.layout_mut().entity_shape = Some(shape);
        self
    }

    /// Sets the shape of the keys, for keys as bytes whose parts are known at run time only.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::prelude::*;
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// Table::<u32, String>::new(backend.clone(), "notes").put(&7, &"milk".into())?;
    ///
    /// let schema = Schema::<Vec<u8>, String>::new("notes").key_shape(u32::shape());
    /// let notes = Table::with_schema(backend, schema);
    /// assert_eq!(notes.get(&vec![0, 0, 0, 7])?, Some("milk".into()));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    #[must_use]
    pub fn key_shape(mut self, shape: KeyShape) -> Self {
        self.layout_mut().key_shape = shape;
        self
    }

    /// Sets the shapes of older versions, which a migration compares with the stored one. `#[derive(Entity)]` calls it.
    #[doc(hidden)]
    #[must_use]
    pub fn older_shapes(mut self, shape: fn(u32) -> Option<Shape>) -> Self {
        self.layout_mut().older_shape = shape;
        self
    }

    /// Stores values without an [envelope](crate::value) and without a version.
    ///
    /// It is for a partition that other code reads or writes through the backend, without a table.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::error::{DecodeReason, EncodeReason};
    /// use keyloft::prelude::*;
    /// use keyloft::store::Codec;
    ///
    /// struct AsIs;
    ///
    /// impl Codec<Vec<u8>> for AsIs {
    ///     fn encode(&self, bytes: &Vec<u8>, out: &mut Vec<u8>) -> Result<(), EncodeReason> {
    ///         out.extend_from_slice(bytes);
    ///         Ok(())
    ///     }
    ///
    ///     fn decode(&self, stored: &[u8]) -> Result<Vec<u8>, DecodeReason> {
    ///         Ok(stored.to_vec())
    ///     }
    /// }
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// backend.transaction(|tx| tx.put(&"pictures".into(), b"logo", b"\x89PNG"))?;
    /// let schema = Schema::with_codec("pictures", AsIs).without_envelope();
    /// let pictures = Table::<String, Vec<u8>>::with_schema(backend, schema);
    /// assert_eq!(pictures.page(.., 10, None)?.entries, [("logo".to_owned(), b"\x89PNG".to_vec())]);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    #[must_use]
    pub fn without_envelope(mut self) -> Self {
        self.layout_mut().has_envelope = false;
        self
    }

    /// Adds an index, or replaces the one of the same name.
    ///
    /// [`migrate`](super::EntityStore::migrate) adds the entries of the entities that are stored already. Until then the table
    /// refuses every operation.
    #[must_use]
    pub fn index(mut self, index: impl IndexDefinition<V> + 'static) -> Self {
        self.add_index(Arc::new(index));
        self
    }

    /// Sets the rule that hides stored rows from reads. By default, reads see all rows.
    #[must_use]
    pub fn visibility(mut self, visibility: impl Visibility + 'static) -> Self {
        self.set_visibility(Arc::new(visibility));
        self
    }

    /// Sets the function that fills in the fields that the table maintains, such as a count.
    ///
    /// It runs when an entity is stored, before the guard and the indexes see the change. It returns the entity to
    /// store instead, or `None` to store the given one.
    #[must_use]
    pub fn complete(
        mut self,
        complete: impl Fn(&dyn Read, &Change<'_, K, V>) -> Result<Option<V>> + MaybeSend + MaybeSync + 'static,
    ) -> Self {
        self.set_complete(Arc::new(OnKeys::<K, _>::new(complete)));
        self
    }

    /// Sets the function that accepts every change before it is written, or refuses it with an error.
    ///
    /// In the transaction it may read all tables and write other tables. It must not write this table, because the change
    /// has been checked against the table's indexes already.
    ///
    /// Refuse a change before the guard's own writes. If a transaction goes on after the refusal, those writes stay in it.
    #[must_use]
    pub fn guard(
        mut self,
        guard: impl Fn(&mut dyn Transaction, &Change<'_, K, V>) -> Result<()> + MaybeSend + MaybeSync + 'static,
    ) -> Self {
        self.set_guard(Arc::new(OnKeys::<K, _>::new(guard)));
        self
    }

    /// Sets the function that returns the key that each entity contains, and the names of the fields that it is made of. A
    /// write of an entity under another key is then an [`ErrorKind::Invalid`](crate::ErrorKind::Invalid).
    ///
    /// The catalog stores the names, by which programs without the type compare the keys. The comparison encodes the entity's key once more, and reads nothing.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::prelude::*;
    ///
    /// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let schema = Schema::new("scores").keyed(&["0"], |(player, _): &(u32, u64)| *player);
    /// let scores = Table::<u32, (u32, u64)>::with_schema(backend, schema);
    /// scores.put(&7, &(7, 100))?;
    /// assert_eq!(scores.put(&8, &(7, 100)).unwrap_err().code(), "Invalid");
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    #[must_use]
    pub fn keyed(mut self, fields: &[&str], key: fn(&V) -> K) -> Self {
        let layout = self.layout_mut();
        layout.own_key = Some(Arc::new(KeyOf(key)));
        layout.key_fields = fields.iter().map(|field| String::from(*field)).collect();
        self
    }

    /// Sets the name of the entity's field with the time at which it expires.
    ///
    /// The catalog stores the name, by which programs without the type find the time. `#[derive(Entity)]` sets it for the field
    /// `#[expires]`, and it hides nothing: that is the task of a [`Visibility`](super::Visibility).
    ///
    /// ```
    /// use keyloft::prelude::*;
    ///
    /// let schema = Schema::<u32, (i64, String)>::new("sessions").expires_by("0");
    /// assert_eq!(schema.definition().expires.as_deref(), Some("0"));
    /// ```
    #[must_use]
    pub fn expires_by(mut self, field: &str) -> Self {
        self.layout_mut().expires = Some(field.into());
        self
    }
}

impl<K, V> Schema<K, V> {
    /// Returns the table's partition.
    pub fn partition(&self) -> &Partition {
        &self.layout.partition
    }

    /// Returns the schema version of new values.
    pub fn schema_version(&self) -> u32 {
        self.layout.version
    }

    /// Returns the name of each index, with `true` for a unique one.
    pub fn indexes(&self) -> impl Iterator<Item = (&str, bool)> {
        self.layout.indexes.iter().map(|index| (index.entries.name.as_str(), index.entries.is_unique))
    }

    /// Returns `true` if reads with this sight see the row with this version and this payload.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::prelude::*;
    /// use keyloft::store::Sight;
    /// use keyloft::value::Envelope;
    ///
    /// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let notes = UserTableStore::new(backend, &TableId::from_strings("app", "notes"));
    /// let deleted = UserTableRow { deleted: true, ..UserTableRow::new(Row::new(), 1_000) };
    /// let id = UserRowId::from_strings("alice", "1");
    /// let stored = notes.serialize(&id, &deleted)?;
    /// let row = Envelope::open(notes.partition(), &id.encode(), &stored).unwrap();
    /// assert!(!notes.schema().is_visible(row, Sight::default()));
    /// assert!(notes.schema().is_visible(row, Sight { tombstones: true, ..Sight::default() }));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    pub fn is_visible(&self, row: Envelope<'_>, sight: Sight) -> bool {
        !self.layout.hides(row, sight)
    }

    /// Returns the table on a snapshot or another [`Read`].
    pub fn at<'a>(&'a self, reader: &'a dyn Read) -> TableReader<'a, K, V> {
        TableReader::new(&self.layout, reader)
    }

    /// Returns the table inside a transaction.
    pub fn within<'a>(&'a self, tx: &'a mut dyn Transaction) -> TableWriter<'a, K, V>
    where
        V: 'static,
    {
        TableWriter::new(RawWriter::new(TableRef::whole(&self.layout), tx))
    }

    pub(crate) fn layout(&self) -> &Arc<Layout<V>> {
        &self.layout
    }
}

impl<K, V> Clone for Schema<K, V> {
    fn clone(&self) -> Self {
        Self { layout: Arc::clone(&self.layout), key: PhantomData }
    }
}
