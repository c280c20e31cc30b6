//! [`Entries`]: the partition of an index and the encoding of its entries.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Bound;

use super::IndexDefinition;
use crate::backend::{KeySpan, Partition, after_prefix};
use crate::catalog::DefinedIndex;
use crate::error::{Error, ErrorKind, Place, Result};
use crate::key::self_delimiting;

/// An index of one table: its definition and its entries.
pub(crate) struct TableIndex<V> {
    pub(crate) entries: Entries,
    pub(crate) definition: Arc<dyn IndexDefinition<V>>,
}

impl<V> TableIndex<V> {
    /// Creates the index of the table in this partition.
    pub(crate) fn new(definition: Arc<dyn IndexDefinition<V>>, table: &Partition) -> Self {
        Self { entries: Entries::new(definition.name(), definition.is_unique(), table), definition }
    }

    /// Returns the definition that the catalog stores.
    pub(crate) fn defined(&self) -> DefinedIndex {
        let definition = &self.definition;
        DefinedIndex {
            name: definition.name().to_owned(),
            is_unique: definition.is_unique(),
            is_each: definition.is_each(),
            fields: definition.fields().into_iter().map(ToOwned::to_owned).collect(),
            value: definition.value_shape(),
            revision: definition.revision(),
        }
    }
}

/// The partition of an index and the encoding of its entries, without the type of the entities.
pub(crate) struct Entries {
    pub(crate) name: String,
    pub(crate) is_unique: bool,
    /// The partition of the entries.
    pub(crate) partition: Partition,
}

impl Entries {
    /// Creates the encoding of the entries of an index of the table in this partition.
    pub(crate) fn new(name: &str, is_unique: bool, table: &Partition) -> Self {
        Self { name: name.to_owned(), is_unique, partition: table.of_index(name) }
    }

    /// Returns the entry, as a key and a value, for an entity with this indexed value and key.
    pub(crate) fn encode<'a>(&self, value: &'a [u8], key: &'a [u8]) -> (Cow<'a, [u8]>, &'a [u8]) {
        if self.is_unique {
            return (Cow::Borrowed(value), key);
        }
        let mut entry = Vec::with_capacity(value.len() + 2 + key.len());
        self.encode_into(value, key, &mut entry);
        (Cow::Owned(entry), &[])
    }

    /// Appends the key of the entry for an entity with this indexed value and key.
    pub(crate) fn encode_into(&self, value: &[u8], key: &[u8], out: &mut Vec<u8>) {
        if self.is_unique {
            out.extend_from_slice(value);
            return;
        }
        self_delimiting::escape_into(value, out);
        self_delimiting::terminate(out);
        out.extend_from_slice(key);
    }

    /// Returns the value of an entry for the entity under this key.
    pub(crate) fn stored<'a>(&self, key: &'a [u8]) -> &'a [u8] {
        if self.is_unique { key } else { &[] }
    }

    /// Returns the indexed value and the entity's key that an entry contains.
    pub(crate) fn parse<'a>(&self, entry: &'a [u8], value: &'a [u8]) -> Result<(Cow<'a, [u8]>, &'a [u8])> {
        if self.is_unique {
            return Ok((Cow::Borrowed(entry), value));
        }
        let mut rest = entry;
        let indexed = self_delimiting::take(&mut rest)?;
        Ok((indexed, rest))
    }

    /// Creates the error of an entry that can't be parsed.
    pub(crate) fn malformed(&self, entry: &[u8]) -> Error {
        Error::from(ErrorKind::IndexMismatch {
            place: Place::entry(&self.partition, entry),
            index: self.name.clone(),
            reason: "that can't be parsed",
        })
    }

    /// Returns the span of the entries whose indexed values are in `values`.
    pub(crate) fn span_of(&self, values: KeySpan) -> KeySpan {
        if self.is_unique {
            return values;
        }
        // All entries of a value begin with its escaped and terminated form. They sort before all entries of a greater
        // value.
        KeySpan {
            lower: match values.lower {
                Bound::Included(value) => Bound::Included(escaped(&value, true)),
                Bound::Excluded(value) => match after_prefix(&escaped(&value, true)) {
                    Bound::Excluded(above) => Bound::Included(above),
                    other => other,
                },
                Bound::Unbounded => Bound::Unbounded,
            },
            upper: match values.upper {
                Bound::Included(value) => after_prefix(&escaped(&value, true)),
                Bound::Excluded(value) => Bound::Excluded(escaped(&value, false)),
                Bound::Unbounded => Bound::Unbounded,
            },
        }
    }
}

fn escaped(value: &[u8], terminate: bool) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(value.len() + 2);
    self_delimiting::escape_into(value, &mut bytes);
    if terminate {
        self_delimiting::terminate(&mut bytes);
    }
    bytes
}
