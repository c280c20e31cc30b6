//! [`Layout`]: a schema without its key type.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::ToString as _;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::{Deref, DerefMut};

use super::change::EncodedChange;
use super::rules::{Complete, Guard, OwnKey, Upgrade};
use super::{Codec, KeyType, Outline, Sight};
use crate::backend::{Partition, Read, Transaction};
use crate::catalog::TableDefinition;
use crate::error::{DecodeReason, EncodeReason, Error, ErrorKind, Place, Result};
use crate::store::index::{IndexDefinition, TableIndex, Values};
use crate::value::{Envelope, Header};

/// The content of a [`Schema`](super::Schema), with keys as bytes.
pub(crate) struct Layout<V> {
    pub(super) outline: Outline,
    pub(crate) codec: Arc<dyn Codec<V>>,
    pub(crate) upgrade: Option<Arc<dyn Upgrade<V>>>,
    pub(crate) indexes: Vec<Arc<TableIndex<V>>>,
    pub(crate) complete: Option<Arc<dyn Complete<V>>>,
    pub(crate) guard: Option<Arc<dyn Guard<V>>>,
    pub(crate) own_key: Option<Arc<dyn OwnKey<V>>>,
    /// [`Self::check_values`], if the schema checks them. It is a pointer, so that other programs don't contain its code.
    pub(super) check_values: Option<CheckValues<V>>,
}

type CheckValues<V> = fn(&Layout<V>, &V, &[u8]) -> Result<(), EncodeReason>;

impl<V> Layout<V> {
    /// Creates the layout of a table in this partition, with version 1 and without indexes and rules.
    pub(crate) fn new(partition: Partition, key: &KeyType, codec: Arc<dyn Codec<V>>) -> Self {
        Self::with_outline(Outline::new(partition, key), codec)
    }

    /// Creates the layout with this outline and without indexes and rules.
    #[inline(never)]
    pub(super) fn with_outline(outline: Outline, codec: Arc<dyn Codec<V>>) -> Self {
        Self {
            outline,
            codec,
            upgrade: None,
            indexes: Vec::new(),
            complete: None,
            guard: None,
            own_key: None,
            check_values: None,
        }
    }

    /// Adds the index, and removes another one of the same name.
    pub(crate) fn add_index(&mut self, definition: Arc<dyn IndexDefinition<V>>) {
        let index = Arc::new(TableIndex::new(definition, &self.partition));
        let same = self.indexes.iter().position(|other| other.entries.name == index.entries.name);
        if let Some(same) = same {
            self.indexes.remove(same);
        }
        self.indexes.push(index);
    }

    /// Returns the definition that the catalog stores.
    pub(crate) fn definition(&self) -> TableDefinition {
        let Outline { key_shape, entity_shape, version, has_envelope, key_fields, expires, .. } =
            &self.outline;
        let mut indexes = Vec::with_capacity(self.indexes.len());
        for index in &self.indexes {
            indexes.push(index.defined());
        }
        TableDefinition {
            key: key_shape.clone(),
            entity: entity_shape.clone(),
            version: *version,
            has_envelope: *has_envelope,
            indexes,
            key_fields: key_fields.clone(),
            expires: expires.clone(),
        }
    }

    /// Gives `take` the entity that the schema completes from the new one of the change, if it differs.
    pub(crate) fn complete(
        &self,
        reader: &dyn Read,
        change: &EncodedChange<'_, V>,
        take: &mut dyn FnMut(V),
    ) -> Result<()> {
        match &self.complete {
            Some(complete) => complete.complete(reader, change, take),
            None => Ok(()),
        }
    }

    /// Calls the schema's guard.
    pub(crate) fn check(&self, tx: &mut dyn Transaction, change: &EncodedChange<'_, V>) -> Result<()> {
        match &self.guard {
            Some(guard) => guard.check(tx, change),
            None => Ok(()),
        }
    }

    /// Refuses an entity that contains another key than the one that it is stored under.
    #[inline]
    pub(crate) fn check_own_key(&self, key: &[u8], entity: &V) -> Result<()> {
        match self.own_key.as_ref().and_then(|own_key| own_key.other_key(entity, key)) {
            None => Ok(()),
            Some(own) => Err(self.wrong_key(key, &own)),
        }
    }

    #[cold]
    fn wrong_key(&self, key: &[u8], own: &str) -> Error {
        self.invalid(key, &format!("it contains the key `{own}`; store it under that key"))
    }

    /// Appends the entity in its envelope to `out`.
    fn append(&self, key: &[u8], entity: &V, out: &mut Vec<u8>) -> Result<(), EncodeReason> {
        let header = if self.has_envelope { Some(Header::append(self.version, out)) } else { None };
        let start = out.len();
        self.append_payload(entity, out)?;
        self.check_shape(out.get(start..))?;
        if let Some(header) = header {
            header.complete(&self.partition, key, out);
        }
        Ok(())
    }

    /// Appends the payload of the entity to `out`.
    pub(super) fn append_payload(&self, entity: &V, out: &mut Vec<u8>) -> Result<(), EncodeReason> {
        let start = out.len();
        self.codec.encode(entity, out)?;
        match self.check_values {
            Some(check_values) => check_values(self, entity, out.get(start..).unwrap_or_default()),
            None => Ok(()),
        }
    }

    /// Refuses an entity whose index values differ from those that a read of the payload has. A later write, which reads
    /// it, would not delete its entries.
    pub(super) fn check_values(&self, entity: &V, payload: &[u8]) -> Result<(), EncodeReason> {
        if self.indexes.is_empty() {
            return Ok(());
        }
        let read = self.codec.decode(payload).map_err(|reason| EncodeReason::other(reason.to_string()))?;
        let values = |index: &TableIndex<V>, entity| Values::of(&*index.definition, entity);
        let differs =
            |index: &&Arc<TableIndex<V>>| values(index, entity).as_slice() != values(index, &read).as_slice();
        match self.indexes.iter().find(differs) {
            Some(index) => Err(other_values(&index.entries.name)),
            None => Ok(()),
        }
    }

    /// Appends the entity in its envelope to `out`. An error names the entity's place.
    pub(crate) fn encode(&self, key: &[u8], entity: &V, out: &mut Vec<u8>) -> Result<()> {
        self.append(key, entity, out)
            .map_err(|reason| ErrorKind::Encode { place: self.place(key), reason }.into())
    }

    /// Decodes the entity of a row, and upgrades it from an older version.
    #[inline]
    pub(crate) fn decode_row(&self, row: Envelope<'_>) -> Result<V, DecodeReason> {
        let Envelope { version, payload } = row;
        if version == self.version { self.codec.decode(payload) } else { self.decode_other(version, payload) }
    }

    pub(super) fn decode_other(&self, found: u32, payload: &[u8]) -> Result<V, DecodeReason> {
        match &self.upgrade {
            Some(upgrade) if found < self.version => upgrade.upgrade(found, payload),
            _ => Err(version_mismatch(found, self.version)),
        }
    }

    /// Decodes the entity that is stored under the key, and upgrades it from an older version.
    #[inline]
    pub(crate) fn decode(&self, key: &[u8], stored: &[u8]) -> Result<V, DecodeReason> {
        self.decode_row(self.open(key, stored)?)
    }

    /// Returns `false` if the entity, which was decoded from `stored`, is in other bytes than its codec writes.
    pub(crate) fn is_canonical(&self, key: &[u8], stored: &[u8], entity: &V) -> bool {
        match self.open(key, stored) {
            // The bytes of older versions are those of other types.
            Ok(Envelope { version, payload }) if version == self.version => {
                self.codec.is_canonical(payload, entity)
            }
            _ => true,
        }
    }

    /// Decodes the entity that is stored under the key. An error names its place.
    #[inline]
    pub(crate) fn decode_at(&self, key: &[u8], stored: &[u8]) -> Result<V> {
        self.decode(key, stored).map_err(|reason| self.undecodable(key, reason))
    }

    /// Decodes the entity that is stored under the key, or returns `None` if a read with this sight skips it.
    #[inline]
    pub(crate) fn decode_seen(
        &self,
        key: &[u8],
        stored: &[u8],
        sight: Sight,
    ) -> Result<Option<V>, DecodeReason> {
        self.see(key, stored, sight)?.map(|row| self.decode_row(row)).transpose()
    }

    /// As [`decode_seen`](Self::decode_seen). An error names the entity's place.
    #[inline]
    pub(crate) fn decode_seen_at(&self, key: &[u8], stored: &[u8], sight: Sight) -> Result<Option<V>> {
        self.decode_seen(key, stored, sight).map_err(|reason| self.undecodable(key, reason))
    }

    /// Returns `true` if a write needs the entity before the change.
    pub(crate) fn needs_old(&self) -> bool {
        self.guard.is_some() || self.complete.is_some() || !self.indexes.is_empty()
    }

    /// Returns the schema's index with the name, the kind and the value type of the definition.
    pub(crate) fn find_index(
        &self,
        index: &(impl IndexDefinition<V> + ?Sized),
    ) -> Result<&Arc<TableIndex<V>>> {
        self.find_named_index(index.name(), index.is_unique(), index.value_type())
    }

    fn find_named_index(
        &self,
        name: &str,
        is_unique: bool,
        value_type: Option<&'static str>,
    ) -> Result<&Arc<TableIndex<V>>> {
        let is_same = |bound: &&Arc<TableIndex<V>>| {
            bound.entries.name == name
                && bound.entries.is_unique == is_unique
                && bound.definition.value_type().zip(value_type).is_none_or(|(has, asked)| has == asked)
        };
        self.indexes.iter().find(is_same).ok_or_else(|| {
            ErrorKind::UnknownIndex { place: Place::of(&self.partition), index: name.to_owned() }.into()
        })
    }
}

#[cold]
fn other_values(index: &str) -> EncodeReason {
    EncodeReason::other(format!(
        "a read of it would return another value in the index `{index}`, as it does if the value comes from a field with \
         serde's `skip`, or with a `with` that rounds"
    ))
}

/// Returns the reason why a value of this version can't be decoded without an upgrade.
#[cold]
pub(crate) fn version_mismatch(found: u32, known: u32) -> DecodeReason {
    if found > known {
        DecodeReason::NewerVersion { found, known }
    } else {
        DecodeReason::NoUpgrade { found, known }
    }
}

impl<V> Clone for Layout<V> {
    fn clone(&self) -> Self {
        Self {
            outline: self.outline.clone(),
            codec: Arc::clone(&self.codec),
            upgrade: self.upgrade.clone(),
            indexes: self.indexes.clone(),
            complete: self.complete.clone(),
            guard: self.guard.clone(),
            own_key: self.own_key.clone(),
            check_values: self.check_values,
        }
    }
}

impl<V> Deref for Layout<V> {
    type Target = Outline;

    #[inline]
    fn deref(&self) -> &Outline {
        &self.outline
    }
}

impl<V> DerefMut for Layout<V> {
    #[inline]
    fn deref_mut(&mut self) -> &mut Outline {
        &mut self.outline
    }
}
