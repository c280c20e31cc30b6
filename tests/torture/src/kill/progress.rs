//! [`Writers`] and [`Keeper`]: what the children have acknowledged.

use super::Work;
use crate::failure::{Outcome, ensure};
use crate::workload::{Batch, Model, Moved, Side, Tables};
use keyloft::prelude::*;

/// The writers' models, and the batches that they have acknowledged.
pub(super) struct Writers {
    work: Work,
    of: Vec<Writer>,
}

/// One writer's model.
#[derive(Default)]
struct Writer {
    model: Model,
    /// The number of batches in the model.
    number: u64,
    /// The newest batch that was acknowledged.
    acknowledged: u64,
}

impl Writers {
    pub(super) fn new(work: Work) -> Self {
        Self { work, of: (0..work.writers).map(|_| Writer::default()).collect() }
    }

    pub(super) fn acknowledge(&mut self, writer: u64, number: u64) {
        if let Some(writer) = usize::try_from(writer).ok().and_then(|writer| self.of.get_mut(writer)) {
            writer.acknowledged = number;
        }
    }

    /// Brings the models to the batches that the database has: all that were acknowledged, and at most one burst more.
    pub(super) fn catch_up(&mut self, tables: &Tables) -> Outcome {
        for (place, writer) in (0..self.work.writers).zip(&mut self.of) {
            let found = tables.marks.get(&place)?;
            let last = writer.acknowledged + self.work.burst();
            let mut is_found = false;
            while !is_found && writer.number <= last {
                let is_acknowledged = writer.number >= writer.acknowledged;
                is_found = is_acknowledged && writer.model.marks.get(&place).copied() == found;
                if !is_found {
                    writer.number += 1;
                    Batch::of(self.work.seed, place, writer.number).commit_in(&mut writer.model);
                }
            }
            let acknowledged = writer.acknowledged;
            ensure(is_found, || {
                format!("writer {place} has batch {found:?}, where {acknowledged} is acknowledged")
            })?;
            // The next child goes on after the batch that it finds.
            writer.number = found.unwrap_or(0);
            writer.acknowledged = writer.number;
        }
        Ok(())
    }

    /// Returns the contents that all writers together have made.
    pub(super) fn model(&self) -> Model {
        let mut all = Model::default();
        self.of.iter().for_each(|writer| all.merge(&writer.model));
        all
    }
}

/// The work of the thread beside the writers.
pub(super) struct Keeper {
    /// The definition of the table that is migrated.
    pub(super) moved: Moved,
    /// `true` while the migration to the next one is not acknowledged.
    pub(super) is_migrating: bool,
    imported: Option<u8>,
    importing: Option<u8>,
}

impl Default for Keeper {
    fn default() -> Self {
        Self { moved: Moved::Plain, is_migrating: false, imported: None, importing: None }
    }
}

impl Keeper {
    pub(super) fn importing(&mut self, stream: u64) {
        self.importing = u8::try_from(stream).ok().filter(|stream| *stream < Side::STREAMS);
    }

    pub(super) fn imported(&mut self) {
        self.imported = self.importing.take();
    }

    pub(super) fn migrated(&mut self) {
        self.moved = self.moved.next();
        self.is_migrating = false;
    }

    /// Returns the streams that the scope may have: the last one that was acknowledged, and the one that was not.
    pub(super) fn streams(&self) -> Vec<Option<u8>> {
        [Some(self.imported), self.importing.map(Some)].into_iter().flatten().collect()
    }

    /// Keeps the stream that was found in the scope.
    pub(super) fn found(&mut self, stream: Option<u8>) {
        (self.imported, self.importing) = (stream, None);
    }
}
