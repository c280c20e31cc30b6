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
            Self::Several(values) => values.into_iter().for_each(visit),
        }
    }
}
