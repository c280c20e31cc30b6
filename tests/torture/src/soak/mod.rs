//! Long work on one file, and thousands of tables: memory, descriptors and the file don't grow without bound.

mod usage;

use std::sync::Arc;

use keyloft::prelude::*;
use keyloft_redb::{Durability, RedbBackend};

use usage::Usage;

use crate::breaks::Break;
use crate::failure::{Outcome, ensure, same};
use crate::harness::Round;
use crate::power::options;
use crate::random::Random;
use crate::tally::Tally;
use crate::workload::{Batch, Model, Tables};

/// The operations of a round.
const OPERATIONS: u64 = 300_000;
/// The tables of a round.
const TABLES: u32 = 3_000;
/// The bytes that the process may take more than after a fifth of the work.
const MORE_MEMORY: u64 = 64 << 20;
/// The bytes that the file may have more than twice its length then. The commits beside a snapshot take some.
const MORE_FILE: u64 = 8 << 20;

/// Works for a long time on one file.
pub(crate) fn round(round: &Round) -> Outcome<Tally> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("soak.redb");
    let redb = Arc::new(options(Durability::OnFlush).create(&path)?);
    let mut tally = Tally::default();
    work(round, &redb, &mut tally)?;
    many_tables(&redb)?;
    tally.add("tables", u64::from(TABLES));
    redb.close()?;
    let redb = Arc::new(options(Durability::Immediate).check_on_open(true).open(&path)?);
    ensure(redb.check_integrity()?, || "the check of all checksums failed".to_owned())?;
    Ok(tally)
}

/// Commits, reads, and holds snapshots for a while, over a constant amount of data.
fn work(round: &Round, redb: &Arc<RedbBackend>, tally: &mut Tally) -> Outcome {
    let tables = Tables::of(redb.clone());
    let (mut model, mut random) = (Model::default(), Random::of(round.seed, 7));
    let (mut number, mut operations, mut early) = (0, 0, None);
    let mut snapshots = vec![redb.snapshot()?];
    while operations < OPERATIONS {
        number += 1;
        let batch = Batch::of(round.seed, 0, number);
        same("the end of a batch", &batch.commit(&tables)?, &batch.commit_in(&mut model))?;
        for _ in 0..20 {
            let id = u32::try_from(random.below(30)).unwrap_or(0);
            same("an item by its key", &tables.items.get(&id)?.as_ref(), &model.items.get(&id))?;
        }
        operations += 21;
        if number % 50 == 0 {
            redb.flush()?;
            if round.how != Some(Break::HeldSnapshots) {
                snapshots.clear();
            }
            snapshots.push(redb.snapshot()?);
        }
        if number % 2_000 == 0 {
            tables.compare(&model)?;
        }
        if early.is_none() && operations > OPERATIONS / 5 {
            early = Some(Usage::now(redb)?);
        }
    }
    drop(snapshots);
    let late = Usage::now(redb)?;
    tally.add("operations", operations);
    tally.add("bytes of file (sum of the rounds)", late.file);
    let Some(early) = early else { return Ok(()) };
    ensure(late.descriptors <= early.descriptors, || format!("descriptors: {early:?}, later {late:?}"))?;
    ensure(late.file <= early.file * 2 + MORE_FILE, || format!("the file grows: {early:?}, later {late:?}"))?;
    ensure(late.memory <= early.memory + MORE_MEMORY, || format!("memory grows: {early:?}, later {late:?}"))?;
    tables.compare(&model)
}

/// Makes thousands of tables with an index each, and reads them back.
fn many_tables(redb: &Arc<RedbBackend>) -> Outcome {
    const NAME: UniqueIndex<String, String> = UniqueIndex::new("name", |name| Some(name.clone()));
    let before = Usage::now(redb)?;
    let partitions = keyloft::Read::partitions(&**redb)?.len();
    let table = |number: u32| {
        let schema = Schema::<u32, String>::new(format!("table {number}")).index(NAME);
        Table::with_schema(redb.clone(), schema)
    };
    for number in 0..TABLES {
        table(number).put(&number, &format!("row {number}"))?;
    }
    redb.flush()?;
    for number in 0..TABLES {
        let found = table(number).find(&NAME, &format!("row {number}"))?;
        same("a row of a table", &found, &Some((number, format!("row {number}"))))?;
    }
    let expected = partitions + 2 * usize::try_from(TABLES).unwrap_or(0);
    same("the partitions", &keyloft::Read::partitions(&**redb)?.len(), &expected)?;
    let after = Usage::now(redb)?;
    let allowed = before.memory + 2 * MORE_MEMORY;
    ensure(after.memory <= allowed, || format!("memory for {TABLES} tables: {before:?}, later {after:?}"))?;
    ensure(after.descriptors <= before.descriptors, || format!("descriptors: {before:?}, later {after:?}"))
}
