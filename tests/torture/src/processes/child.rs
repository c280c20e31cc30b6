//! The child processes: they write or read until they are killed.

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use keyloft::prelude::*;
use keyloft_redb::{RedbBackend, Sharing};

use super::{Acknowledged, PATIENCE, Replay, Role, Work};
use crate::breaks::Break;
use crate::failure::{Failure, Outcome, without_panic};
use crate::harness::Round;
use crate::layers::Broken;
use crate::process::say;
use crate::random::Random;
use crate::workload::{Batch, Ended, Model, Tables};

/// The name of these children.
pub(crate) const NAME: &str = "processes";

/// Returns the arguments of a child.
pub(super) fn args(round: &Round, work: Work, role: Role, path: &Path) -> Vec<String> {
    let how = round.how.map_or("", Break::name);
    let sharing = if work.sharing == Sharing::MultiWriter { "many" } else { "single" };
    let (role, number) = match role {
        Role::Write(number) => ("write", number),
        Role::Read(number) => ("read", number),
    };
    let (seed, number) = (work.seed.to_string(), number.to_string());
    [NAME, role, &number, &seed, sharing, how, &path.to_string_lossy()].map(str::to_owned).to_vec()
}

/// Does the work of a child until it is killed.
pub(crate) fn child(args: &[&str]) -> Outcome {
    let [role, number, seed, sharing, how, path] = args else {
        return Err(Failure::from("not the arguments of a child".to_owned()));
    };
    let sharing = if *sharing == "many" { Sharing::MultiWriter } else { Sharing::SingleWriter };
    let parse = |text: &str| text.parse::<u64>().map_err(|error| Failure::from(error.to_string()));
    let work = Work { seed: parse(seed)?, sharing };
    let number = u8::try_from(parse(number)?).unwrap_or(0);
    let (path, how) = (Path::new(path), Break::named(how));
    let ended = without_panic(|| match *role {
        "write" => write(work, number, path, how),
        _ => read(work, number, path, how),
    });
    if let Err(Failure { text, .. }) = ended {
        say(&format!("error {text}"))?;
    }
    Ok(())
}

/// Commits one batch after the other, and acknowledges each.
fn write(work: Work, writer: u8, path: &Path, how: Option<Break>) -> Outcome {
    let redb = work.options().open(path)?;
    let tables = Tables::of(Arc::new(Broken::new(redb.clone(), how)));
    let impatient = Tables::of(Arc::new(Broken::new(redb.with_patience(Duration::from_millis(2)), how)));
    let mut random = Random::of(work.seed, u64::from(std::process::id()));
    let mut acknowledged = Acknowledged::open(path, writer)?;
    let found = tables.marks.get(&writer)?;
    Replay::of(work.seed, writer).goes_to(found, Acknowledged::read(path, writer))?;
    let mut number = found.unwrap_or(0);
    acknowledged.write(number)?;
    say("did starts")?;
    loop {
        number += 1;
        let batch = Batch::of(work.seed, writer, number);
        if how == Some(Break::EarlyAcknowledgement) && batch.commit_in(&mut Model::default()) != Ended::Failed
        {
            acknowledged.write(number)?;
        }
        let ended = match batch.commit(if random.one_in(4) { &impatient } else { &tables }) {
            Err(error) if error.code() == "WriterBusy" => {
                say("did waits in vain")?;
                batch.commit(&tables)?
            }
            ended => ended?,
        };
        if ended != Ended::Failed {
            acknowledged.write(number)?;
            say("did transactions")?;
        }
        if random.one_in(40) {
            keep(&mut random, &tables, &redb)?;
        }
    }
}

/// Does other work between two batches.
fn keep(random: &mut Random, tables: &Tables, redb: &RedbBackend) -> Outcome {
    let (what, outcome) = match random.below(4) {
        0 => ("compactions", redb.compact().map(drop)),
        1 => ("checkpoints", redb.checkpoint()),
        2 => ("checks", redb.check_integrity().map(drop)),
        _ => ("reindexings", tables.items.reindex().map(drop)),
    };
    match outcome {
        // Another process reads.
        Err(error) if error.code() == "SnapshotOpen" => Ok(()),
        outcome => Ok(outcome.map(|()| say(&format!("did {what}")))??),
    }
}

/// Compares one snapshot after the other with what the writers have acknowledged, and with the state that their batches lead to.
fn read(work: Work, reader: u8, path: &Path, how: Option<Break>) -> Outcome {
    let redb = open_to_read(work, reader, path)?;
    let tables = Tables::of(Arc::new(redb));
    let mut random = Random::of(work.seed, u64::from(std::process::id()));
    let mut replays: Vec<Replay> = (0..work.writers()).map(|writer| Replay::of(work.seed, writer)).collect();
    let stale = tables.backend.snapshot()?;
    say("did starts")?;
    loop {
        let acknowledged: Vec<u64> =
            (0..work.writers()).map(|writer| Acknowledged::read(path, writer)).collect();
        let snapshot =
            if how == Some(Break::StaleReads) { Arc::clone(&stale) } else { tables.backend.snapshot()? };
        let mut model = Model::default();
        for ((writer, replay), acknowledged) in (0_u8..).zip(&mut replays).zip(acknowledged) {
            replay.follows(tables.marks.at(&*snapshot).get(&writer)?, acknowledged)?;
            model.merge(replay.model());
        }
        tables.compare_at(&*snapshot, &model)?;
        if random.one_in(6) {
            // It stays, whatever is committed meanwhile.
            thread::sleep(Duration::from_micros(random.below(100_000)));
            tables.compare_at(&*snapshot, &model)?;
        }
        // Reads without a snapshot are as new.
        for (writer, replay) in (0_u8..).zip(&replays) {
            let newest = tables.marks.get(&writer)?;
            let seen = replay.model().marks.get(&writer).copied();
            crate::failure::ensure(newest >= seen, || {
                format!("writer {writer} has {newest:?} after {seen:?}")
            })?;
        }
        say("did comparisons")?;
    }
}

/// Opens the file for reading. In a file that many may write to, every second reader is opened as a writer.
fn open_to_read(work: Work, reader: u8, path: &Path) -> Outcome<RedbBackend> {
    if work.sharing == Sharing::MultiWriter && reader % 2 == 1 {
        return Ok(work.options().open(path)?);
    }
    let began = Instant::now();
    loop {
        match work.options().open_read_only(path) {
            // The only writer was killed, and the next one is starting.
            Err(error) if error.code() == "RecoveryNeeded" && began.elapsed() < PATIENCE => {
                thread::sleep(Duration::from_millis(2));
            }
            opened => return Ok(opened?),
        }
    }
}
