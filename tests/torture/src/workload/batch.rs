//! [`Batch`]: the changes of one transaction.

use keyloft::prelude::*;

use super::change::Change;
use super::{Model, Tables, is_refusal};
use crate::random::Random;

/// The changes of one transaction. The seed, the writer and the number determine them.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    writer: u8,
    number: u64,
    changes: Vec<Change>,
    /// `true` if the body ends with an error, so that nothing is written.
    fails: bool,
}

/// The end of a batch, for the comparison with the model's.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Ended {
    /// It was committed, with these outcomes of the changes.
    Committed(Vec<Result<u64, &'static str>>),
    /// Its body failed as it should.
    Failed,
}

impl Batch {
    /// Returns the batch with this number, from 1, of a writer.
    pub(crate) fn of(seed: u64, writer: u8, number: u64) -> Self {
        Self::any(&mut Random::of(seed, number << 8 | u64::from(writer)), writer, number)
    }

    /// Returns a batch with this number, from 1, of a writer.
    pub(crate) fn any(random: &mut Random, writer: u8, number: u64) -> Self {
        let size = if random.one_in(12) { 1 + random.below(40) } else { 1 + random.below(6) };
        let changes = (0..size).map(|_| Change::any(random, writer)).collect();
        Self { writer, number, changes, fails: random.one_in(8) }
    }

    /// Makes the changes in one transaction. Each may be refused by a rule of the table.
    ///
    /// # Errors
    ///
    /// The errors of the backend.
    pub(crate) fn commit(&self, tables: &Tables) -> Result<Ended> {
        let mut outcomes = Vec::new();
        let committed = tables.backend.transaction(|tx| {
            outcomes.clear();
            for change in &self.changes {
                outcomes.push(match change.make(tables, tx) {
                    Err(error) if is_refusal(&error) => Err(error.code()),
                    made => Ok(made?),
                });
            }
            tables.marks.within(tx).put(&self.writer, &self.number)?;
            if self.fails { Err(ErrorKind::Aborted.into()) } else { Ok(()) }
        });
        match committed {
            Ok(()) => Ok(Ended::Committed(outcomes)),
            Err(error) if self.fails && error.code() == "Aborted" => Ok(Ended::Failed),
            Err(error) => Err(error),
        }
    }

    /// Makes the changes in the model one after another, also if the body fails, and shows it after each.
    pub(crate) fn trace_in(&self, model: &mut Model, show: &mut dyn FnMut(&Model)) {
        for change in &self.changes {
            let _refused = change.make_in(model);
            show(model);
        }
        model.marks.insert(self.writer, self.number);
        show(model);
    }

    /// Makes the changes in the model.
    pub(crate) fn commit_in(&self, model: &mut Model) -> Ended {
        if self.fails {
            return Ended::Failed;
        }
        let outcomes = self.changes.iter().map(|change| change.make_in(model)).collect();
        model.marks.insert(self.writer, self.number);
        Ended::Committed(outcomes)
    }
}
