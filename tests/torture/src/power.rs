//! A loss of power at any moment, also during the recovery from another one, loses no commit that was acknowledged as
//! durable, and leaves no part of another.

use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};

use keyloft_redb::{Durability, Options, RedbBackend, Sharing};

use crate::breaks::Break;
use crate::failure::{Outcome, same, without_panic};
use crate::harness::Round;
use crate::history::History;
use crate::layers::{Broken, Moment, Watched};
use crate::random::Random;
use crate::storage::{Crash, Disk, Op, apply, selection};
use crate::tally::Tally;
use crate::workload::{Event, LINES, Moved, Tables};

/// The events of a scenario.
const EVENTS: u64 = 45;

/// The marks of a run on the time line of the storage's operations.
#[derive(Default)]
struct Marks {
    /// The moments at which transactions began.
    began: Vec<usize>,
    /// The moments from which on a state is durable.
    durable: Vec<(usize, usize)>,
}

/// Runs a scenario, and looks at the images that losses of power leave of it.
pub(crate) fn round(round: &Round) -> Outcome<Tally> {
    let mut random = Random::of(round.seed, 2);
    let durability = if random.one_in(3) { Durability::OnFlush } else { Durability::Immediate };
    let history = History::of(round.seed, EVENTS)?;
    let run =
        Run { history, options: options(durability).sharing(sharing(round, durability)), how: round.how };
    let (log, marks) = run.record(durability)?;
    let mut tally = Tally::default();
    tally.add("commits", u64::try_from(run.history.last()).unwrap_or(0));
    run.crash(&log, &marks, &mut random, &mut tally)?;
    Ok(tally)
}

/// Returns the sharing of a round. Two syncs of a commit in place of one are another order of the writes.
pub(crate) fn sharing(round: &Round, durability: Durability) -> Sharing {
    if durability == Durability::OnFlush {
        return Sharing::Exclusive;
    }
    Random::of(round.seed, 19).choose([
        Sharing::Exclusive,
        Sharing::Exclusive,
        Sharing::SingleWriter,
        Sharing::MultiWriter,
    ])
}

/// Returns the options of all openings. A small cache writes pages before the commit, too.
pub(crate) fn options(durability: Durability) -> Options {
    RedbBackend::options().durability(durability).cache_bytes(1 << 20)
}

struct Run {
    history: History,
    options: Options,
    how: Option<Break>,
}

impl Run {
    /// Runs the scenario, and returns the operations of the storage.
    fn record(&self, durability: Durability) -> Outcome<(Vec<Op>, Marks)> {
        let disk = Disk::holding(Vec::new()).broken(self.how);
        let marks: Arc<Mutex<Marks>> = Arc::default();
        let note_durable = |number: usize| {
            let mut marks = marks.lock().unwrap_or_else(PoisonError::into_inner);
            marks.durable.push((disk.moment(), number));
        };
        let begun = || marks.lock().unwrap_or_else(PoisonError::into_inner).began.len();
        let (mut redb, mut tables) = self.open(&disk, &marks, durability)?;
        Moved::fill(&tables.backend, LINES)?;
        for event in &self.history.events {
            event.carry_out(self.history.seed, &tables)?;
            match event {
                Event::Compact => drop(redb.compact()?),
                Event::Checkpoint => redb.checkpoint()?,
                Event::Flush => redb.flush()?,
                Event::Check => drop(redb.check_integrity()?),
                Event::Reopen => {
                    redb.close()?;
                    note_durable(begun());
                    drop((redb, tables));
                    (redb, tables) = self.open(&disk, &marks, durability)?;
                }
                Event::Commit(_) | Event::Reindex | Event::Migrate(_) | Event::Import(_) => {}
            }
            if matches!(event, Event::Checkpoint | Event::Flush) {
                note_durable(begun());
            }
        }
        self.history.check(&redb, self.history.last()..=self.history.last())?;
        same("the transactions beside those in memory", &begun(), &self.history.last())?;
        drop((redb, tables));
        note_durable(begun());
        let marks = std::mem::take(&mut *marks.lock().unwrap_or_else(PoisonError::into_inner));
        Ok((disk.log(), marks))
    }

    fn open(
        &self,
        disk: &Disk,
        marks: &Arc<Mutex<Marks>>,
        durability: Durability,
    ) -> Outcome<(Arc<RedbBackend>, Tables)> {
        let redb = Arc::new(self.options.with_storage(disk.clone())?);
        let (disk, marks) = (disk.clone(), Arc::clone(marks));
        let broken = Broken::new(redb.clone(), self.how);
        let watched = Watched::new(broken, move |_, moment| {
            let mut marks = marks.lock().unwrap_or_else(PoisonError::into_inner);
            match moment {
                Moment::Begins => marks.began.push(disk.moment()),
                Moment::Committed if durability == Durability::Immediate => {
                    let number = marks.began.len();
                    marks.durable.push((disk.moment(), number));
                }
                Moment::Committed | Moment::Failed => {}
            }
        });
        Ok((redb, Tables::of(Arc::new(watched))))
    }

    /// Crashes at many moments, and checks each image.
    fn crash(&self, log: &[Op], marks: &Marks, random: &mut Random, tally: &mut Tally) -> Outcome {
        let (mut synced, mut since) = (Vec::new(), 0);
        for moment in 0..=log.len() {
            let op = log.get(moment);
            let is_sync = matches!(op, None | Some(Op::Sync));
            let pending = log.get(since..moment).unwrap_or_default();
            let crashes = if is_sync { 2 } else { u64::from(random.one_in(8)) };
            for _ in 0..crashes {
                let crash = random.choose(Crash::ALL);
                let mut image = synced.clone();
                apply(&mut image, &selection(crash, pending, random));
                let allowed = marks.allowed_at(moment);
                let place = format!("{crash:?} at operation {moment} of {}, states {allowed:?}", log.len());
                without_panic(|| self.recover(image, allowed, random, tally))
                    .map_err(|failure| failure.at(place))?;
            }
            if is_sync {
                apply(&mut synced, pending);
                since = moment + 1;
            }
        }
        Ok(())
    }

    /// Opens an image, and sometimes crashes in the recovery, or goes on after it.
    fn recover(
        &self,
        image: Vec<u8>,
        allowed: RangeInclusive<usize>,
        random: &mut Random,
        tally: &mut Tally,
    ) -> Outcome {
        tally.count("images");
        let disk = Disk::holding(image.clone());
        let backend = Arc::new(self.options.with_storage(disk.clone())?);
        let recovery = disk.log();
        let number = self.history.check(&backend, allowed)?;
        if random.one_in(2) && self.history.resume(&backend, number)? {
            tally.count("migrations resumed");
        }
        drop(backend);
        if random.one_in(4) && !recovery.is_empty() {
            tally.count("crashes in recovery");
            self.crash_again(image, &recovery, number, random)
                .map_err(|failure| failure.at("in recovery"))?;
        }
        Ok(())
    }

    /// Crashes in a recovery. The next one must find the state that the first one found.
    fn crash_again(
        &self,
        mut image: Vec<u8>,
        recovery: &[Op],
        number: usize,
        random: &mut Random,
    ) -> Outcome {
        let moment = random.index(recovery.len() + 1);
        let (before, _) = recovery.split_at_checked(moment).unwrap_or((recovery, &[]));
        let since = before.iter().rposition(|op| matches!(op, Op::Sync)).map_or(0, |sync| sync + 1);
        let (synced, pending) = before.split_at_checked(since).unwrap_or((before, &[]));
        apply(&mut image, synced);
        let crash = random.choose(Crash::ALL);
        apply(&mut image, &selection(crash, pending, random));
        let backend = Arc::new(self.options.with_storage(Disk::holding(image))?);
        self.history
            .check(&backend, number..=number)
            .map(drop)
            .map_err(|failure| failure.at(format!("{crash:?}")))
    }
}

impl Marks {
    /// Returns the states that a crash at this moment may leave.
    fn allowed_at(&self, moment: usize) -> RangeInclusive<usize> {
        let durable = self.durable.iter().filter(|(since, _)| *since <= moment);
        let durable = durable.map(|(_, number)| *number).max().unwrap_or(0);
        let begun = self.began.iter().filter(|began| **began <= moment).count();
        durable..=begun.max(durable)
    }
}
