//! [`Index`] and [`UniqueIndex`]: indexes with the type of their values.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::{IndexDefinition, IndexOn};
use crate::key::{KeyShape, StorageKey, describe};

/// An index in which no two entities have the same value.
///
/// It is usually a `const`, which the schema and the reads name: see [`Schema`](crate::Schema).
pub struct UniqueIndex<V, I> {
    parts: Parts<V, I>,
}

/// An index in which any number of entities may have the same value. Such entities are in the order of their keys.
///
/// [`Index::each`] gives an entity any number of entries:
///
/// ```
/// use std::sync::Arc;
/// use keyloft::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Issue {
///     tags: Vec<String>,
/// }
///
/// const TAGS: Index<Issue, String> = Index::each("tags", |issue, add| issue.tags.iter().cloned().for_each(add));
///
/// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// let issues = Table::<u32, Issue>::with_schema(backend, Schema::new("issues").index(TAGS));
/// issues.put(&1, &Issue { tags: vec!["disk".into(), "slow".into()] })?;
/// issues.put(&2, &Issue { tags: vec!["slow".into()] })?;
/// let slow: Vec<u32> = issues.find_all(&TAGS, "slow")?.into_iter().map(|(key, _)| key).collect();
/// assert_eq!(slow, [1, 2]);
/// assert_eq!(issues.count_by(&TAGS, ..)?, 3);
/// # Ok::<(), keyloft::Error>(())
/// ```
pub struct Index<V, I> {
    parts: Parts<V, I>,
}

/// The definition of a typed index.
struct Parts<V, I> {
    name: &'static str,
    function: Function<V, I>,
    /// Passes the values of an entity. It is a pointer, so that a program contains the code of only one kind of function.
    pass: Pass<V, I>,
    fields: &'static [&'static str],
    revision: u32,
}

/// The function from an entity to its values.
enum Function<V, I> {
    One(fn(&V) -> Option<I>),
    Each(fn(&V, &mut dyn FnMut(I))),
}

type Pass<V, I> = fn(&Function<V, I>, &V, &mut dyn FnMut(Cow<'_, [u8]>));

impl<V, I: StorageKey> Parts<V, I> {
    const fn one(name: &'static str, value: fn(&V) -> Option<I>) -> Self {
        Self::new(name, Function::One(value), |function, entity, add| {
            if let Function::One(value) = function
                && let Some(value) = value(entity)
            {
                add(value.encode());
            }
        })
    }

    const fn each(name: &'static str, values: fn(&V, &mut dyn FnMut(I))) -> Self {
        Self::new(name, Function::Each(values), |function, entity, add| {
            if let Function::Each(values) = function {
                values(entity, &mut |value| add(value.encode()));
            }
        })
    }

    const fn new(name: &'static str, function: Function<V, I>, pass: Pass<V, I>) -> Self {
        assert!(is_name(name), "an index's name is lower-case letters, digits and underscores");
        Self { name, function, pass, fields: &[], revision: 1 }
    }
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
                Self { parts: Parts::one(name, value) }
            }

            /// Creates the index of this name on the values that `values` passes to its second argument: none, one or
            /// several for each entity.
            ///
            /// An entity has an entry for each of its values. So a read by the index returns an entity once for each of
            /// its values that the query selects. A value that is passed twice counts once.
            ///
            /// # Panics
            ///
            /// As [`new`](Self::new) does.
            pub const fn each(name: &'static str, values: fn(&V, &mut dyn FnMut(I))) -> Self {
                Self { parts: Parts::each(name, values) }
            }

            /// Names the entity's fields that are indexed, in their order. Without it, the index is by a function.
            ///
            /// The compiler does not infer the closure's types from the type of the `const` if a call follows, so they
            /// must be written:
            ///
            /// ```
            /// use keyloft::prelude::*;
            ///
            /// struct Person {
            ///     email: String,
            /// }
            ///
            /// const EMAIL: UniqueIndex<Person, String> =
            ///     UniqueIndex::<Person, String>::new("email", |person| Some(person.email.to_lowercase()))
            ///         .on(&["email"])
            ///         .revision(2);
            /// ```
            #[must_use]
            pub const fn on(mut self, fields: &'static [&'static str]) -> Self {
                self.parts.fields = fields;
                self
            }

            /// Sets the revision of the definition, which is 1 without it.
            ///
            /// Raise it when the function returns other values for the same entity. See [`on`](Self::on) for an example.
            #[must_use]
            pub const fn revision(mut self, revision: u32) -> Self {
                self.parts.revision = revision;
                self
            }
        }

        impl<V, I: StorageKey> IndexDefinition<V> for $type<V, I> {
            fn name(&self) -> &str {
                self.parts.name
            }

            fn is_unique(&self) -> bool {
                $unique
            }

            fn values(&self, entity: &V, add: &mut dyn FnMut(Cow<'_, [u8]>)) {
                (self.parts.pass)(&self.parts.function, entity, add);
            }

            fn is_each(&self) -> bool {
                matches!(self.parts.function, Function::Each(_))
            }

            fn fields(&self) -> Vec<&str> {
                self.parts.fields.to_vec()
            }

            fn revision(&self) -> u32 {
                self.parts.revision
            }

            fn value_shape(&self) -> KeyShape {
                I::shape()
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
