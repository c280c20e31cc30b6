//! A storage that fails, once or for good, and then loses power: no acknowledged commit is lost, and a failed one is there
//! whole or not at all.

use std::sync::Arc;

use keyloft::transfer;
use keyloft_redb::{Durability, Options, RedbBackend, Sharing};

use crate::failure::{Outcome, ensure, without_panic};
use crate::harness::Round;
use crate::layers::Broken;
use crate::power::{options, sharing};
use crate::random::Random;
use crate::storage::{Crash, Disk, Fault, Kind, Op, apply, selection};
use crate::tally::Tally;
use crate::workload::{Event, Tables, is_refusal};
use crate::worlds::Worlds;

/// The events of a scenario.
const EVENTS: u64 = 20;
/// The faults of a round.
const FAULTS: u64 = 40;
/// The events after the first failure. In the middle of them the database is opened again.
const MORE: usize = 8;

/// Runs a scenario many times, each time with another fault.
pub(crate) fn round(round: &Round) -> Outcome<Tally> {
    let mut random = Random::of(round.seed, 3);
    let durability = if random.one_in(3) { Durability::OnFlush } else { Durability::Immediate };
    let mut events = Event::scenario(round.seed, EVENTS);
    events.retain(|event| !matches!(event, Event::Migrate(_)));
    // The thread of a handle that follows others reads by the clock, so a fault of a read would strike another one each time.
    let sharing = match sharing(round, durability) {
        Sharing::MultiWriter => Sharing::SingleWriter,
        sharing => sharing,
    };
    let scenario = Scenario { round, events, durability, options: options(durability).sharing(sharing) };
    let mut tally = Tally::default();
    let healthy = Disk::holding(Vec::new());
    scenario.run(&healthy, None, &mut random, &mut tally)?;
    let counts = healthy.counts();
    for _ in 0..FAULTS {
        let kind = random.choose(Kind::ALL);
        let after = random.below(counts.get(&kind).copied().unwrap_or(0));
        let fault = Fault::any(&mut random, kind, after);
        let disk = Disk::holding(Vec::new()).broken(round.how);
        without_panic(|| scenario.run(&disk, Some(fault), &mut random, &mut tally))
            .map_err(|failure| failure.at(fault))?;
        tally.add("faults", disk.struck());
    }
    Ok(tally)
}

struct Scenario<'a> {
    round: &'a Round,
    events: Vec<Event>,
    durability: Durability,
    options: Options,
}

/// An open database.
struct Open {
    redb: Arc<RedbBackend>,
    tables: Tables,
}

impl Scenario<'_> {
    /// Runs the scenario with a fault, and checks the images of the storage after it.
    fn run(&self, disk: &Disk, fault: Option<Fault>, random: &mut Random, tally: &mut Tally) -> Outcome {
        disk.set_fault(fault);
        let mut worlds = Worlds::new(self.round.seed)?;
        let mut open = self.open(disk, &mut worlds)?;
        let mut left = usize::MAX;
        for event in &self.events {
            if disk.struck() > 0 {
                left = left.min(MORE);
            }
            if left == MORE / 2 || matches!(event, Event::Reopen) {
                let closed = open.take().map(|open| open.redb.close());
                if matches!(closed, Some(Ok(()))) {
                    worlds.durable();
                }
            }
            if left == 0 {
                break;
            }
            left -= 1;
            match &open {
                Some(open) => self.step(event, open, disk, &mut worlds, tally)?,
                // One fault may be of an opening; the next one then works.
                None => open = self.open(disk, &mut worlds)?,
            }
        }
        drop(open);
        disk.set_fault(None);
        self.look(disk, &worlds, random, tally)
    }

    /// Opens the database. Returns `None` if a fault prevents that.
    fn open(&self, disk: &Disk, worlds: &mut Worlds) -> Outcome<Option<Open>> {
        let Ok(redb) = self.options.with_storage(disk.clone()) else {
            return ensure(disk.struck() > 0, || "the opening failed without a fault".to_owned())
                .map(|()| None);
        };
        let redb = Arc::new(redb);
        match transfer::digest(&*redb) {
            Ok(digest) => worlds.observe(digest)?,
            Err(_) => return Ok(None),
        }
        let tables = Tables::of(Arc::new(Broken::new(redb.clone(), self.round.how)));
        Ok(Some(Open { redb, tables }))
    }

    /// Carries out an event, and its result in the worlds.
    fn step(
        &self,
        event: &Event,
        Open { redb, tables }: &Open,
        disk: &Disk,
        worlds: &mut Worlds,
        tally: &mut Tally,
    ) -> Outcome {
        let maintained = match event {
            Event::Compact => Some(redb.compact().map(drop)),
            Event::Check => Some(redb.check_integrity().map(drop)),
            Event::Checkpoint => Some(redb.checkpoint()),
            Event::Flush => Some(redb.flush()),
            _ => None,
        };
        match maintained {
            Some(Ok(())) if matches!(event, Event::Checkpoint | Event::Flush) => worlds.durable(),
            Some(Ok(())) => {}
            Some(Err(error)) => {
                ensure(disk.struck() > 0, || format!("{event:?} failed without a fault: {error}"))?;
                tally.count(error.code());
            }
            None => match event.carry_out(self.round.seed, tables) {
                Ok(ended) => {
                    worlds.done(event, ended.as_ref())?;
                    if self.durability == Durability::Immediate {
                        worlds.durable();
                    }
                }
                Err(error) => {
                    ensure(disk.struck() > 0, || format!("{event:?} failed without a fault: {error}"))?;
                    ensure(!is_refusal(&error), || format!("a fault looks like a refusal: {error}"))?;
                    tally.count(error.code());
                    worlds.perhaps_done(event)?;
                }
            },
        }
        Ok(())
    }

    /// Checks the storage as the next process finds it, and as losses of power leave it.
    fn look(&self, disk: &Disk, worlds: &Worlds, random: &mut Random, tally: &mut Tally) -> Outcome {
        let check = |image: Vec<u8>| -> Outcome {
            worlds.check(&Arc::new(self.options.with_storage(Disk::holding(image))?))
        };
        tally.count("images");
        check(disk.bytes()).map_err(|failure| failure.at("without a loss of power"))?;
        let log = disk.log();
        let since = log.iter().rposition(|op| matches!(op, Op::Sync)).map_or(0, |sync| sync + 1);
        let (synced, pending) = log.split_at_checked(since).unwrap_or((&log, &[]));
        let mut base = Vec::new();
        apply(&mut base, synced);
        for _ in 0..3 {
            let crash = random.choose(Crash::ALL);
            let mut image = base.clone();
            apply(&mut image, &selection(crash, pending, random));
            tally.count("images");
            let again = random.one_in(3);
            let image = if again { self.fail_in_recovery(image, random, tally) } else { image };
            check(image).map_err(|failure| {
                let again = if again { ", and a fault in the recovery" } else { "" };
                failure.at(format!("after a loss of power, {crash:?}{again}"))
            })?;
        }
        Ok(())
    }

    /// Lets the recovery of an image fail, and returns what is on the storage then.
    fn fail_in_recovery(&self, image: Vec<u8>, random: &mut Random, tally: &mut Tally) -> Vec<u8> {
        let disk = Disk::holding(image);
        let (kind, after) = (random.choose(Kind::ALL), random.below(12));
        disk.set_fault(Some(Fault::any(random, kind, after)));
        drop(self.options.with_storage(disk.clone()));
        tally.add("faults in recovery", disk.struck().min(1));
        disk.bytes()
    }
}
