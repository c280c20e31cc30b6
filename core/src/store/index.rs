//! Secondary indexes: what a table's entities are found by, besides their keys.
//!
//! An index keeps its entries in a partition of its own.
//!
//! | index | key of an entry | value |
//! | --- | --- | --- |
//! | unique | the indexed value | the entity's key |
//! | other | the indexed value, escaped and ended, then the entity's key | nothing |

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Bound;

use crate::backend::{KeySpan, Partition};
use crate::error::{Error, Result};
use crate::key::{StorageKey, self_delimiting};
use crate::maybe_send::{MaybeSend, MaybeSync};
use crate::text;

/// An index in which no two entities have the same value.
///
/// Bound to its types once, in a `const`; see [`Schema`](super::Schema) for how it is used.
pub struct UniqueIndex<V, I> {
    name: &'static str,
    value: fn(&V) -> Option<I>,
}

/// An index in which any number of entities may have the same value; they come in the order of their keys.
pub struct Index<V, I> {
    name: &'static str,
    value: fn(&V) -> Option<I>,
}

/// What a [`Schema`](super::Schema) has to know of an index. Implemented by [`Index`] and [`UniqueIndex`]; by your own
/// where names and values are known at run time only.
pub trait IndexDefinition<V>: MaybeSend + MaybeSync {
    /// The name, which no other index of the table has: any text. That of an [`Index`] or a [`UniqueIndex`] is lower-case letters,
    /// digits and underscores.
    fn name(&self) -> &str;

    /// Whether no two entities may have the same value.
    fn is_unique(&self) -> bool;

    /// The bytes of the indexed value, as [`StorageKey::encode`] gives them; `None` keeps the entity out of the index.
    fn value(&self, entity: &V) -> Option<Vec<u8>>;

    /// Whether an entry for these bytes of a value is right for the entity: reads that meet one that isn't report it. The
    /// default compares them with the entity's [`value`](IndexDefinition::value).
    fn has(&self, entity: &V, value: &[u8]) -> bool {
        self.value(entity).as_deref() == Some(value)
    }

    /// The name of the values' type, if there is one: a table whose index of the same name is on another type does not have
    /// this one.
    fn value_type(&self) -> Option<&'static str> {
        None
    }

    /// A value as messages show it; nothing parses it.
    fn describe(&self, value: &[u8]) -> String {
        text::in_brief(value)
    }
}

/// An index with the type of its values, unique or not: what index scans take.
pub trait IndexOn<V, I: StorageKey>: IndexDefinition<V> {}

macro_rules! typed_index {
    ($type:ident, $unique:literal) => {
        impl<V, I: StorageKey> $type<V, I> {
            /// The index of this name on what `value` returns; `None` keeps the entity out of it.
            ///
            /// # Panics
            ///
            /// If the name is anything but lower-case ASCII letters, digits and underscores: in a `const`, when it is
            /// compiled.
            pub const fn new(name: &'static str, value: fn(&V) -> Option<I>) -> Self {
                assert!(is_name(name), "an index's name is lower-case letters, digits and underscores");
                Self { name, value }
            }
        }

        impl<V, I: StorageKey> IndexDefinition<V> for $type<V, I> {
            fn name(&self) -> &str {
                self.name
            }

            fn is_unique(&self) -> bool {
                $unique
            }

            fn value(&self, entity: &V) -> Option<Vec<u8>> {
                (self.value)(entity).map(|value| value.encode().into_owned())
            }

            fn value_type(&self) -> Option<&'static str> {
                Some(core::any::type_name::<I>())
            }

            fn describe(&self, value: &[u8]) -> String {
                text::of_key::<I>(value)
            }
        }

        impl<V, I: StorageKey> IndexOn<V, I> for $type<V, I> {}
    };
}

typed_index!(UniqueIndex, true);
typed_index!(Index, false);

const fn is_name(name: &str) -> bool {
    let mut rest = name.as_bytes();
    while let [first, tail @ ..] = rest {
        if !matches!(first, b'a'..=b'z' | b'0'..=b'9' | b'_') {
            return false;
        }
        rest = tail;
    }
    !name.is_empty()
}

/// An index of a table.
pub(crate) struct BoundIndex<V> {
    pub(crate) entries: Entries,
    pub(crate) definition: Box<dyn IndexDefinition<V>>,
}

impl<V> BoundIndex<V> {
    /// The index, of a table in this partition.
    pub(crate) fn new(definition: Box<dyn IndexDefinition<V>>, table: &Partition) -> Self {
        let (name, is_unique) = (definition.name().to_owned(), definition.is_unique());
        let (partition, table) = (table.of_index(&name), table.clone());
        Self { entries: Entries { name, is_unique, partition, table }, definition }
    }
}

/// The entries of an index, whatever it is an index of.
pub(crate) struct Entries {
    pub(crate) name: String,
    pub(crate) is_unique: bool,
    /// Where they are.
    pub(crate) partition: Partition,
    /// Where the entities are.
    table: Partition,
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
            partition: self.table.as_str().to_owned(),
            index: self.name.clone(),
            key: text::in_brief(entry),
            reason: "which is no entry of such an index",
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
                Bound::Excluded(value) => match crate::backend::after_prefix(&ended(&value)) {
                    Bound::Excluded(above) => Bound::Included(above),
                    other => other,
                },
                Bound::Unbounded => Bound::Unbounded,
            },
            upper: match values.upper {
                Bound::Included(value) => crate::backend::after_prefix(&ended(&value)),
                Bound::Excluded(value) => Bound::Excluded(escaped(&value)),
                Bound::Unbounded => Bound::Unbounded,
            },
        }
    }
}

#[cfg(test)]
mod tests;
