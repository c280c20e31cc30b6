//! [`Index`] and [`UniqueIndex`]: indexes with the type of their values.

use alloc::string::String;
use alloc::vec::Vec;

use super::{IndexDefinition, IndexOn};
use crate::key::{StorageKey, describe};

/// An index in which no two entities have the same value.
///
/// It is usually a `const`, which the schema and the reads name: see [`Schema`](crate::Schema).
pub struct UniqueIndex<V, I> {
    name: &'static str,
    value: fn(&V) -> Option<I>,
}

/// An index in which any number of entities may have the same value. Such entities are in the order of their keys.
pub struct Index<V, I> {
    name: &'static str,
    value: fn(&V) -> Option<I>,
}

macro_rules! typed_index {
    ($type:ident, $unique:literal) => {
        impl<V, I: StorageKey> $type<V, I> {
            /// Creates the index of this name on the values that `value` returns. `None` keeps the entity out of the
            /// index.
            ///
            /// # Panics
            ///
            /// If the name is not made of lower-case ASCII letters, digits and underscores. In a `const`, this is a
            /// compile error.
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
                describe::<I>(value)
            }
        }

        impl<V, I: StorageKey> IndexOn<V, I> for $type<V, I> {}
    };
}

typed_index!(UniqueIndex, true);
typed_index!(Index, false);

pub(super) const fn is_name(name: &str) -> bool {
    let mut rest = name.as_bytes();
    while let [first, tail @ ..] = rest {
        if !matches!(first, b'a'..=b'z' | b'0'..=b'9' | b'_') {
            return false;
        }
        rest = tail;
    }
    !name.is_empty()
}
