//! [`Entries`]: the bytes of an index's entries.

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Bound;

use super::IndexDefinition;
use crate::backend::{KeySpan, Partition, after_prefix};
use crate::error::{Error, Place, Result};
use crate::key::self_delimiting;

/// An index of a table.
pub(crate) struct BoundIndex<V> {
    pub(crate) entries: Entries,
    pub(crate) definition: Box<dyn IndexDefinition<V>>,
}

impl<V> BoundIndex<V> {
    /// The index, of a table in this partition.
    pub(crate) fn new(definition: Box<dyn IndexDefinition<V>>, table: &Partition) -> Self {
        let (name, is_unique) = (definition.name().to_owned(), definition.is_unique());
        let partition = table.of_index(&name);
        Self { entries: Entries { name, is_unique, partition }, definition }
    }
}

/// The entries of an index, whatever it is an index of.
pub(crate) struct Entries {
    pub(crate) name: String,
    pub(crate) is_unique: bool,
    /// Where they are.
    pub(crate) partition: Partition,
}

impl Entries {
    /// The key and the value of the entry for an entity's value and key.
    pub(crate) fn entry<'a>(&self, value: &'a [u8], key: &'a [u8]) -> (Cow<'a, [u8]>, &'a [u8]) {
        if self.is_unique {
            return (Cow::Borrowed(value), key);
        }
        let mut entry = Vec::with_capacity(value.len() + 2 + key.len());
        self_delimiting::escape_into(value, &mut entry);
        self_delimiting::terminate(&mut entry);
        entry.extend_from_slice(key);
        (Cow::Owned(entry), &[])
    }

    /// The indexed value and the entity's key that an entry holds.
    pub(crate) fn parse<'a>(&self, entry: &'a [u8], value: &'a [u8]) -> Result<(Cow<'a, [u8]>, &'a [u8])> {
        if self.is_unique {
            return Ok((Cow::Borrowed(entry), value));
        }
        let mut rest = entry;
        let indexed = self_delimiting::take(&mut rest)?;
        Ok((indexed, rest))
    }

    /// The error of an entry that can't be parsed.
    pub(crate) fn malformed(&self, entry: &[u8]) -> Error {
        Error::IndexMismatch {
            place: Place::entry(&self.partition, entry),
            index: self.name.clone(),
            reason: "that can't be parsed",
        }
    }

    /// The entries whose values are in the span.
    pub(crate) fn of(&self, values: KeySpan) -> KeySpan {
        if self.is_unique {
            return values;
        }
        let escaped = |value: &[u8]| {
            let mut bytes = Vec::with_capacity(value.len() + 2);
            self_delimiting::escape_into(value, &mut bytes);
            bytes
        };
        let ended = |value: &[u8]| {
            let mut bytes = escaped(value);
            self_delimiting::terminate(&mut bytes);
            bytes
        };
        // All entries of a value begin with its ended form, and those of greater values come after all of these.
        KeySpan {
            lower: match values.lower {
                Bound::Included(value) => Bound::Included(ended(&value)),
                Bound::Excluded(value) => match after_prefix(&ended(&value)) {
                    Bound::Excluded(above) => Bound::Included(above),
                    other => other,
                },
                Bound::Unbounded => Bound::Unbounded,
            },
            upper: match values.upper {
                Bound::Included(value) => after_prefix(&ended(&value)),
                Bound::Excluded(value) => Bound::Excluded(escaped(&value)),
                Bound::Unbounded => Bound::Unbounded,
            },
        }
    }
}
