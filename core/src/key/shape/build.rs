//! Constructors of [`KeyShape`] that are small where they are called: the derive calls them once for each type.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{KeyPart, KeyShape, KeyVariant};

/// A field of a key: its name, which is empty in a tuple, and the function that returns the shape of its type.
pub type KeyField = (&'static str, fn() -> KeyShape);

impl KeyShape {
    /// Returns the shape of a struct or a tuple of these fields.
    ///
    /// ```
    /// use keyloft::StorageKey;
    /// use keyloft::key::KeyShape;
    ///
    /// let pair = KeyShape::of_fields(&[("", String::shape), ("", i64::shape)]);
    /// assert_eq!(pair, <(String, i64)>::shape());
    /// ```
    pub fn of_fields(fields: &[KeyField]) -> Self {
        Self::Parts(parts(fields))
    }

    /// Returns the shape of an enum of these variants: their names, their numbers and their fields.
    ///
    /// ```
    /// use keyloft::StorageKey;
    /// use keyloft::key::KeyShape;
    ///
    /// let owner = KeyShape::of_variants(&[("Nobody", 0, &[]), ("User", 10, &[("", String::shape)])]);
    /// assert_eq!(owner.to_string(), "one of Nobody = 0, User = 10 (text)");
    /// ```
    pub fn of_variants(variants: &[(&str, u8, &[KeyField])]) -> Self {
        let mut shapes = Vec::new();
        for (name, number, fields) in variants {
            shapes.push(KeyVariant { name: (*name).to_owned(), number: *number, parts: parts(fields) });
        }
        Self::Enum(shapes)
    }

    /// Returns the shape of a text and another key with a colon between them.
    pub(crate) fn joined(left: &str, (right, shape): KeyField) -> Self {
        Self::Joined { left: left.to_owned(), right: Box::new(part(&(right, shape))) }
    }
}

fn parts(fields: &[KeyField]) -> Vec<KeyPart> {
    let mut parts = Vec::new();
    for field in fields {
        parts.push(part(field));
    }
    parts
}

fn part(&(name, shape): &KeyField) -> KeyPart {
    KeyPart { name: (!name.is_empty()).then(|| name.to_owned()), shape: shape() }
}
