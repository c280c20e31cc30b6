//! Damage to an export: an import refuses the stream, and leaves the target as it was.

use std::sync::Arc;

use keyloft::prelude::*;
use keyloft::transfer;
use keyloft_memory::MemoryBackend;
use keyloft_redb::RedbBackend;

use crate::breaks::Break;
use crate::failure::{Outcome, ensure, same, without_panic};
use crate::harness::Round;
use crate::random::Random;
use crate::tally::Tally;
use crate::workload::{Batch, Tables};

/// The damaged streams of a round.
const CASES: u64 = 150;
/// The batches whose entries are exported.
const BATCHES: u64 = 25;

/// Imports damaged streams into a database that is not empty.
pub(crate) fn round(round: &Round) -> Outcome<Tally> {
    let mut tally = Tally::default();
    let stream = export(round.seed, BATCHES)?;
    // The stream of other entries, whose digests fit.
    let forged = export(round.seed, BATCHES + 3)?;
    let targets: [Arc<dyn StorageBackend>; 2] =
        [Arc::new(MemoryBackend::new()), Arc::new(RedbBackend::in_memory()?)];
    for target in &targets {
        fill(target, round.seed + 1, 4)?;
    }
    for case in 0..CASES {
        let mut random = Random::of(round.seed, 2_000 + case);
        let (damage, mut damaged) = damage(&stream, &mut random);
        if damaged == stream {
            continue;
        }
        if round.how == Some(Break::ForgedDigest) {
            damaged.clone_from(&forged);
        }
        let target = random.choose([&targets[0], &targets[1]]);
        without_panic(|| import(target, &damaged))
            .map_err(|failure| failure.at(format!("case {case}, {damage}")))?;
        tally.count(damage);
    }
    for target in &targets {
        transfer::import_replacing(target, || Ok(stream.as_slice()))?;
    }
    same("the two imports", &transfer::digest(&targets[0])?, &transfer::digest(&targets[1])?)?;
    Ok(tally)
}

fn export(seed: u64, batches: u64) -> Outcome<Vec<u8>> {
    let (backend, mut stream): (Arc<dyn StorageBackend>, _) = (Arc::new(MemoryBackend::new()), Vec::new());
    fill(&backend, seed, batches)?;
    transfer::export(&backend, &mut stream)?;
    Ok(stream)
}

fn fill(backend: &Arc<dyn StorageBackend>, seed: u64, batches: u64) -> Outcome {
    let tables = Tables::of(backend.clone());
    for number in 1..=batches {
        Batch::of(seed, 0, number).commit(&tables)?;
    }
    Ok(())
}

fn import(target: &Arc<dyn StorageBackend>, stream: &[u8]) -> Outcome {
    let before = transfer::digest(target)?;
    match transfer::import_replacing(target, || Ok(stream)) {
        Err(error) if error.code() == "InvalidStream" => {}
        outcome => ensure(false, || format!("the import ended with {outcome:?}"))?,
    }
    same("the target after a refused import", &transfer::digest(target)?, &before)
}

/// Returns a damaged copy of a stream.
fn damage(stream: &[u8], random: &mut Random) -> (&'static str, Vec<u8>) {
    let mut damaged = stream.to_vec();
    let place = random.index(stream.len());
    let end = place + random.index(stream.len() - place) + 1;
    let damage = match random.below(7) {
        0 | 1 => {
            if let Some(byte) = damaged.get_mut(place) {
                *byte ^= 1 << random.below(8);
            }
            "flipped bits"
        }
        2 => {
            damaged.truncate(place);
            "cut off"
        }
        3 => {
            if let Some(range) = damaged.get_mut(place..end) {
                range.fill(0);
            }
            "zeroed"
        }
        4 => {
            damaged.drain(place..end);
            "with a part missing"
        }
        5 => {
            let part = stream.get(place..end).unwrap_or_default().to_vec();
            let at = random.index(damaged.len());
            damaged.splice(at..at, part);
            "with a part twice"
        }
        _ => {
            let len = 1 + random.index(40);
            damaged.extend(random.bytes(len));
            "with more bytes"
        }
    };
    (damage, damaged)
}
