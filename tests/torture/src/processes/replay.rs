//! [`Replay`]: the state that the batches of one writer lead to.

use crate::failure::{Outcome, ensure};
use crate::workload::{Batch, Model};

/// The state that the batches of one writer lead to.
pub(super) struct Replay {
    seed: u64,
    writer: u8,
    model: Model,
    /// The number of batches in the model.
    number: u64,
}

impl Replay {
    pub(super) fn of(seed: u64, writer: u8) -> Self {
        Self { seed, writer, model: Model::default(), number: 0 }
    }

    pub(super) fn model(&self) -> &Model {
        &self.model
    }

    /// Goes on to the batch that was found in the database. It must be a committed one, not before the last one, not before the
    /// one that was acknowledged, and at most one transaction after it.
    pub(super) fn goes_to(&mut self, found: Option<u64>, acknowledged: u64) -> Outcome {
        self.follows(found, acknowledged)?;
        let (writer, found) = (self.writer, found.unwrap_or(0));
        let committed_between = (acknowledged + 1..found).any(|number| {
            Batch::of(self.seed, writer, number).commit_in(&mut Model::default())
                != crate::workload::Ended::Failed
        });
        ensure(!committed_between, || {
            format!("writer {writer} has batch {found}, where {acknowledged} is acknowledged")
        })
    }

    /// Goes on to the batch that was found, with any number of transactions since the acknowledged one.
    pub(super) fn follows(&mut self, found: Option<u64>, acknowledged: u64) -> Outcome {
        let (writer, found) = (self.writer, found.unwrap_or(0));
        ensure(found >= acknowledged.max(self.mark()), || {
            let seen = self.mark();
            format!(
                "writer {writer} has batch {found}, where {acknowledged} is acknowledged, and {seen} was seen"
            )
        })?;
        while self.number < found {
            self.number += 1;
            Batch::of(self.seed, writer, self.number).commit_in(&mut self.model);
        }
        ensure(self.mark() == found, || format!("writer {writer} has batch {found}, which fails"))
    }

    fn mark(&self) -> u64 {
        self.model.marks.get(&self.writer).copied().unwrap_or(0)
    }
}
