//! [`TableDefinition`]: the stored definition of a table.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::key::KeyShape;
use crate::shape::Shape;

/// The definition of a table, as its catalog stores it.
///
/// Two builds of a program give the same bytes: the definition contains no names of Rust types.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TableDefinition {
    /// The parts of the key.
    pub key: KeyShape,
    /// The shape of the entity, or `None` if it is unknown. Then only the version says if a program can read it.
    pub entity: Option<Shape>,
    /// The schema version of new values.
    pub version: u32,
    /// `true` if each value is in an [envelope](crate::value).
    pub has_envelope: bool,
    /// The indexes, in the order of the schema.
    pub indexes: Vec<DefinedIndex>,
    /// The entity's fields that are the key, in their order. It is empty if the key is separate, or if that is unknown.
    pub key_fields: Vec<String>,
    /// The entity's field with the time at which it expires, if it has one.
    pub expires: Option<String>,
}

/// The definition of an index, as the catalog stores it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DefinedIndex {
    /// The name, which is unique among the indexes of the table.
    pub name: String,
    /// `true` if no two entities may have the same value.
    pub is_unique: bool,
    /// `true` if an entity has an entry for each element of a list.
    pub is_each: bool,
    /// The fields whose values are indexed. It is empty if a function computes the values.
    pub fields: Vec<String>,
    /// The shape of the values.
    pub value: KeyShape,
    /// The revision of the function that computes the values.
    pub revision: u32,
}

impl TableDefinition {
    /// Returns the index of this name.
    pub(crate) fn index(&self, name: &str) -> Option<&DefinedIndex> {
        self.indexes.iter().find(|index| index.name == name)
    }
}

/// Returns the shape that tells more, of two that agree.
///
/// A program that knows less must not take from the catalog what another one has told it.
pub(crate) fn better_known(program: KeyShape, stored: KeyShape) -> KeyShape {
    let keeps = program.agrees_with(&stored) && stored.unknowns() <= program.unknowns();
    if keeps { stored } else { program }
}

impl DefinedIndex {
    /// Returns `true` if the entries of both definitions are the same.
    pub(crate) fn agrees_with(&self, other: &Self) -> bool {
        let Self { name, is_unique, is_each, fields, value, revision } = self;
        *name == other.name
            && *is_unique == other.is_unique
            && *is_each == other.is_each
            && *revision == other.revision
            && value.agrees_with(&other.value)
            && *fields == other.fields
    }
}

impl fmt::Display for DefinedIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { is_unique, is_each, fields, value, revision, .. } = self;
        f.write_str(if *is_unique { "unique" } else { "not unique" })?;
        if *is_each {
            f.write_str(", of each element")?;
        }
        for (position, field) in fields.iter().enumerate() {
            write!(f, "{}`{field}`", if position == 0 { ", on " } else { ", " })?;
        }
        write!(f, ", of {value}")?;
        if *revision != 1 {
            write!(f, ", revision {revision}")?;
        }
        Ok(())
    }
}
