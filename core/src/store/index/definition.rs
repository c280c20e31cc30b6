//! [`IndexDefinition`]: the definition of an index in a schema.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::excerpt;
use crate::key::{KeyShape, StorageKey};
use crate::maybe_send::{MaybeSend, MaybeSync};

/// The definition of an index in a [`Schema`](crate::Schema).
///
/// [`Index`](super::Index) and [`UniqueIndex`](super::UniqueIndex) implement it. A custom implementation is for indexes
/// whose name or values are known at run time only:
///
/// ```
/// use std::borrow::Cow;
/// # use std::sync::Arc;
/// use keyloft::prelude::*;
/// use keyloft::store::{IndexDefinition, IndexOn};
///
/// /// The words of a text that have a length.
/// struct Words {
///     name: String,
///     len: usize,
/// }
///
/// impl IndexDefinition<String> for Words {
///     fn name(&self) -> &str {
///         &self.name
///     }
///
///     fn is_unique(&self) -> bool {
///         false
///     }
///
///     fn values(&self, text: &String, add: &mut dyn FnMut(Cow<'_, [u8]>)) {
///         let words = text.split(' ').filter(|word| word.len() == self.len);
///         words.for_each(|word| add(word.as_bytes().into()));
///     }
///
///     fn is_each(&self) -> bool {
///         true
///     }
/// }
///
/// impl IndexOn<String, String> for Words {}
///
/// let words = |len| Words { name: format!("words_of_{len}"), len };
/// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// let lines = Table::with_schema(backend, Schema::new("lines").index(words(3)));
/// lines.put(&1, &"the cat and the dog".to_owned())?;
/// assert_eq!(lines.count_by(&words(3), ..)?, 4);
/// assert_eq!(lines.find_all(&words(3), "the")?.len(), 1);
/// # Ok::<(), keyloft::Error>(())
/// ```
pub trait IndexDefinition<V>: MaybeSend + MaybeSync {
    /// Returns the name, which must be unique among the indexes of the table.
    ///
    /// Any text is allowed. [`Index`](super::Index) and [`UniqueIndex`](super::UniqueIndex) allow only lower-case letters,
    /// digits and underscores.
    fn name(&self) -> &str;

    /// Returns `true` if no two entities may have the same value.
    fn is_unique(&self) -> bool;

    /// Passes the indexed values of the entity to `add`, each encoded as by [`StorageKey::encode`].
    ///
    /// An entity without a value is not in the index. An entity with several values has an entry for each of them, in which
    /// a value that is passed twice counts once.
    fn values(&self, entity: &V, add: &mut dyn FnMut(Cow<'_, [u8]>));

    /// Returns `true` if the entity belongs in the index under this encoded value.
    ///
    /// Reads report an entry for which it returns `false` as an [`ErrorKind::IndexMismatch`](crate::ErrorKind::IndexMismatch).
    /// The default compares the value with each of [`values`](IndexDefinition::values).
    fn has(&self, entity: &V, value: &[u8]) -> bool {
        is_among(value, &|add| self.values(entity, add))
    }

    /// Returns `true` if an entity may have several values in the index. The default is `false`.
    fn is_each(&self) -> bool {
        false
    }

    /// Returns the entity's fields that are indexed, in their order. The default, an empty list, is an index by a function.
    fn fields(&self) -> Vec<&str> {
        Vec::new()
    }

    /// Returns the revision of the definition. The default is 1.
    ///
    /// Raise it when [`values`](IndexDefinition::values) returns other values for the same entity, so that a program can't
    /// mix the entries of both definitions.
    fn revision(&self) -> u32 {
        1
    }

    /// Returns the encoding of the values as data. The default says that nothing is known.
    fn value_shape(&self) -> KeyShape {
        KeyShape::Unknown
    }

    /// Returns the name of the values' type, if it is known at compile time.
    ///
    /// If the schema's index of the same name has another type, reads by this index return
    /// [`ErrorKind::UnknownIndex`](crate::ErrorKind::UnknownIndex).
    fn value_type(&self) -> Option<&'static str> {
        None
    }

    /// Describes an encoded value in messages. Programs must not parse the description.
    fn describe(&self, value: &[u8]) -> String {
        excerpt::excerpt(value)
    }
}

/// Returns `true` if the value is among those that `values` passes. It is compiled once for all indexes.
fn is_among(value: &[u8], values: &Values<'_>) -> bool {
    let mut is_among = false;
    values(&mut |own| is_among |= *own == *value);
    is_among
}

type Values<'a> = dyn Fn(&mut dyn FnMut(Cow<'_, [u8]>)) + 'a;

/// An index with values of the type `I`. The reads that accept both kinds of index take this trait.
pub trait IndexOn<V, I: StorageKey>: IndexDefinition<V> {}
