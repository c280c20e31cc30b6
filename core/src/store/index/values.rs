//! [`Values`]: the values of one entity in one index.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::{mem, slice};

use super::IndexDefinition;

/// The values of one entity in one index, without duplicates and in their order.
///
/// Most entities have one value, which takes no list.
#[derive(Default)]
pub(crate) enum Values {
    #[default]
    None,
    One(Vec<u8>),
    Several(Vec<Vec<u8>>),
}

impl Values {
    /// Returns the entity's values in the index.
    pub(crate) fn of<V>(definition: &dyn IndexDefinition<V>, entity: &V) -> Self {
        let mut values = Self::None;
        definition.values(entity, &mut |value| values.add(value));
        values.sort();
        values
    }

    /// Returns the values of the entity, if there is one.
    pub(super) fn of_option<V>(definition: &dyn IndexDefinition<V>, entity: Option<&V>) -> Self {
        entity.map_or(Self::None, |entity| Self::of(definition, entity))
    }

    fn add(&mut self, value: Cow<'_, [u8]>) {
        let value = value.into_owned();
        match self {
            Self::None => *self = Self::One(value),
            Self::One(first) => *self = Self::Several(Vec::from([mem::take(first), value])),
            Self::Several(values) => values.push(value),
        }
    }

    fn sort(&mut self) {
        if let Self::Several(values) = self {
            values.sort_unstable();
            values.dedup();
        }
    }

    /// Removes the value. Returns `true` if it was there.
    pub(super) fn remove(&mut self, value: &[u8]) -> bool {
        match self {
            Self::One(own) if own == value => *self = Self::None,
            Self::Several(values) => match values.iter().position(|own| own == value) {
                Some(place) => drop(values.remove(place)),
                None => return false,
            },
            _ => return false,
        }
        true
    }

    pub(crate) fn as_slice(&self) -> &[Vec<u8>] {
        match self {
            Self::None => &[],
            Self::One(value) => slice::from_ref(value),
            Self::Several(values) => values,
        }
    }

    /// Passes each value to `visit`.
    pub(crate) fn each(self, visit: &mut dyn FnMut(Vec<u8>)) {
        match self {
            Self::None => {}
            Self::One(value) => visit(value),
            Self::Several(values) => {
                for value in values {
                    visit(value);
                }
            }
        }
    }
}
