//! [`IndexDefinition`]: what a schema knows of an index.

use alloc::string::String;
use alloc::vec::Vec;

use crate::excerpt;
use crate::key::StorageKey;
use crate::maybe_send::{MaybeSend, MaybeSync};

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
        excerpt::excerpt(value)
    }
}

/// An index with the type of its values, unique or not: what index scans take.
pub trait IndexOn<V, I: StorageKey>: IndexDefinition<V> {}
