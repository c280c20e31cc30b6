//! The check of unique values: which entities hold those that changes take and give up.

use alloc::vec::Vec;

use super::IndexUpdate;
use super::update::{Action, Step};
use crate::backend::{Partition, Read};
use crate::checksum::hash;
use crate::error::{ErrorKind, Result};
use crate::store::repeats::{Hashed, gather};
use crate::store::schema::Outline;

/// Returns the positions of the removals that must be skipped, because the entry belongs to another entity. Before a
/// [`reindex`](crate::EntityRepair::reindex) there may be such entries, and they must stay.
///
/// Only steps on the same value depend on each other. So all values are read together, and each is followed through its
/// steps.
///
/// # Errors
///
/// [`ErrorKind::UniqueViolation`] of the first step that is refused, or an error of the backend.
pub(super) fn check_unique(
    update: &IndexUpdate<'_>,
    reader: &dyn Read,
    outline: &Outline,
) -> Result<Vec<usize>> {
    let steps = &update.steps;
    let mut outcome = Outcome { update, steps, skipped: Vec::new(), refused: None };
    let mut unique = steps.iter().enumerate().filter(|(_, step)| step.index.entries().is_unique);
    let first = unique.next();
    if let (Some((position, step)), None) = (first, unique.next()) {
        let follow = &mut |holder: &[u8]| outcome.follow(&[(0, position)], Some(holder));
        reader.get(step.partition(), update.entry(step), follow)?;
    } else {
        outcome.follow_all(reader)?;
    }
    outcome.finish(outline)
}

/// The result of the steps on the values that were followed.
struct Outcome<'a, 's> {
    update: &'s IndexUpdate<'a>,
    steps: &'s [Step<'a>],
    /// The positions of the removals to skip.
    skipped: Vec<usize>,
    /// The position of the first step that is refused, and the key of the entity that holds its value.
    refused: Option<(usize, Vec<u8>)>,
}

impl Outcome<'_, '_> {
    /// Makes the steps on all values.
    fn follow_all(&mut self, reader: &dyn Read) -> Result<()> {
        let Self { update, steps, .. } = *self;
        let mut order: Vec<Hashed> = Vec::with_capacity(steps.len());
        for (position, step) in steps.iter().enumerate() {
            if step.index.entries().is_unique {
                // The number of the index comes first, so that the engine gets the keys of one partition together.
                let number = u64::try_from(step.number).unwrap_or(u64::MAX);
                order.push((number << 58 | hash(update.entry(step)) >> 6, position));
            }
        }
        let value = |position: usize| steps.get(position).map(|step| (step.number, update.entry(step)));
        gather(&mut order, &|one, other| value(one).cmp(&value(other)));
        let mut values: Vec<(&[Hashed], bool)> = Vec::with_capacity(order.len());
        let mut keys: Vec<(&Partition, &[u8])> = Vec::with_capacity(order.len());
        for on_value in order.chunk_by(|one, other| one.0 == other.0 && value(one.1) == value(other.1)) {
            if let Some(step) = on_value.first().and_then(|(_, position)| steps.get(*position)) {
                values.push((on_value, false));
                keys.push((step.partition(), update.entry(step)));
            }
        }
        reader.get_batch(&keys, &mut |position, holder| {
            if let Some((on_value, is_held)) = values.get_mut(position) {
                *is_held = true;
                self.follow(on_value, Some(holder));
            }
        })?;
        // The first step on a value that nobody holds can't fail.
        for (on_value, is_held) in values {
            if !is_held && on_value.len() > 1 {
                self.follow(on_value, None);
            }
        }
        Ok(())
    }

    /// Makes the steps on one value, which the entity under the key `holder` has before them.
    fn follow(&mut self, on_value: &[Hashed], held_before: Option<&[u8]>) {
        let mut holder = held_before;
        for &(_, position) in on_value {
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
            Some((step, holder)) => Err(ErrorKind::UniqueViolation {
                place: outline.place(step.key),
                index: step.index.entries().name.clone(),
                value: step.index.describe(self.update.entry(step)),
                holder: (outline.describe)(&holder),
            }
            .into()),
        }
    }
}
