//! [`IndexDefinition`]: the definition of an index in a schema.

use alloc::string::String;
use alloc::vec::Vec;

use crate::excerpt;
use crate::key::StorageKey;
use crate::maybe_send::{MaybeSend, MaybeSync};

/// The definition of an index in a [`Schema`](crate::Schema).
///
/// [`Index`](super::Index) and [`UniqueIndex`](super::UniqueIndex) implement it. A custom implementation is for indexes
/// whose name or values are known at run time only.
pub trait IndexDefinition<V>: MaybeSend + MaybeSync {
    /// Returns the name, which must be unique among the indexes of the table.
    ///
    /// Any text is allowed. [`Index`](super::Index) and [`UniqueIndex`](super::UniqueIndex) allow only lower-case letters,
    /// digits and underscores.
    fn name(&self) -> &str;

    /// Returns `true` if no two entities may have the same value.
    fn is_unique(&self) -> bool;

    /// Returns the indexed value, encoded as by [`StorageKey::encode`], or `None` to keep the entity out of the index.
    fn value(&self, entity: &V) -> Option<Vec<u8>>;

    /// Returns `true` if the entity belongs in the index under this encoded value.
    ///
    /// Reads report an entry for which it returns `false` as an [`Error::IndexMismatch`](crate::Error::IndexMismatch).
    /// The default compares the value with [`value`](IndexDefinition::value).
    fn has(&self, entity: &V, value: &[u8]) -> bool {
        self.value(entity).as_deref() == Some(value)
    }

    /// Returns the name of the values' type, if it is known at compile time.
    ///
    /// If the schema's index of the same name has another type, reads by this index return
    /// [`Error::UnknownIndex`](crate::Error::UnknownIndex).
    fn value_type(&self) -> Option<&'static str> {
        None
    }

    /// Describes an encoded value in messages. Programs must not parse the description.
    fn describe(&self, value: &[u8]) -> String {
        excerpt::excerpt(value)
    }
}

/// An index with values of the type `I`. The reads that accept both kinds of index take this trait.
pub trait IndexOn<V, I: StorageKey>: IndexDefinition<V> {}
