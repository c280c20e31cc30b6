//! [`Event`]: one step of a scenario.

use std::sync::Arc;

use keyloft::layers::Scoped;
use keyloft::prelude::*;
use keyloft::transfer;
use keyloft_memory::MemoryBackend;

use super::{Batch, Ended, Model, Moved, Tables};
use crate::failure::{Outcome, same};
use crate::random::Random;

/// One step of a scenario.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// Commits the batch with this number.
    Commit(u64),
    /// Rebuilds the indexes.
    Reindex,
    /// Migrates a table to this definition.
    Migrate(Moved),
    /// Replaces a scope by this stream.
    Import(u8),
    /// Moves the pages of the file.
    Compact,
    /// Stores the allocation state.
    Checkpoint,
    /// Makes all commits durable.
    Flush,
    /// Verifies every checksum.
    Check,
    /// Closes the database and opens it again.
    Reopen,
}

/// The lines of the table that is migrated.
pub(crate) const LINES: u32 = 30;
/// The name of the scope that is imported into.
const SCOPE: &str = "side";

impl Event {
    /// Returns the events of a scenario: mostly commits.
    pub(crate) fn scenario(seed: u64, len: u64) -> Vec<Self> {
        let mut random = Random::of(seed, 1);
        let (mut number, mut moved) = (0, Moved::Plain);
        let mut event = || match random.below(40) {
            0 | 1 => {
                moved = moved.next();
                Self::Migrate(moved)
            }
            2 => Self::Reindex,
            3 => Self::Import(random.small(Side::STREAMS)),
            4 => Self::Compact,
            5 => Self::Checkpoint,
            6 | 7 => Self::Flush,
            8 => Self::Check,
            9 => Self::Reopen,
            _ => {
                number += 1;
                Self::Commit(number)
            }
        };
        (0..len).map(|_| event()).collect()
    }

    /// Returns a batch's number.
    pub(crate) fn number(&self) -> Option<u64> {
        if let Self::Commit(number) = self { Some(*number) } else { None }
    }

    /// Carries out an event that changes the entries of a backend, or its transactions. The others do nothing.
    pub(crate) fn carry_out(&self, seed: u64, tables: &Tables) -> Result<Option<Ended>> {
        match self {
            Self::Commit(number) => return Batch::of(seed, 0, *number).commit(tables).map(Some),
            Self::Reindex => drop(tables.items.reindex()?),
            Self::Migrate(to) => to.migrate(&tables.backend)?,
            Self::Import(stream) => Side::import(seed, *stream, &tables.backend)?,
            Self::Compact | Self::Checkpoint | Self::Flush | Self::Check | Self::Reopen => {}
        }
        Ok(None)
    }

    /// Carries out the event in the model.
    pub(crate) fn carry_out_in(&self, seed: u64, model: &mut Model) -> Option<Ended> {
        self.number().map(|number| Batch::of(seed, 0, number).commit_in(model))
    }
}

/// The scope that streams are imported into.
pub(crate) struct Side;

impl Side {
    /// The number of streams.
    pub(crate) const STREAMS: u8 = 3;

    /// Replaces the scope by the stream with this number.
    pub(crate) fn import(seed: u64, stream: u8, backend: &Arc<dyn StorageBackend>) -> Result<()> {
        let stream = Self::stream(seed, stream)?;
        let scope = Scoped::new(backend.clone(), SCOPE);
        transfer::import_replacing(&scope, || Ok(stream.as_slice())).map(drop)
    }

    /// Compares the scope with the contents of a stream.
    pub(crate) fn compare(seed: u64, stream: u8, backend: &Arc<dyn StorageBackend>) -> Outcome {
        let scope: Arc<dyn StorageBackend> = Arc::new(Scoped::new(backend.clone(), SCOPE));
        Tables::of(scope.clone()).compare(&Self::model(seed, stream))?;
        let imported = MemoryBackend::new();
        let stream = Self::stream(seed, stream)?;
        transfer::import(&imported, || Ok(stream.as_slice()))?;
        same("the digest of the scope", &transfer::digest(&scope)?, &transfer::digest(&imported)?)
    }

    /// Returns the contents of the stream with this number.
    pub(crate) fn model(seed: u64, stream: u8) -> Model {
        let mut model = Model::default();
        Batch::of(seed, Self::writer(stream), 1).commit_in(&mut model);
        model
    }

    /// Checks that the scope has no entries.
    pub(crate) fn is_empty(backend: &Arc<dyn StorageBackend>) -> Outcome {
        let scope = Scoped::new(backend.clone(), SCOPE);
        same("the digest of the scope", &transfer::digest(&scope)?, &transfer::digest(&MemoryBackend::new())?)
    }

    fn stream(seed: u64, stream: u8) -> Result<Vec<u8>> {
        let tables = Tables::of(Arc::new(MemoryBackend::new()));
        Batch::of(seed, Self::writer(stream), 1).commit(&tables)?;
        let mut bytes = Vec::new();
        transfer::export(&tables.backend, &mut bytes)?;
        Ok(bytes)
    }

    fn writer(stream: u8) -> u8 {
        100 + stream
    }
}
