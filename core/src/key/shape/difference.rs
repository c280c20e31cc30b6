//! The comparison of two [`KeyShape`]s: a program's and the one in the catalog.

use alloc::format;
use alloc::string::String;
use core::fmt::Display;

use super::{KeyPart, KeyShape, KeyVariant};

impl KeyShape {
    /// Returns true if both shapes give the same keys the same bytes.
    ///
    /// An unknown shape agrees with every shape. A part without a name agrees with a part of any name, but parts of
    /// different names don't agree. Variants agree by their numbers and names, in any order. A UUID agrees with an array of
    /// 16 bytes. Parts are compared as they are nested.
    ///
    /// ```
    /// use keyloft::StorageKey;
    /// use keyloft::key::KeyShape;
    ///
    /// assert!(u32::shape().agrees_with(&KeyShape::U32));
    /// assert!(!u32::shape().agrees_with(&i32::shape()));
    /// assert!(u32::shape().agrees_with(&KeyShape::Unknown));
    /// ```
    pub fn agrees_with(&self, other: &Self) -> bool {
        self.difference(other).is_none()
    }

    /// Returns the first difference between this shape, a program's, and the stored one, in words.
    ///
    /// ```
    /// use keyloft::StorageKey;
    ///
    /// let difference = |stored| <(String, i64)>::shape().difference(&stored);
    /// assert_eq!(difference(<(String, i64)>::shape()), None);
    /// assert_eq!(
    ///     difference(<(String, u64)>::shape()).as_deref(),
    ///     Some("part 2: i64 in the program, u64 in the database")
    /// );
    /// ```
    pub fn difference(&self, stored: &Self) -> Option<String> {
        match (self, stored) {
            (Self::Unknown, _)
            | (_, Self::Unknown)
            | (Self::Uuid, Self::Array(16))
            | (Self::Array(16), Self::Uuid) => None,
            (Self::Option(program), Self::Option(stored))
            | (Self::Reverse(program), Self::Reverse(stored)) => program.difference(stored),
            (Self::Parts(program), Self::Parts(stored)) if program.len() == stored.len() => {
                of_parts(program, stored)
            }
            (Self::Enum(program), Self::Enum(stored)) => of_variants(program, stored),
            (Self::Joined { left, right }, Self::Joined { left: stored_left, right: stored_right }) => {
                if left == stored_left {
                    of_part(2, right, stored_right)
                } else {
                    Some(of_names(1, left, stored_left))
                }
            }
            _ if self == stored => None,
            _ => Some(both(self, stored)),
        }
    }
}

fn both(program: &impl Display, stored: &impl Display) -> String {
    format!("{program} in the program, {stored} in the database")
}

fn of_names(position: usize, program: &str, stored: &str) -> String {
    format!("part {position}: `{program}` in the program, `{stored}` in the database")
}

fn of_parts(program: &[KeyPart], stored: &[KeyPart]) -> Option<String> {
    (1..)
        .zip(program.iter().zip(stored))
        .find_map(|(position, (program, stored))| of_part(position, program, stored))
}

fn of_part(position: usize, program: &KeyPart, stored: &KeyPart) -> Option<String> {
    match (&program.name, &stored.name) {
        (Some(name), Some(stored)) if name != stored => Some(of_names(position, name, stored)),
        (Some(name), _) | (None, Some(name)) => {
            Some(format!("part `{name}`: {}", program.shape.difference(&stored.shape)?))
        }
        (None, None) => Some(format!("part {position}: {}", program.shape.difference(&stored.shape)?)),
    }
}

fn of_variants(program: &[KeyVariant], stored: &[KeyVariant]) -> Option<String> {
    let of_number =
        |variants: &[KeyVariant], number| variants.iter().position(|variant| variant.number == number);
    for variant in program {
        let same = of_number(stored, variant.number).and_then(|place| stored.get(place));
        let Some(same) = same else {
            return Some(format!("variant {variant} in the program, not in the database"));
        };
        if variant.name != same.name || variant.parts.len() != same.parts.len() {
            return Some(format!("variant {}", both(variant, same)));
        }
        if let Some(difference) = of_parts(&variant.parts, &same.parts) {
            return Some(format!("variant {}, {difference}", variant.name));
        }
    }
    let missing = stored.iter().find(|variant| of_number(program, variant.number).is_none())?;
    Some(format!("variant {missing} in the database, not in the program"))
}
