//! A kill of the process at any moment, with one writer or several, and with imports, compaction, reindexing and migrations
//! in between, loses no acknowledged transaction and leaves no half of another.

mod child;
mod progress;

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use keyloft::prelude::*;
use keyloft_redb::{Durability, RedbBackend};

pub(crate) use child::{NAME, child};
use progress::{Keeper, Writers};

use crate::failure::{Outcome, ensure};
use crate::harness::Round;
use crate::power::options;
use crate::process::Child;
use crate::random::Random;
use crate::tally::Tally;
use crate::workload::{LINES, Moved, Side, Tables};

/// The kills of a round, on one file.
const KILLS: u64 = 8;
/// The longest time to the first acknowledgement.
const PATIENCE: Duration = Duration::from_secs(300);

/// The work of the children of a round, as they are told on their command line.
#[derive(Clone, Copy, Debug)]
struct Work {
    seed: u64,
    writers: u8,
    durability: Durability,
}

impl Work {
    /// The commits between two acknowledgements of a writer.
    fn burst(self) -> u64 {
        if self.durability == Durability::Immediate { 1 } else { 5 }
    }
}

/// Kills some children one after the other, on the same file.
pub(crate) fn round(round: &Round) -> Outcome<Tally> {
    let mut random = Random::of(round.seed, 5);
    let work = Work {
        seed: round.seed,
        writers: random.choose([1, 8]),
        durability: random.choose([Durability::Immediate, Durability::Immediate, Durability::OnFlush]),
    };
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("killed.redb");
    let mut tally = Tally::default();
    let (mut writers, mut keeper) = (Writers::new(work), Keeper::default());
    let shared: Arc<dyn StorageBackend> = Arc::new(options(Durability::Immediate).create(&path)?);
    Moved::fill(&shared, LINES)?;
    drop(shared);
    for kill in 0..KILLS {
        let lines = run_and_kill(round, work, keeper.moved, &path, &mut random)?;
        tally.count("kills");
        for line in &lines {
            note(line, &mut writers, &mut keeper, &mut tally)?;
        }
        check(work, &path, &mut writers, &mut keeper)
            .map_err(|failure| failure.at(format!("after kill {kill} of {work:?}")))?;
    }
    Ok(tally)
}

/// Returns the lines of a child that is killed some time after its first acknowledgement.
fn run_and_kill(
    round: &Round,
    work: Work,
    moved: Moved,
    path: &Path,
    random: &mut Random,
) -> Outcome<Vec<String>> {
    let child = Child::start(&child::args(round, work, moved, path))?;
    let mut lines = Vec::new();
    while let Some(line) = child.line_within(PATIENCE)? {
        let is_first = line.starts_with("w ");
        lines.push(line);
        if is_first {
            break;
        }
    }
    let most = if random.one_in(4) { 300_000 } else { 40_000 };
    thread::sleep(Duration::from_micros(random.below(most)));
    lines.extend(child.kill().map_err(|failure| failure.at(format!("of {work:?}")))?);
    Ok(lines)
}

/// Notes a line of a child.
fn note(line: &str, writers: &mut Writers, keeper: &mut Keeper, tally: &mut Tally) -> Outcome {
    let words: Vec<&str> = line.split(' ').collect();
    let number = |text: &str| text.parse::<u64>().unwrap_or(0);
    match words.as_slice() {
        ["w", writer, to] => {
            tally.count("acknowledgements");
            writers.acknowledge(number(writer), number(to));
        }
        ["importing", stream] => keeper.importing(number(stream)),
        ["imported"] => {
            tally.count("imports");
            keeper.imported();
        }
        ["migrating"] => keeper.is_migrating = true,
        ["migrated"] => {
            tally.count("migrations");
            keeper.migrated();
        }
        ["did", what] => tally.count(*what),
        _ => ensure(false, || format!("the child says: {line}"))?,
    }
    Ok(())
}

/// Compares the whole database.
fn check(work: Work, path: &Path, writers: &mut Writers, keeper: &mut Keeper) -> Outcome {
    let redb = Arc::new(RedbBackend::open(path)?);
    let shared: Arc<dyn StorageBackend> = redb.clone();
    let tables = Tables::of(shared.clone());
    writers.catch_up(&tables)?;
    tables.compare(&writers.model())?;
    keeper.compare_side(work.seed, &shared).map_err(|failure| failure.at("the imported scope"))?;
    if keeper.is_migrating {
        keeper.moved.next().migrate(&shared).map_err(|error| {
            crate::failure::Failure::from(error).at("the rest of the interrupted migration")
        })?;
        keeper.migrated();
    }
    keeper.moved.compare(&shared, LINES)?;
    drop((tables, shared));
    ensure(redb.check_integrity()?, || "the check of all checksums failed".to_owned())
}

impl Keeper {
    /// Compares the scope with the stream that was imported last, or with the one whose import was not acknowledged. The next
    /// kills expect the one that is found.
    fn compare_side(&mut self, seed: u64, backend: &Arc<dyn StorageBackend>) -> Outcome {
        let mut outcome = Ok(());
        for stream in self.streams() {
            outcome = match stream {
                Some(stream) => Side::compare(seed, stream, backend),
                None => Side::is_empty(backend),
            };
            if outcome.is_ok() {
                self.found(stream);
                break;
            }
        }
        outcome
    }
}
