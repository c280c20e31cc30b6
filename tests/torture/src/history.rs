//! [`History`]: the states that a scenario leads through, from a run in memory.

use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};

use keyloft::prelude::*;
use keyloft::transfer::{self, Digest};
use keyloft_memory::MemoryBackend;
use keyloft_redb::RedbBackend;

use crate::failure::{Failure, Outcome, ensure, same};
use crate::layers::{Moment, Watched};
use crate::workload::{Event, LINES, Model, Moved, Tables};

/// The states that a scenario leads through. State 0 is empty. The transaction with number n leads to state n, also one that
/// fails or writes nothing.
pub(crate) struct History {
    pub(crate) seed: u64,
    pub(crate) events: Vec<Event>,
    states: Vec<State>,
}

struct State {
    digest: Digest,
    model: Arc<Model>,
    moved: Phase,
}

/// The state of the table that is migrated.
#[derive(Clone, Copy)]
enum Phase {
    /// It is being filled.
    Filling,
    Settled(Moved),
    /// It is on the way to this definition, which it has in the state with this number.
    Migrating(Moved, usize),
}

impl History {
    /// Runs a scenario in memory.
    pub(crate) fn of(seed: u64, len: u64) -> Outcome<Self> {
        let digests: Arc<Mutex<Vec<Digest>>> = Arc::default();
        let noted = Arc::clone(&digests);
        let memory = MemoryBackend::new();
        let first = transfer::digest(&memory)?;
        let watched = Watched::new(memory, move |memory, moment| {
            if let (false, Ok(digest)) = (moment == Moment::Begins, transfer::digest(memory)) {
                noted.lock().unwrap_or_else(PoisonError::into_inner).push(digest);
            }
        });
        let tables = Tables::of(Arc::new(watched));
        let (mut model, mut moved) = (Arc::<Model>::default(), Moved::Plain);
        let mut states = vec![State { digest: first, model: model.clone(), moved: Phase::Filling }];
        let mut note = |model: &Arc<Model>, before: Option<Phase>, after: Moved| {
            let mut digests = digests.lock().unwrap_or_else(PoisonError::into_inner);
            let end = states.len() + digests.len() - 1;
            for digest in digests.drain(..) {
                let is_last = states.len() == end;
                let before = before.filter(|_| !is_last).map(|phase| match phase {
                    Phase::Migrating(to, _) => Phase::Migrating(to, end),
                    phase => phase,
                });
                let moved = before.unwrap_or(Phase::Settled(after));
                states.push(State { digest, model: model.clone(), moved });
            }
        };
        Moved::fill(&tables.backend, LINES)?;
        note(&model, Some(Phase::Filling), moved);
        let events = Event::scenario(seed, len);
        for event in &events {
            let mut after = Model::clone(&model);
            let expected = event.carry_out_in(seed, &mut after);
            same("the end of a batch in memory", &event.carry_out(seed, &tables)?, &expected)?;
            if event.number().is_some() {
                model = Arc::new(after);
            }
            let before = if let Event::Migrate(to) = event {
                moved = *to;
                Some(Phase::Migrating(*to, 0))
            } else {
                None
            };
            note(&model, before, moved);
        }
        tables.compare(&model)?;
        moved.compare(&tables.backend, LINES)?;
        Ok(Self { seed, events, states })
    }

    /// Returns the number of the last state.
    pub(crate) fn last(&self) -> usize {
        self.states.len() - 1
    }

    /// Checks that a database is in one of these states, and returns its number: all entries are those of the state, and every
    /// answer is the model's.
    pub(crate) fn check(&self, backend: &Arc<RedbBackend>, allowed: RangeInclusive<usize>) -> Outcome<usize> {
        let digest = transfer::digest(&**backend)?;
        let is_it = |number: &usize| self.states.get(*number).is_some_and(|state| state.digest == digest);
        let Some(number) = allowed.clone().rev().find(is_it) else {
            let found = match (0..self.states.len()).rev().find(is_it) {
                Some(other) => format!("the database is in state {other}"),
                None => "the database is in no state that the scenario leads through".to_owned(),
            };
            return Err(Failure::from(format!("{found}, and may be in {allowed:?}")));
        };
        let Some(state) = self.states.get(number) else { return Ok(number) };
        let tables = Tables::of(backend.clone());
        tables.compare(&state.model)?;
        if let Phase::Settled(moved) = state.moved {
            moved.compare(&tables.backend, LINES)?;
        }
        drop(tables);
        ensure(backend.check_integrity()?, || "the check of all checksums failed".to_owned())?;
        Ok(number)
    }

    /// Runs the migration to its end that the state interrupted, and checks the end. Returns `false` if there is none.
    pub(crate) fn resume(&self, backend: &Arc<RedbBackend>, number: usize) -> Outcome<bool> {
        let Some(State { moved: Phase::Migrating(to, end), .. }) = self.states.get(number) else {
            return Ok(false);
        };
        let shared: Arc<dyn StorageBackend> = backend.clone();
        to.migrate(&shared)?;
        self.check(backend, *end..=*end)?;
        Ok(true)
    }
}
