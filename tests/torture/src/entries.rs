//! Damage to single entries, under the tables: every call returns, and the repair leads back to a sound table.

use std::ops::ControlFlow;
use std::sync::Arc;

use keyloft::backend::{Direction, KeyRange};
use keyloft::prelude::*;
use keyloft::store::Mismatch;
use keyloft::{Partition, Read};
use keyloft_memory::MemoryBackend;

use crate::breaks::Break;
use crate::failure::{Outcome, PANIC, ensure, without_panic};
use crate::harness::Round;
use crate::random::Random;
use crate::tally::Tally;
use crate::workload::{Batch, GROUPS, Item, LINES, Model, Moved, TAGS, Tables};

/// The damaged databases of a round.
const CASES: u64 = 60;
/// The batches whose entries are damaged.
const BATCHES: u64 = 20;

/// The outcome that no read finds: a removed row leaves no trace.
const MISSING: &str = "missing rows";

/// Damages entries of small databases.
pub(crate) fn round(round: &Round) -> Outcome<Tally> {
    let mut tally = Tally::default();
    for case in 0..CASES {
        let mut random = Random::of(round.seed, 4_000 + case);
        without_panic(|| one(round, &mut random, &mut tally))
            .map_err(|failure| failure.at(format!("case {case}")))?;
    }
    Ok(tally)
}

fn one(round: &Round, random: &mut Random, tally: &mut Tally) -> Outcome {
    let tables = Tables::of(Arc::new(MemoryBackend::new()));
    let mut model = Model::default();
    Moved::fill(&tables.backend, LINES)?;
    for number in 1..=BATCHES {
        let batch = Batch::of(round.seed, 0, number);
        batch.commit(&tables)?;
        batch.commit_in(&mut model);
    }
    let partitions = tables.backend.partitions()?;
    let (mut damaged, mut removes) = (Vec::new(), false);
    for _ in 0..=random.below(3) {
        if let Some(partition) = partitions.get(random.index(partitions.len())) {
            removes |= damage(&tables.backend, partition, random)?;
            damaged.push(partition.to_string());
        }
    }
    let place = || format!("damage in {damaged:?}");
    let class = outcome(&tables, &model).map_err(|failure| failure.at(place()))?;
    ensure(removes || class != MISSING, || format!("{}: no read finds it", place()))?;
    tally.count(class);
    if round.how == Some(Break::SkippedRepair) {
        return ensure(tables.compare(&model).is_ok(), || "the damage was not repaired".to_owned());
    }
    if damaged.iter().all(|partition| !Partition::from_stored(partition).is_catalog()) {
        repair(&tables).map_err(|failure| failure.at(place()))?;
        tally.count("repaired");
    }
    Ok(())
}

/// Changes the key or the value of an entry, or removes it. Returns `true` if it was removed.
fn damage(backend: &Arc<dyn StorageBackend>, partition: &Partition, random: &mut Random) -> Outcome<bool> {
    let mut entries = Vec::new();
    backend.scan(partition, KeyRange::ALL, Direction::Forward, &mut |key, value| {
        entries.push((key.to_vec(), value.to_vec()));
        ControlFlow::Continue(())
    })?;
    let Some((key, value)) = entries.get(random.index(entries.len())) else { return Ok(false) };
    let (mut new_key, mut new_value) = (key.clone(), value.clone());
    let what = random.below(5);
    let bytes = if what < 2 { &mut new_key } else { &mut new_value };
    match random.below(4) {
        0 => bytes.truncate(random.index(bytes.len())),
        1 => {
            let more = 1 + random.index(9);
            bytes.extend(random.bytes(more));
        }
        _ => {
            let place = random.index(bytes.len());
            if let Some(byte) = bytes.get_mut(place) {
                *byte ^= 1 << random.below(8);
            }
        }
    }
    backend.transaction(|tx| {
        if what != 1 {
            tx.delete(partition, key)?;
        }
        if what != 4 {
            tx.put(partition, &new_key, &new_value)?;
        }
        Ok(())
    })?;
    Ok(what == 4)
}

/// Calls every read. Returns the class of the outcome, and fails only by a panic.
fn outcome(tables: &Tables, model: &Model) -> Outcome<&'static str> {
    let compared = tables.compare(model);
    let items = &tables.items;
    let mut failed = compared.as_ref().is_err_and(|failure| failure.code.is_some());
    for tag in 0..TAGS {
        failed |= items.find_all(&Item::TAGS, &tag).is_err();
        failed |= items.count_by(&Item::TAGS, ..=tag).is_err();
    }
    for group in GROUPS {
        failed |= items.page_by(&Item::GROUP, Query::exactly(group), 3, None).is_err();
    }
    for code in 0..10 {
        failed |= items.find(&Item::CODE, &code).is_err();
    }
    failed |=
        items.iter(Query::all().reverse()).map_or(true, |mut entries| entries.any(|entry| entry.is_err()));
    failed |= items.page_readable(.., 100, None).is_err();
    failed |= items.verify().map_or(true, |found| !found.is_empty());
    failed |= Moved::Plain.compare(&tables.backend, LINES).is_err();
    match compared {
        Ok(()) if failed => Ok("found by some reads"),
        Ok(()) => Ok("harmless"),
        Err(failure) if failure.code == Some(PANIC) => Err(failure),
        Err(_) if failed => Ok("found"),
        Err(_) => Ok(MISSING),
    }
}

/// Repairs the table of items, and checks that it is sound.
fn repair(tables: &Tables) -> Outcome {
    let items = &tables.items;
    for mismatch in items.verify()? {
        if let Mismatch::Unreadable { key, .. } = mismatch {
            items.discard(&key)?;
        }
    }
    let repaired = match items.reindex() {
        // Two items have the same code after the damage.
        Err(error) if error.code() == "UniqueViolation" => return Ok(()),
        repaired => repaired.map(drop),
    };
    repaired?;
    let mismatches = items.verify()?;
    ensure(mismatches.is_empty(), || format!("mismatches after the repair: {mismatches:?}"))?;
    let all = items.scan_all()?;
    for (id, item) in &all {
        if let Some(code) = &item.code {
            let found = items.find(&Item::CODE, code)?;
            ensure(found.is_some_and(|(of, _)| of == *id), || format!("item {id} is not found by its code"))?;
        }
    }
    Ok(())
}
