//! The comparison of two [`KeyShape`]s: a program's and the one in the catalog.

use alloc::format;
use alloc::string::String;
use core::fmt::{self, Display};

use super::{KeyPart, KeyShape, KeyVariant};
use crate::excerpt::both_sides;

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

    /// Returns true if this shape gives every key of the older one the same bytes. It may have more variants.
    ///
    /// ```
    /// use keyloft::StorageKey;
    /// use keyloft::key::KeyShape;
    ///
    /// let old = KeyShape::of_variants(&[("Nobody", 0, &[])]);
    /// let new = KeyShape::of_variants(&[("Nobody", 0, &[]), ("User", 1, &[("", String::shape)])]);
    /// assert!(new.extends(&old));
    /// assert!(!old.extends(&new) && !new.agrees_with(&old));
    /// ```
    pub fn extends(&self, older: &Self) -> bool {
        Comparison { may_extend: true }.of(self, older, None).is_none()
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
    ///     Some("part `1` of the key is u64 in the database, i64 in this program")
    /// );
    /// ```
    pub fn difference(&self, stored: &Self) -> Option<String> {
        Comparison { may_extend: false }.of(self, stored, None)
    }
}

/// The path to a part, from the part up to the key.
struct Path<'a> {
    above: Option<&'a Self>,
    /// The name of the part, or its place as in a tuple.
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Part(&'a str),
    Place(usize),
    Variant(&'a str),
}

impl Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(above) = self.above {
            write!(f, "{above}.")?;
        }
        match self.step {
            Step::Part(name) | Step::Variant(name) => f.write_str(name),
            Step::Place(place) => write!(f, "{place}"),
        }
    }
}

impl Path<'_> {
    /// Returns the noun for what is at the path, and the path.
    fn shown(&self) -> String {
        let noun = if matches!(self.step, Step::Variant(_)) { "variant" } else { "part" };
        format!("{noun} `{self}` of the key")
    }
}

struct Comparison {
    /// True if more variants in the program are no difference.
    may_extend: bool,
}

impl Comparison {
    fn of(&self, program: &KeyShape, stored: &KeyShape, path: Option<&Path<'_>>) -> Option<String> {
        match (program, stored) {
            (KeyShape::Unknown, _)
            | (_, KeyShape::Unknown)
            | (KeyShape::Uuid, KeyShape::Array(16))
            | (KeyShape::Array(16), KeyShape::Uuid) => None,
            (KeyShape::Option(program), KeyShape::Option(stored))
            | (KeyShape::Reverse(program), KeyShape::Reverse(stored)) => self.of(program, stored, path),
            (KeyShape::Parts(program), KeyShape::Parts(stored)) if program.len() == stored.len() => {
                self.of_parts(program, stored, path)
            }
            (KeyShape::Enum(program), KeyShape::Enum(stored)) => self.of_variants(program, stored, path),
            (
                KeyShape::Joined { left, right },
                KeyShape::Joined { left: stored_left, right: stored_right },
            ) => {
                if left == stored_left {
                    self.of_part(1, right, stored_right, path)
                } else {
                    Some(renamed(&Path { above: path, step: Step::Part(stored_left) }, left))
                }
            }
            _ if program == stored => None,
            _ => {
                let place = path.map_or_else(|| "the key".into(), Path::shown);
                Some(both_sides(&format!("{place} is"), stored, program))
            }
        }
    }

    fn of_parts(&self, program: &[KeyPart], stored: &[KeyPart], path: Option<&Path<'_>>) -> Option<String> {
        let mut pairs = program.iter().zip(stored).enumerate();
        pairs.find_map(|(place, (program, stored))| self.of_part(place, program, stored, path))
    }

    fn of_part(
        &self,
        place: usize,
        program: &KeyPart,
        stored: &KeyPart,
        path: Option<&Path<'_>>,
    ) -> Option<String> {
        let step = match (&program.name, &stored.name) {
            (Some(name), Some(stored)) if name != stored => {
                return Some(renamed(&Path { above: path, step: Step::Part(stored) }, name));
            }
            (Some(name), _) | (None, Some(name)) => Step::Part(name),
            (None, None) => Step::Place(place),
        };
        self.of(&program.shape, &stored.shape, Some(&Path { above: path, step }))
    }

    fn of_variants(
        &self,
        program: &[KeyVariant],
        stored: &[KeyVariant],
        path: Option<&Path<'_>>,
    ) -> Option<String> {
        let at = |name| Path { above: path, step: Step::Variant(name) };
        for old in stored {
            let place = at(&old.name);
            let Some(new) = variant_of(program, old.number) else {
                return Some(format!("{} is not in this program", place.shown()));
            };
            if new.name != old.name {
                return Some(renamed(&place, &new.name));
            }
            if new.parts.len() != old.parts.len() {
                return Some(both_sides(&format!("{} is", place.shown()), old, new));
            }
            if let Some(difference) = self.of_parts(&new.parts, &old.parts, Some(&place)) {
                return Some(difference);
            }
        }
        let added =
            program.iter().find(|new| !self.may_extend && variant_of(stored, new.number).is_none())?;
        Some(format!("{} is not in the database", at(&added.name).shown()))
    }
}

fn renamed(stored: &Path<'_>, program: &str) -> String {
    format!("{} in the database is `{program}` in this program", stored.shown())
}

fn variant_of(variants: &[KeyVariant], number: u8) -> Option<&KeyVariant> {
    variants.iter().find(|variant| variant.number == number)
}
