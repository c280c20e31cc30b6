//! [`Condition`]: a condition of a selection, as a check of an entity.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Bound;

use crate::backend::KeySpan;
use crate::store::index::{TableIndex, Values};

/// A condition of a selection.
pub(super) enum Condition<'a, V> {
    /// The key, without the scope, is in the span.
    Keys(KeySpan),
    /// The entity has a value in the index that is in the span.
    Values(Arc<TableIndex<V>>, KeySpan),
    /// The entity has no value in the index.
    Missing(Arc<TableIndex<V>>),
    /// The function returns `true`.
    Filter(Box<dyn Fn(&V) -> bool + 'a>),
}

/// The usefulness of a condition for finding its entities, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// At most one entity: one key, or one value of a unique index.
    One,
    /// The entities of one value.
    Value,
    /// The entities of a range.
    Range,
    /// All entities of the table or of an index.
    All,
}

impl<V> Condition<'_, V> {
    /// Returns `true` if the entity under the key, without its scope, fulfils the condition.
    pub(super) fn holds(&self, key: &[u8], entity: &V) -> bool {
        match self {
            Self::Keys(span) => span.as_range().contains(key),
            Self::Values(index, span) => {
                let values = Values::of(&*index.definition, entity);
                values.as_slice().iter().any(|value| span.as_range().contains(value))
            }
            Self::Missing(index) => Values::of(&*index.definition, entity).as_slice().is_empty(),
            Self::Filter(filter) => filter(entity),
        }
    }

    /// Returns the usefulness of the condition for finding its entities, or `None` if nothing stored finds them.
    pub(super) fn rank(&self) -> Option<Rank> {
        let (span, is_unique) = match self {
            Self::Keys(span) => (span, true),
            Self::Values(index, span) => (span, index.entries.is_unique),
            Self::Missing(_) | Self::Filter(_) => return None,
        };
        Some(match (&span.lower, &span.upper) {
            (Bound::Included(lower), Bound::Included(upper)) if lower == upper => {
                if is_unique {
                    Rank::One
                } else {
                    Rank::Value
                }
            }
            (Bound::Unbounded, Bound::Unbounded) => Rank::All,
            _ => Rank::Range,
        })
    }
}

/// A function from an entity to the encoded value that it is sorted by.
type SortValue<'a, V> = dyn Fn(&V) -> Vec<u8> + 'a;

/// The order of a selection.
pub(super) enum Order<'a, V> {
    /// That of the read entries.
    Unsorted,
    /// The lowest value in the index, or the highest one in the reverse order.
    Values(Arc<TableIndex<V>>),
    /// The encoded result of the function.
    Function(Box<SortValue<'a, V>>),
}

impl<V> Order<'_, V> {
    /// Returns the value that the entity is sorted by, or `None` if it is not selected because it has none.
    pub(super) fn value(&self, entity: &V, reverse: bool) -> Option<Vec<u8>> {
        match self {
            Self::Unsorted => Some(Vec::new()),
            Self::Values(index) => {
                let values = Values::of(&*index.definition, entity);
                if reverse { values.as_slice().last().cloned() } else { values.as_slice().first().cloned() }
            }
            Self::Function(function) => Some(function(entity)),
        }
    }
}
