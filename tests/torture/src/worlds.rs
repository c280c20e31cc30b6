//! [`Worlds`]: the states that a database may be in after commits whose outcome is unknown.

use std::sync::Arc;

use keyloft::backend::TransactionBody;
use keyloft::prelude::*;
use keyloft::transfer::{self, Digest};
use keyloft::{Read, Snapshot, delegate_reads};
use keyloft_memory::MemoryBackend;
use keyloft_redb::RedbBackend;

use crate::failure::{Failure, Outcome, ensure, same};
use crate::workload::{Ended, Event, Model, Tables};

/// The states that a database may be in. A commit whose outcome is unknown doubles their number.
pub(crate) struct Worlds {
    seed: u64,
    worlds: Vec<World>,
}

/// One possible course of events.
struct World {
    tables: Tables,
    /// The states since the last one that is durable, which is the first.
    states: Vec<State>,
}

/// The contents after a transaction.
#[derive(Clone)]
struct State {
    digest: Digest,
    model: Arc<Model>,
    snapshot: Arc<dyn Snapshot>,
}

impl Worlds {
    /// Returns the one world of an empty database.
    pub(crate) fn new(seed: u64) -> Outcome<Self> {
        let tables = Tables::of(Arc::new(MemoryBackend::new()));
        let first = State::of(&tables, Arc::default())?;
        Ok(Self { seed, worlds: vec![World { tables, states: vec![first] }] })
    }

    /// Carries out an event that has succeeded.
    pub(crate) fn done(&mut self, event: &Event, ended: Option<&Ended>) -> Outcome {
        let seed = self.seed;
        self.worlds.iter_mut().try_for_each(|world| world.carry_out(seed, event, ended))
    }

    /// Carries out an event that has failed: perhaps it is stored nevertheless.
    pub(crate) fn perhaps_done(&mut self, event: &Event) -> Outcome {
        let mut others = Vec::new();
        for world in &self.worlds {
            let mut other = world.fork()?;
            other.carry_out(self.seed, event, None)?;
            if other.newest() != world.newest() {
                others.push(other);
            }
        }
        self.worlds.extend(others);
        ensure(self.worlds.len() < 64, || "too many transactions have an unknown outcome".to_owned())
    }

    /// Makes the newest states durable.
    pub(crate) fn durable(&mut self) {
        for world in &mut self.worlds {
            let newest = world.states.len().saturating_sub(1);
            world.states.drain(..newest);
        }
    }

    /// Goes on from the state that a reader of the database sees after it was opened. It may be an earlier one that is still
    /// possible, if the newest was not durable.
    pub(crate) fn observe(&mut self, digest: Digest) -> Outcome {
        if self.worlds.iter().any(|world| world.newest() == Some(digest)) {
            self.worlds.retain(|world| world.newest() == Some(digest));
            return Ok(());
        }
        for world in &self.worlds {
            if let Some(state) = world.states.iter().find(|state| state.digest == digest) {
                self.worlds = vec![world.back_in(state)?];
                return Ok(());
            }
        }
        Err(Failure::from("the open database is in an impossible state".to_owned()))
    }

    /// Checks that a database is in a possible state: all entries are those of the state, and every answer is the model's.
    pub(crate) fn check(&self, backend: &Arc<RedbBackend>) -> Outcome {
        let digest = transfer::digest(&**backend)?;
        let mut states = self.worlds.iter().flat_map(|world| &world.states);
        let Some(State { model, .. }) = states.find(|state| state.digest == digest) else {
            let marks = Tables::of(backend.clone()).marks.scan_all()?;
            let models: Vec<_> =
                self.worlds.iter().filter_map(World::last_model).map(|model| &model.marks).collect();
            return Err(Failure::from(format!(
                "the database is in an impossible state: its last batches are {marks:?}, in the possible ones {models:?}"
            )));
        };
        Tables::of(backend.clone()).compare(model)?;
        ensure(backend.check_integrity()?, || "the check of all checksums failed".to_owned())
    }
}

impl World {
    fn carry_out(&mut self, seed: u64, event: &Event, ended: Option<&Ended>) -> Outcome {
        let mut model = self.last_model().cloned().unwrap_or_default();
        let expected = event.carry_out_in(seed, &mut model);
        if let Some(ended) = ended {
            same("the end of a batch", &Some(ended), &expected.as_ref())?;
        }
        same("the end of a batch in memory", &event.carry_out(seed, &self.tables)?, &expected)?;
        self.states.push(State::of(&self.tables, Arc::new(model))?);
        Ok(())
    }

    fn last_model(&self) -> Option<&Model> {
        self.states.last().map(|state| &*state.model)
    }

    fn newest(&self) -> Option<Digest> {
        self.states.last().map(|state| state.digest)
    }

    /// Returns a copy of this world.
    fn fork(&self) -> Outcome<Self> {
        Ok(Self { tables: copy(&self.tables.backend)?, states: self.states.clone() })
    }

    /// Returns this world after a return to one of its states.
    fn back_in(&self, state: &State) -> Outcome<Self> {
        let mut states = self.states.clone();
        states.push(state.clone());
        Ok(Self { tables: copy(&Past(state.snapshot.clone()))?, states })
    }
}

impl State {
    fn of(tables: &Tables, model: Arc<Model>) -> Outcome<Self> {
        let (digest, snapshot) = (transfer::digest(&tables.backend)?, tables.backend.snapshot()?);
        Ok(Self { digest, model, snapshot })
    }
}

/// Returns the tables of another backend with the same entries.
fn copy(backend: &impl StorageBackend) -> Outcome<Tables> {
    let (memory, mut stream) = (MemoryBackend::new(), Vec::new());
    transfer::export(backend, &mut stream)?;
    transfer::import(&memory, || Ok(stream.as_slice()))?;
    Ok(Tables::of(Arc::new(memory)))
}

/// A backend that stays in the state of a snapshot.
struct Past(Arc<dyn Snapshot>);

impl Read for Past {
    delegate_reads!(self => self.0);
}

impl StorageBackend for Past {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        Ok(self.0.clone())
    }

    fn transact(&self, _: &mut TransactionBody<'_>) -> Result<()> {
        Err(ErrorKind::ReadOnly.into())
    }
}
