//! A sync fails, the database is opened again, and the work goes on over pages that Linux calls clean and the disk doesn't
//! have.
//!
//! The handle must refuse to write and to reopen. A new handle can't know of the failure, and a storage gives no means to drop
//! the cache under it. So the runs in which a new one loses an acknowledged commit at the next mount are counted.

use std::sync::Arc;

use keyloft::prelude::*;
use keyloft::transfer;
use keyloft_redb::{Durability, RedbBackend};

use crate::failure::{Outcome, ensure, same, without_panic};
use crate::harness::Round;
use crate::power::options;
use crate::random::Random;
use crate::storage::{Disk, PageCache};
use crate::tally::Tally;
use crate::workload::{Event, Tables};
use crate::worlds::Worlds;

/// The runs of a round.
const RUNS: u64 = 12;
/// The commits after the opening.
const MORE: u64 = 6;

/// Runs the case some times, and counts the ends.
pub(crate) fn round(round: &Round) -> Outcome<Tally> {
    let mut tally = Tally::default();
    for run in 0..RUNS {
        let random = Random::of(round.seed, 100 + run);
        let end =
            without_panic(|| one(round.seed, random)).map_err(|failure| failure.at(format!("run {run}")))?;
        tally.count(end);
    }
    Ok(tally)
}

fn one(seed: u64, mut random: Random) -> Outcome<&'static str> {
    let storage = PageCache::new(random.clone());
    let (mut number, mut worlds) = (0, Worlds::new(seed)?);
    let redb = open(&storage)?;
    storage.fail_after(2 + random.below(8));
    let tables = Tables::of(redb.clone());
    while !storage.has_failed() {
        number += 1;
        let event = Event::Commit(number);
        match event.carry_out(seed, &tables) {
            Ok(ended) => worlds.done(&event, ended.as_ref())?,
            Err(_) => worlds.perhaps_done(&event)?,
        }
    }
    let refused = tables.marks.put(&0, &number);
    ensure(refused.is_err(), || "the handle goes on after a failed sync".to_owned())?;
    let code = redb.reopen().map_err(|error| error.code());
    same("the reopening by the handle", &code, &Err("SyncFailed"))?;
    drop((tables, redb));
    let Ok(redb) = open(&storage) else { return Ok("refused to open again") };
    worlds.observe(transfer::digest(&*redb)?)?;
    let tables = Tables::of(redb.clone());
    for _ in 0..MORE {
        number += 1;
        let event = Event::Commit(number);
        match event.carry_out(seed, &tables) {
            Ok(ended) => worlds.done(&event, ended.as_ref())?,
            Err(_) => return Ok("refused to go on"),
        }
    }
    worlds.durable();
    worlds.check(&redb)?;
    drop((tables, redb));
    let kept = without_panic(|| {
        let mounted = options(Durability::Immediate).with_storage(Disk::holding(storage.disk()))?;
        worlds.check(&Arc::new(mounted))
    });
    Ok(if kept.is_ok() { "kept every commit" } else { "lost commits (no storage can prevent it yet)" })
}

fn open(storage: &PageCache) -> Outcome<Arc<RedbBackend>> {
    Ok(Arc::new(options(Durability::Immediate).with_storage(storage.clone())?))
}
