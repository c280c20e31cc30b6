//! The check of unique values: which entities hold those that changes take and give up.

use alloc::vec::Vec;

use super::update::{Action, Step};
use crate::backend::{Partition, Read};
use crate::error::{Error, Result};
use crate::store::schema::Outline;

/// A step on a value of a unique index: the number of the index, the value, and the position among the steps.
type OnValue<'s> = (usize, &'s [u8], usize);

/// Returns the positions of the removals that must be skipped, because the entry belongs to another entity. Before a
/// [`reindex`](crate::EntityRepair::reindex) there may be such entries, and they must stay.
///
/// Only steps on the same value depend on each other. So all values are read together, and each is followed through its
/// steps.
///
/// # Errors
///
/// [`Error::UniqueViolation`] of the first step that is refused, or an error of the backend.
pub(super) fn check_unique(steps: &[Step<'_>], reader: &dyn Read, outline: &Outline) -> Result<Vec<usize>> {
    let mut order: Vec<OnValue<'_>> = Vec::new();
    for (position, step) in steps.iter().enumerate() {
        if step.index.entries().is_unique {
            order.push((step.number, &step.entry, position));
        }
    }
    let mut outcome = Outcome { steps, skipped: Vec::new(), refused: None };
    if let [(_, value, position)] = *order.as_slice()
        && let Some(step) = steps.get(position)
    {
        reader.get(step.partition(), value, &mut |holder| outcome.follow(&order, Some(holder)))?;
    } else {
        order.sort_unstable();
        let is_same = |one: &OnValue<'_>, other: &OnValue<'_>| (one.0, one.1) == (other.0, other.1);
        let mut values: Vec<(&[OnValue<'_>], bool)> = Vec::with_capacity(order.len());
        let mut keys: Vec<(&Partition, &[u8])> = Vec::with_capacity(order.len());
        for on_value in order.chunk_by(is_same) {
            if let [(_, value, position), ..] = on_value
                && let Some(step) = steps.get(*position)
            {
                values.push((on_value, false));
                keys.push((step.partition(), value));
            }
        }
        reader.get_batch(&keys, &mut |position, holder| {
            if let Some((on_value, is_held)) = values.get_mut(position) {
                *is_held = true;
                outcome.follow(on_value, Some(holder));
            }
        })?;
        // The first step on a value that nobody holds can't fail.
        for (on_value, is_held) in values {
            if !is_held && on_value.len() > 1 {
                outcome.follow(on_value, None);
            }
        }
    }
    outcome.finish(outline)
}

/// The result of the steps on the values that were followed.
struct Outcome<'a, 's> {
    steps: &'s [Step<'a>],
    /// The positions of the removals to skip.
    skipped: Vec<usize>,
    /// The position of the first step that is refused, and the key of the entity that holds its value.
    refused: Option<(usize, Vec<u8>)>,
}

impl Outcome<'_, '_> {
    /// Makes the steps on one value, which the entity under the key `holder` has before them.
    fn follow(&mut self, on_value: &[OnValue<'_>], held_before: Option<&[u8]>) {
        let mut holder = held_before;
        for &(_, _, position) in on_value {
            let Some(step) = self.steps.get(position) else { return };
            let other = holder.filter(|holder| *holder != step.key);
            match (other, step.action) {
                (Some(_), Action::Remove) => self.skipped.push(position),
                (None, Action::Remove) => holder = None,
                (None, _) => holder = Some(step.key),
                (Some(other), _) => {
                    if self.refused.as_ref().is_none_or(|(first, _)| position < *first) {
                        self.refused = Some((position, other.to_vec()));
                    }
                    return;
                }
            }
        }
    }

    fn finish(self, outline: &Outline) -> Result<Vec<usize>> {
        match self.refused.and_then(|(position, holder)| Some((self.steps.get(position)?, holder))) {
            None => Ok(self.skipped),
            Some((step, holder)) => Err(Error::UniqueViolation {
                place: outline.place(step.key),
                index: step.index.entries().name.clone(),
                value: step.index.describe(&step.entry),
                holder: (outline.describe)(&holder),
            }),
        }
    }
}
