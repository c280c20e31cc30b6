//! [`Outline`]: the parts of a layout that don't depend on the type of the entities.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::{Sight, Visibility};
use crate::backend::{Partition, Read};
use crate::catalog::Checked;
use crate::error::{DecodeReason, EncodeReason, Error, ErrorKind, Place, Result};
use crate::key::{KeyShape, StorageKey, describe};
use crate::shape::Shape;
use crate::value::Envelope;

/// The functions of a type of keys.
pub(crate) struct KeyType {
    describe: fn(&[u8]) -> String,
    check: fn(&[u8]) -> Result<()>,
    shape: fn() -> KeyShape,
}

impl KeyType {
    /// Returns the functions of the type `K`.
    pub(crate) fn of<K: StorageKey>() -> &'static Self {
        const { &Self { describe: describe::<K>, check: |bytes| K::decode(bytes).map(drop), shape: K::shape } }
    }
}

/// The parts of a layout that don't depend on the type of the entities.
#[derive(Clone)]
pub(crate) struct Outline {
    pub(crate) partition: Partition,
    /// The reason why a table of this schema can't be written, if its partition belongs to an index, or to a system table
    /// whose rules this schema lacks.
    pub(crate) reserved: Option<&'static str>,
    pub(crate) version: u32,
    /// `true` if each value is in an envelope, which contains the version.
    pub(crate) has_envelope: bool,
    pub(crate) visibility: Option<Arc<dyn Visibility>>,
    /// The key type's description of an encoded key.
    pub(crate) describe: fn(&[u8]) -> String,
    /// The key type's check of encoded bytes.
    pub(crate) check_key: fn(&[u8]) -> Result<()>,
    /// The encoding of the key type.
    pub(crate) key_shape: KeyShape,
    /// The encoding of the entities, or `None` if it is unknown.
    pub(crate) entity_shape: Option<Shape>,
    /// Returns the encoding of the entities of an older version, if it is known.
    pub(crate) older_shape: fn(u32) -> Option<Shape>,
    /// `true` if writes compare each payload with the shape.
    pub(crate) checks_shape: bool,
    /// The entity's fields that are the key, in their order.
    pub(crate) key_fields: Vec<String>,
    /// The entity's field with the time at which it expires.
    pub(crate) expires: Option<String>,
    /// The states of catalogs in which the definition agreed with the stored one.
    pub(crate) checked: Checked,
}

impl Outline {
    /// Creates the outline of a table in this partition with keys of this type, with version 1.
    #[inline(never)] // one for all types of entities
    pub(crate) fn new(partition: Partition, KeyType { describe, check, shape }: &KeyType) -> Self {
        Self {
            reserved: Self::reservation(&partition),
            partition,
            version: 1,
            has_envelope: true,
            visibility: None,
            describe: *describe,
            check_key: *check,
            key_shape: shape(),
            entity_shape: None,
            older_shape: |_| None,
            checks_shape: false,
            key_fields: Vec::new(),
            expires: None,
            checked: Checked::default(),
        }
    }

    /// Lets the schema write the partition of this name, in a scope or outside, if that is its own: it has the rules of the
    /// system table there.
    pub(crate) fn own(&mut self, table: &str) {
        if self.partition.is_system_table_named(table) {
            self.reserved = None;
        }
    }

    /// Splits the bytes that are stored under the key into the version and the payload.
    #[inline]
    pub(crate) fn open<'a>(&self, key: &[u8], stored: &'a [u8]) -> Result<Envelope<'a>, DecodeReason> {
        if self.has_envelope {
            Envelope::open(&self.partition, key, stored)
        } else {
            Ok(Envelope { version: self.version, payload: stored })
        }
    }

    /// Refuses a payload that does not have the shape of the entities, if the schema checks that.
    #[inline]
    pub(crate) fn check_shape(&self, payload: Option<&[u8]>) -> Result<(), EncodeReason> {
        match (&self.entity_shape, payload) {
            (Some(shape), Some(payload)) if self.checks_shape => has_shape(shape, payload),
            _ => Ok(()),
        }
    }

    /// As [`open`](Self::open), but returns `None` if a read with this sight skips the row.
    #[inline]
    pub(crate) fn see<'a>(
        &self,
        key: &[u8],
        stored: &'a [u8],
        sight: Sight,
    ) -> Result<Option<Envelope<'a>>, DecodeReason> {
        let row = self.open(key, stored)?;
        Ok(Some(row).filter(|row| !self.hides(*row, sight)))
    }

    /// Returns `true` if a read with this sight skips the row.
    #[inline]
    pub(crate) fn hides(&self, row: Envelope<'_>, sight: Sight) -> bool {
        self.visibility.as_ref().is_some_and(|visibility| !visibility.is_visible(row, sight))
    }

    /// Returns the sight with the time of the reader, if the visibility depends on the time.
    #[inline]
    pub(crate) fn sight_at(&self, reader: &dyn Read, sight: Sight) -> Sight {
        match &self.visibility {
            Some(visibility) => timed(&**visibility, reader, sight),
            None => sight,
        }
    }

    /// Returns the reason why a table without the rules of the partition's owner must not write it.
    pub(crate) fn reservation(partition: &Partition) -> Option<&'static str> {
        if partition.is_catalog() {
            Some("it is the catalog: tables and migrations write it")
        } else if partition.is_index() {
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
            Some(reason) => {
                Err(ErrorKind::InvalidPartition { place: Place::of(&self.partition), reason }.into())
            }
            None => Ok(()),
        }
    }

    /// Creates the error of an entity that breaks a rule.
    pub(crate) fn invalid(&self, key: &[u8], reason: &str) -> Error {
        Error::from(ErrorKind::Invalid { place: self.place(key), reason: reason.to_owned() })
    }

    /// Creates the error of a stored value that can't be decoded.
    #[cold]
    pub(crate) fn undecodable(&self, key: &[u8], reason: DecodeReason) -> Error {
        Error::decode(self.place(key), reason)
    }

    /// Returns the place of the entity under this key.
    pub(crate) fn place(&self, key: &[u8]) -> Place {
        Place::entity(&self.partition, (self.describe)(key))
    }
}

#[cold]
fn has_shape(shape: &Shape, payload: &[u8]) -> Result<(), EncodeReason> {
    match shape.read(payload) {
        Ok(_) => Ok(()),
        Err(malformed) => Err(EncodeReason::other(format!(
            "it is encoded otherwise than the shape of the table says, {shape}: {malformed}; state the right type in \
             `#[shape(as = …)]`"
        ))),
    }
}

fn timed(visibility: &dyn Visibility, reader: &dyn Read, mut sight: Sight) -> Sight {
    if let Some(clock) = visibility.clock()
        && sight.time.is_none()
    {
        sight.time = Some(reader.read_time(clock));
    }
    sight
}
