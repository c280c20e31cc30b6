//! [`Layout`]: a schema without its key type.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::rules::{Complete, Guard, Upgrade};
use super::{Codec, Sight, Visibility};
use crate::backend::Partition;
use crate::error::{DecodeReason, EncodeReason, Error, Place, Result};
use crate::store::index::{IndexDefinition, TableIndex};
use crate::value::{Envelope, append_header};

/// The content of a [`Schema`](super::Schema), with keys as bytes.
pub(crate) struct Layout<V> {
    pub(crate) partition: Partition,
    /// The reason why a table of this schema can't be written, if its partition belongs to an index, or to a system table
    /// whose rules this schema lacks.
    pub(crate) reserved: Option<&'static str>,
    pub(crate) version: u32,
    /// `true` if each value is in an envelope, which contains the version.
    pub(crate) has_envelope: bool,
    pub(crate) codec: Arc<dyn Codec<V>>,
    pub(crate) upgrade: Option<Arc<dyn Upgrade<V>>>,
    pub(crate) indexes: Vec<Arc<TableIndex<V>>>,
    pub(crate) visibility: Option<Arc<dyn Visibility>>,
    pub(crate) complete: Option<Arc<dyn Complete<V>>>,
    pub(crate) guard: Option<Arc<dyn Guard<V>>>,
    /// The key type's description of an encoded key.
    pub(crate) describe: fn(&[u8]) -> String,
    /// The key type's check of encoded bytes.
    pub(crate) check_key: fn(&[u8]) -> Result<()>,
}

impl<V> Layout<V> {
    /// Appends the entity in its envelope to `out`.
    pub(crate) fn append(&self, entity: &V, out: &mut Vec<u8>) -> Result<(), EncodeReason> {
        if self.has_envelope {
            append_header(self.version, out)?;
        }
        self.codec.encode(entity, out)
    }

    /// Appends the entity in its envelope to `out`. An error names the entity's place.
    pub(crate) fn encode(&self, key: &[u8], entity: &V, out: &mut Vec<u8>) -> Result<()> {
        self.append(entity, out).map_err(|reason| Error::Encode { place: self.place(key), reason })
    }

    /// Decodes the entity of stored bytes, and upgrades it from an older version.
    #[inline]
    pub(crate) fn decode(&self, stored: &[u8]) -> Result<V, DecodeReason> {
        let Envelope { version, payload } = self.open(stored)?;
        if version == self.version { self.codec.decode(payload) } else { self.decode_other(version, payload) }
    }

    /// Splits stored bytes into the version and the payload.
    #[inline]
    pub(crate) fn open<'a>(&self, stored: &'a [u8]) -> Result<Envelope<'a>, DecodeReason> {
        if self.has_envelope {
            Envelope::open(stored)
        } else {
            Ok(Envelope { version: self.version, payload: stored })
        }
    }

    fn decode_other(&self, found: u32, payload: &[u8]) -> Result<V, DecodeReason> {
        match &self.upgrade {
            Some(upgrade) if found < self.version => upgrade.upgrade(found, payload),
            _ => Err(version_mismatch(found, self.version)),
        }
    }

    /// Decodes the entity of stored bytes. An error names the entity's place.
    #[inline]
    pub(crate) fn decode_at(&self, key: &[u8], stored: &[u8]) -> Result<V> {
        self.decode(stored).map_err(|reason| Error::decode(self.place(key), reason))
    }

    /// Returns `true` if a read with this sight skips the stored bytes.
    #[inline]
    pub(crate) fn hides(&self, stored: &[u8], sight: Sight) -> bool {
        self.visibility.as_ref().is_some_and(|visibility| !visibility.is_visible(stored, sight))
    }

    /// Returns `true` if a write needs the entity before the change.
    pub(crate) fn needs_old(&self) -> bool {
        self.guard.is_some() || self.complete.is_some() || !self.indexes.is_empty()
    }

    /// Returns the reason why a table without the rules of the partition's owner must not write it.
    pub(crate) fn reservation(partition: &Partition) -> Option<&'static str> {
        if partition.is_index() {
            Some("it holds the entries of an index: write through the store of its table")
        } else if partition.is_system_table() {
            Some("it belongs to a system table: write through its `SystemTableStore`")
        } else {
            None
        }
    }

    /// Refuses writes to a reserved partition.
    #[inline]
    pub(crate) fn check_writable(&self) -> Result<()> {
        match self.reserved {
            Some(reason) => Err(Error::InvalidPartition { place: Place::of(&self.partition), reason }),
            None => Ok(()),
        }
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
        self.indexes
            .iter()
            .find(is_same)
            .ok_or_else(|| Error::UnknownIndex { place: Place::of(&self.partition), index: name.to_owned() })
    }

    /// Returns the place of the entity under this key.
    pub(crate) fn place(&self, key: &[u8]) -> Place {
        Place::entity(&self.partition, (self.describe)(key))
    }
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
            partition: self.partition.clone(),
            reserved: self.reserved,
            version: self.version,
            has_envelope: self.has_envelope,
            codec: Arc::clone(&self.codec),
            upgrade: self.upgrade.clone(),
            indexes: self.indexes.clone(),
            visibility: self.visibility.clone(),
            complete: self.complete.clone(),
            guard: self.guard.clone(),
            describe: self.describe,
            check_key: self.check_key,
        }
    }
}
