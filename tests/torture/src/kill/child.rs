//! The child process: it writes until it is killed.

use std::path::Path;
use std::sync::Arc;
use std::thread;

use keyloft::prelude::*;
use keyloft_redb::{Durability, RedbBackend};

use super::Work;
use crate::breaks::Break;
use crate::failure::{Failure, Outcome, without_panic};
use crate::harness::Round;
use crate::layers::Broken;
use crate::power::options;
use crate::process::say;
use crate::random::Random;
use crate::workload::{Batch, Moved, Side, Tables};

/// The name of this child.
pub(crate) const NAME: &str = "kill";

/// Returns the arguments of a child.
pub(super) fn args(round: &Round, work: Work, moved: Moved, path: &Path) -> Vec<String> {
    let durability = if work.durability == Durability::Immediate { "immediate" } else { "on-flush" };
    let how = round.how.map_or("", Break::name);
    let (seed, writers, moved) = (work.seed.to_string(), work.writers.to_string(), moved.name());
    let path = path.to_string_lossy();
    [NAME, &seed, &writers, durability, moved, how, &path].map(str::to_owned).to_vec()
}

/// Writes until it is killed.
pub(crate) fn child(args: &[&str]) -> Outcome {
    let [seed, writers, durability, moved, how, path] = args else {
        return Err(Failure::from("not the arguments of a child".to_owned()));
    };
    let number = |text: &str| text.parse::<u64>().map_err(|error| Failure::from(error.to_string()));
    let work = Work {
        seed: number(seed)?,
        writers: u8::try_from(number(writers)?).unwrap_or(1),
        durability: if *durability == "immediate" { Durability::Immediate } else { Durability::OnFlush },
    };
    let how = Break::named(how);
    let redb = Arc::new(options(work.durability).open(path)?);
    let tables = Tables::of(Arc::new(Broken::new(redb.clone(), how)));
    let moved = Moved::named(moved).unwrap_or(Moved::Plain);
    thread::scope(|scope| {
        for writer in 0..work.writers {
            let (tables, redb) = (&tables, &redb);
            scope.spawn(move || end(without_panic(|| write(work, writer, tables, redb, how))));
        }
        end(without_panic(|| keep(work, moved, &tables, &redb)));
    });
    Ok(())
}

/// Tells the parent of an error, and ends the process.
fn end(outcome: Outcome) {
    if let Err(Failure { text, .. }) = outcome {
        let _said = say(&format!("error {text}"));
        std::process::exit(1);
    }
}

/// Commits one batch after the other, and acknowledges each when it is durable.
fn write(work: Work, writer: u8, tables: &Tables, redb: &RedbBackend, how: Option<Break>) -> Outcome {
    let mut number = tables.marks.get(&writer)?.unwrap_or(0);
    loop {
        if how == Some(Break::EarlyAcknowledgement) {
            say(&format!("w {writer} {}", number + work.burst()))?;
        }
        for _ in 0..work.burst() {
            number += 1;
            Batch::of(work.seed, writer, number).commit(tables)?;
        }
        if work.durability == Durability::OnFlush {
            redb.flush()?;
        }
        if how != Some(Break::EarlyAcknowledgement) {
            say(&format!("w {writer} {number}"))?;
        }
    }
}

/// Does other work beside the writers.
fn keep(work: Work, mut moved: Moved, tables: &Tables, redb: &RedbBackend) -> Outcome {
    let mut random = Random::of(work.seed, u64::from(std::process::id()));
    let is_on_flush = work.durability == Durability::OnFlush;
    loop {
        match random.below(8) {
            0 => did("compactions", redb.compact().map(drop))?,
            1 => did("checks", redb.check_integrity().map(drop))?,
            2 => did("checkpoints", redb.checkpoint())?,
            3 => did("reindexings", tables.items.reindex().map(drop))?,
            4 | 5 => {
                let stream = random.small(Side::STREAMS);
                say(&format!("importing {stream}"))?;
                Side::import(work.seed, stream, &tables.backend)?;
                if is_on_flush {
                    redb.flush()?;
                }
                say("imported")?;
            }
            _ => {
                say("migrating")?;
                moved = moved.next();
                moved.migrate(&tables.backend)?;
                if is_on_flush {
                    redb.flush()?;
                }
                say("migrated")?;
            }
        }
    }
}

/// Tells the parent of maintenance that is done. A snapshot of another thread may have been in its way.
fn did(what: &str, outcome: Result<()>) -> Outcome {
    match outcome {
        Err(error) if error.code() == "SnapshotOpen" => Ok(()),
        outcome => Ok(outcome.map(|()| say(&format!("did {what}")))??),
    }
}
