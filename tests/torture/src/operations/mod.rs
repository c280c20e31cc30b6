//! Random transactions that run on every backend and layer. Their results are compared with the model and with each other.

mod follower;
mod subject;

use std::sync::Arc;

use keyloft::transfer;
use keyloft::{Snapshot, StorageBackend};
use tempfile::TempDir;

use follower::Follower;
use subject::Subject;

use crate::failure::{Outcome, same};
use crate::harness::Round;
use crate::random::Random;
use crate::tally::Tally;
use crate::workload::{Batch, Event, Model, Side, Tables};

/// The transactions of a round.
const BATCHES: u64 = 40;
/// The most snapshots that are held at a time.
const SNAPSHOTS: usize = 3;

/// Runs the same transactions on every backend and layer.
pub(crate) fn round(round: &Round) -> Outcome<Tally> {
    let mut tally = Tally::default();
    let mut runs = Vec::new();
    for subject in subject::all()? {
        let run = Run::of(subject, round)?;
        runs.push(run);
    }
    let mut model = Model::default();
    let mut random = Random::of(round.seed, 6);
    for number in 1..=BATCHES {
        let batch = Batch::of(round.seed, 0, number);
        let expected = batch.commit_in(&mut model);
        let other = match random.below(12) {
            0 => Event::Reindex,
            1 => Event::Import(random.small(Side::STREAMS)),
            _ => Event::Flush,
        };
        let mut digests = Vec::new();
        for run in &mut runs {
            let outcome = (|| {
                same("the end of a batch", &batch.commit(&run.tables)?, &expected)?;
                other.carry_out(round.seed, &run.tables)?;
                run.compare(&model, &mut random)
            })();
            outcome.map_err(|failure| failure.at(format!("{}, batch {number}", run.name)))?;
            digests.push((run.name, transfer::digest(&run.tables.backend)?));
        }
        tally.add("transactions", u64::try_from(runs.len()).unwrap_or(0));
        if let Some((first, digest)) = digests.first() {
            for (name, other) in &digests {
                same(format_args!("the digests of {first} and of {name}, batch {number}"), other, digest)?;
            }
        }
    }
    for run in &runs {
        run.copy(&model).map_err(|failure| failure.at(format!("{}, copied", run.name)))?;
        run.neighbours().map_err(|failure| failure.at(run.name))?;
    }
    Ok(tally)
}

/// The run of one backend or layer.
struct Run {
    name: &'static str,
    tables: Tables,
    snapshots: Vec<(Arc<dyn Snapshot>, Model)>,
    follower: Option<Follower>,
    /// A backend that the transactions must not change, and its model.
    neighbour: Option<(Tables, Model)>,
    /// The folder of the engine's files, which is removed after the database is closed.
    _folder: Option<TempDir>,
}

impl Run {
    fn of(subject: Subject, round: &Round) -> Outcome<Self> {
        let Subject { name, backend, feed, neighbour, folder } = subject;
        let broken: Arc<dyn StorageBackend> = match round.how {
            None => backend,
            how => Arc::new(crate::layers::Broken::new(backend, how)),
        };
        let tables = Tables::of(broken);
        let follower = feed.map(|feed| Follower::of(&tables, &feed)).transpose()?;
        let neighbour = neighbour.map(|neighbour| -> Outcome<_> {
            let (tables, mut model) = (Tables::of(neighbour), Model::default());
            let batch = Batch::of(round.seed, 7, 1);
            same("the end of the neighbour's batch", &batch.commit(&tables)?, &batch.commit_in(&mut model))?;
            Ok((tables, model))
        });
        let neighbour = neighbour.transpose()?;
        Ok(Self { name, tables, snapshots: Vec::new(), follower, neighbour, _folder: folder })
    }

    /// Compares the newest state, the snapshots, and the state that the change feed has led to.
    fn compare(&mut self, model: &Model, random: &mut Random) -> Outcome {
        self.tables.compare(model)?;
        if let Some(follower) = &mut self.follower {
            follower.follow(model)?;
        }
        if !self.snapshots.is_empty() {
            let held = random.index(self.snapshots.len());
            if let Some((snapshot, model)) = self.snapshots.get(held) {
                self.tables.compare_at(snapshot, model).map_err(|failure| failure.at("a snapshot"))?;
            }
            if self.snapshots.len() == SNAPSHOTS || random.one_in(4) {
                self.snapshots.swap_remove(held);
            }
        }
        if random.one_in(3) && self.snapshots.len() < SNAPSHOTS {
            self.snapshots.push((self.tables.backend.snapshot()?, model.clone()));
        }
        Ok(())
    }

    /// Copies everything by an export, and compares the copy.
    fn copy(&self, model: &Model) -> Outcome {
        let mut stream = Vec::new();
        let exported = transfer::export(&self.tables.backend, &mut stream)?;
        let copy: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
        same("the import", &transfer::import(&copy, || Ok(stream.as_slice()))?, &exported)?;
        Tables::of(copy).compare(model)
    }

    /// Compares the backend that the transactions must not change.
    fn neighbours(&self) -> Outcome {
        let Some((tables, model)) = &self.neighbour else { return Ok(()) };
        tables.compare(model).map_err(|failure| failure.at("the neighbour"))
    }
}
