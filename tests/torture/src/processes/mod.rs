//! Several processes write to one file, and others read it, while some of them are killed and started again: no acknowledged
//! transaction is lost, nobody ever sees a part of one or an older state than was acknowledged, and all others go on.

mod acknowledged;
mod child;
mod replay;

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use keyloft::prelude::*;
use keyloft_redb::{Options, RedbBackend, Sharing};

use acknowledged::Acknowledged;
pub(crate) use child::{NAME, child};
use replay::Replay;

use crate::failure::{Failure, Outcome, ensure};
use crate::harness::Round;
use crate::process::Child;
use crate::random::Random;
use crate::tally::Tally;
use crate::workload::{Model, Tables};

/// The processes that write to a file that many may write to, and those that read it.
const WRITERS: u8 = 4;
const READERS: u8 = 4;
/// The time in which processes are killed, on one file.
const TIME: Duration = Duration::from_secs(4);
/// The longest time in which a process makes no progress.
const PATIENCE: Duration = Duration::from_secs(120);

/// The work of the processes of a round, as they are told on their command line.
#[derive(Clone, Copy, Debug)]
struct Work {
    seed: u64,
    sharing: Sharing,
}

impl Work {
    fn writers(self) -> u8 {
        if self.sharing == Sharing::MultiWriter { WRITERS } else { 1 }
    }

    /// Returns the options of all openings. A small cache makes transactions write pages early.
    fn options(self) -> Options {
        RedbBackend::options().cache_bytes(1 << 20).sharing(self.sharing)
    }
}

/// What a process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Write(u8),
    Read(u8),
}

/// A process that runs.
struct Process {
    role: Role,
    child: Child,
    progress: Instant,
}

impl Process {
    fn start(round: &Round, work: Work, role: Role, path: &Path) -> Outcome<Self> {
        Ok(Self {
            role,
            child: Child::start(&child::args(round, work, role, path))?,
            progress: Instant::now(),
        })
    }

    /// Notes the lines that it has said.
    fn note(&mut self, lines: &[String], tally: &mut Tally) -> Outcome {
        for line in lines {
            match line.split_once(' ') {
                Some(("did", what)) => tally.count(what),
                _ => return Err(Failure::from(line.clone()).at(format!("{:?}", self.role))),
            }
            self.progress = Instant::now();
        }
        ensure(self.progress.elapsed() < PATIENCE, || format!("{:?} makes no progress", self.role))
    }

    fn kill(mut self, tally: &mut Tally) -> Outcome<Role> {
        let role = self.role;
        // The rest of its lines may have its error.
        let said = self.child.lines();
        self.note(&said, tally)?;
        let rest = self.child.kill().map_err(|failure| failure.at(format!("{role:?}")))?;
        for line in &rest {
            ensure(line.starts_with("did "), || format!("{role:?}: {line}"))?;
        }
        Ok(role)
    }
}

/// Runs the processes for some time, and compares the whole database.
pub(crate) fn round(round: &Round) -> Outcome<Tally> {
    let mut random = Random::of(round.seed, 17);
    let sharing = if round.seed.is_multiple_of(3) { Sharing::SingleWriter } else { Sharing::MultiWriter };
    let work = Work { seed: round.seed, sharing };
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("shared.redb");
    drop(work.options().create(&path)?);
    let mut tally = Tally::default();
    let run = run(round, work, &path, &mut random, &mut tally);
    run.and_then(|()| check(work, &path)).map_err(|failure| failure.at(format!("of {work:?}")))?;
    Ok(tally)
}

fn run(round: &Round, work: Work, path: &Path, random: &mut Random, tally: &mut Tally) -> Outcome {
    let roles = (0..work.writers()).map(Role::Write).chain((0..READERS).map(Role::Read));
    let started: Outcome<Vec<Process>> = roles.map(|role| Process::start(round, work, role, path)).collect();
    let mut processes = started?;
    let began = Instant::now();
    while began.elapsed() < TIME {
        thread::sleep(Duration::from_micros(random.below(250_000)));
        for process in &mut processes {
            let lines = process.child.lines();
            process.note(&lines, tally)?;
        }
        let killed = processes.swap_remove(random.index(processes.len()));
        let role = killed.kill(tally)?;
        tally.count(if matches!(role, Role::Write(_)) { "killed writers" } else { "killed readers" });
        processes.push(Process::start(round, work, role, path)?);
    }
    // All of them go on.
    for process in &mut processes {
        process.progress = Instant::now();
        if let Some(line) = process.child.line_within(PATIENCE)? {
            process.note(&[line], tally)?;
        }
    }
    processes.into_iter().try_for_each(|process| process.kill(tally).map(drop))
}

/// Compares the whole database.
fn check(work: Work, path: &Path) -> Outcome {
    let redb = work.options().open(path)?;
    let tables = Tables::of(std::sync::Arc::new(redb.clone()));
    let mut model = Model::default();
    for writer in 0..work.writers() {
        let mut replay = Replay::of(work.seed, writer);
        replay.goes_to(tables.marks.get(&writer)?, Acknowledged::read(path, writer))?;
        model.merge(replay.model());
    }
    tables.compare(&model)?;
    drop(tables);
    ensure(redb.check_integrity()?, || "the check of all checksums failed".to_owned())
}
