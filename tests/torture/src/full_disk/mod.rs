//! A real device that runs full under a real file system: the sync fails, there is room again, the database is opened again,
//! and the work goes on until the device is mounted anew.
//!
//! It needs Linux and the right to mount. No acknowledged commit may be lost.

mod device;

use std::path::Path;
use std::sync::Arc;

use keyloft::transfer;
use keyloft_redb::{Durability, RedbBackend};

use device::Device;

use crate::failure::{Outcome, without_panic};
use crate::harness::Round;
use crate::power::options;
use crate::random::Random;
use crate::tally::Tally;
use crate::workload::{Event, Tables};
use crate::worlds::Worlds;

/// The most commits before the device must be full.
const MOST: u64 = 3_000;
/// The commits after the opening.
const MORE: u64 = 6;

/// Lets one device run full, and counts the end.
pub(crate) fn round(round: &Round) -> Outcome<Tally> {
    let mut tally = Tally::default();
    let mut random = Random::of(round.seed, 8);
    let Ok(device) = Device::mount() else {
        tally.count("rounds without the right to mount");
        return Ok(tally);
    };
    tally.count(one(round.seed, device, &mut random)?);
    Ok(tally)
}

fn one(seed: u64, mut device: Device, random: &mut Random) -> Outcome<&'static str> {
    let path = device.folder().join("full.redb");
    let (mut number, mut worlds) = (0, Worlds::new(seed)?);
    let redb = Arc::new(options(Durability::Immediate).create(&path)?);
    device.leave(50_000 + random.below(1_500_000))?;
    let tables = Tables::of(redb.clone());
    let mut has_failed = false;
    while !has_failed && number < MOST {
        number += 1;
        let event = Event::Commit(number);
        if let Ok(ended) = event.carry_out(seed, &tables) {
            worlds.done(&event, ended.as_ref())?;
        } else {
            has_failed = true;
            worlds.perhaps_done(&event)?;
        }
    }
    drop((tables, redb));
    if !has_failed {
        return Ok("devices that did not run full");
    }
    device.make_room()?;
    if !go_on(seed, &path, number, &mut worlds)? {
        return Ok("refused to go on");
    }
    device.mount_again()?;
    without_panic(|| worlds.check(&Arc::new(RedbBackend::open(&path)?)))
        .map_err(|failure| failure.at("after the mount"))?;
    Ok("kept every commit")
}

/// Opens the database again, and commits some more. Returns `false` if that is refused.
fn go_on(seed: u64, path: &Path, after: u64, worlds: &mut Worlds) -> Outcome<bool> {
    let Ok(redb) = RedbBackend::open(path) else { return Ok(false) };
    let redb = Arc::new(redb);
    worlds.observe(transfer::digest(&*redb)?)?;
    let tables = Tables::of(redb.clone());
    for number in after + 1..=after + MORE {
        let event = Event::Commit(number);
        match event.carry_out(seed, &tables) {
            Ok(ended) => worlds.done(&event, ended.as_ref())?,
            Err(_) => return Ok(false),
        }
    }
    worlds.durable();
    worlds.check(&redb)?;
    Ok(true)
}
