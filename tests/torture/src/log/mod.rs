//! A kill of the process at any moment: the change log has every commit once, its versions have no gaps and go on, and a
//! consumer that stores its position together with its work misses no change and handles none twice.

mod child;
mod contents;

use std::path::Path;
use std::thread;
use std::time::Duration;

use keyloft::layers::{ChangeLog, LogScope};

pub(crate) use child::{NAME, child};
use contents::{Entries, Written, apply_to, count, followed, written};

use crate::failure::{Outcome, ensure, same};
use crate::harness::Round;
use crate::process::Child;
use crate::random::Random;
use crate::tally::Tally;

/// The kills of a round, on one file.
const KILLS: u64 = 10;
/// The longest time to the first acknowledgement.
const PATIENCE: Duration = Duration::from_secs(300);
/// The consumer in the child.
const FOLLOWER: &str = "follower";
/// The consumer in the parent, which compares.
const PARENT: &str = "parent";

/// The work of the children of a round.
#[derive(Clone, Copy, Debug)]
struct Work {
    seed: u64,
    writers: u64,
}

/// The state that the parent expects, by the log and the acknowledgements that it has read.
#[derive(Default)]
struct Known {
    /// The database at the parent's position, by the log alone.
    copy: Entries,
    /// The version up to which it has compared.
    position: u64,
    /// The number of changes up to there.
    changes: u64,
    /// The newest transaction of each writer that was acknowledged.
    acknowledged: Vec<u64>,
}

/// Kills some children one after the other, on the same file.
pub(crate) fn round(round: &Round) -> Outcome<Tally> {
    let mut random = Random::of(round.seed, 9);
    let work = Work { seed: round.seed, writers: random.choose([1, 4]) };
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("logged.redb");
    let mut tally = Tally::default();
    let writers = usize::try_from(work.writers).unwrap_or(1);
    let mut known = Known { acknowledged: vec![0; writers], ..Known::default() };
    let (_, logged) = child::open(&path)?;
    // The trimming in the child keeps what the parent has not compared.
    logged.log().advance(PARENT, 0)?;
    drop(logged);
    for kill in 0..KILLS {
        for line in run_and_kill(round, work, &path, &mut random)? {
            note(&line, &mut known, &mut tally)?;
        }
        tally.count("kills");
        check(work, &path, &mut known, &mut tally)
            .map_err(|failure| failure.at(format!("after kill {kill} of {work:?}")))?;
    }
    Ok(tally)
}

/// Returns the lines of a child that is killed some time after its first acknowledgement.
fn run_and_kill(round: &Round, work: Work, path: &Path, random: &mut Random) -> Outcome<Vec<String>> {
    let child = Child::start(&child::args(round, work, path))?;
    let mut lines = Vec::new();
    while let Some(line) = child.line_within(PATIENCE)? {
        let is_first = line.starts_with("w ");
        lines.push(line);
        if is_first {
            break;
        }
    }
    thread::sleep(Duration::from_micros(random.below(60_000)));
    lines.extend(child.kill().map_err(|failure| failure.at(format!("of {work:?}")))?);
    Ok(lines)
}

/// Notes a line of a child.
fn note(line: &str, known: &mut Known, tally: &mut Tally) -> Outcome {
    let words: Vec<&str> = line.split(' ').collect();
    match words.as_slice() {
        ["w", writer, number] => {
            tally.count("acknowledgements");
            let writer = writer.parse::<usize>().ok().and_then(|writer| known.acknowledged.get_mut(writer));
            if let (Some(acknowledged), Ok(number)) = (writer, number.parse()) {
                *acknowledged = number;
            }
        }
        ["did", what] => tally.count(*what),
        _ => ensure(false, || format!("the child says: {line}"))?,
    }
    Ok(())
}

/// Compares the log with the database, and the follower with the log.
fn check(work: Work, path: &Path, known: &mut Known, tally: &mut Tally) -> Outcome {
    let (redb, logged) = child::open(path)?;
    let log = logged.log();
    for (writer, acknowledged) in (0..work.writers).zip(&mut known.acknowledged) {
        let found = Written::mark(&redb, writer)?;
        let range = *acknowledged..=*acknowledged + 1;
        ensure(range.contains(&found), || {
            format!("writer {writer} has {found}, acknowledged {acknowledged}")
        })?;
        // The next child goes on after it.
        *acknowledged = found;
    }
    let newest = log.newest()?;
    replay(&log, known, newest, tally)?;
    same("the database that the log makes", &known.copy, &written(&redb)?)?;
    // The follower goes on from the position at which it was killed.
    while child::follow_some(&redb, &log, 100, None)? < newest {}
    same("the changes that the follower has applied", &count(&redb)?, &known.changes)?;
    same("the follower's copy", &followed(&redb)?, &known.copy)?;
    log.advance(PARENT, newest)?;
    Ok(())
}

/// Applies the changes up to a version, each of which must have some.
fn replay(log: &ChangeLog, known: &mut Known, to: u64, tally: &mut Tally) -> Outcome {
    while known.position < to {
        let batch = log.read(&[LogScope::all()], known.position, 1)?;
        ensure(batch.position == known.position + 1, || {
            format!("version {} follows {}", batch.position, known.position)
        })?;
        for entry in &batch.entries {
            same("the version of a change", &entry.version, &batch.position)?;
            apply_to(&mut known.copy, entry);
        }
        ensure(!batch.entries.is_empty(), || format!("version {} has no changes", batch.position))?;
        known.changes += u64::try_from(batch.entries.len()).unwrap_or(u64::MAX);
        known.position = batch.position;
        tally.count("versions");
    }
    Ok(())
}
