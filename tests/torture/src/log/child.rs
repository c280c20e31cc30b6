//! The child process: it writes and follows the log until it is killed.

use std::path::Path;
use std::sync::Arc;
use std::thread;

use keyloft::layers::{ChangeLog, LogScope, Logged, Retention};
use keyloft::prelude::*;
use keyloft_redb::{Durability, RedbBackend};

use super::contents::{FOLLOWED, Written, apply, count, set_count};
use super::{FOLLOWER, Work};
use crate::breaks::Break;
use crate::failure::{Failure, Outcome, without_panic};
use crate::harness::Round;
use crate::power::options;
use crate::process::say;
use crate::random::Random;

/// The name of this child.
pub(crate) const NAME: &str = "log";

/// Returns the arguments of a child.
pub(super) fn args(round: &Round, work: Work, path: &Path) -> Vec<String> {
    let how = round.how.map_or("", Break::name);
    let (seed, writers) = (work.seed.to_string(), work.writers.to_string());
    [NAME, &seed, &writers, how, &path.to_string_lossy()].map(str::to_owned).to_vec()
}

/// Opens the file with the layer.
pub(super) fn open(path: &Path) -> Outcome<(RedbBackend, Logged<RedbBackend>)> {
    let redb = options(Durability::Immediate).create(path)?;
    Ok((redb.clone(), Logged::with_values(redb, Arc::new(|| 0))))
}

/// Writes until it is killed.
pub(crate) fn child(args: &[&str]) -> Outcome {
    let [seed, writers, how, path] = args else {
        return Err(Failure::from("not the arguments of a child".to_owned()));
    };
    let number = |text: &str| text.parse::<u64>().map_err(|error| Failure::from(error.to_string()));
    let (seed, writers, how) = (number(seed)?, number(writers)?, Break::named(how));
    let (redb, logged) = open(path.as_ref())?;
    thread::scope(|scope| {
        for writer in 0..writers {
            let (redb, logged) = (&redb, &logged);
            scope.spawn(move || end(without_panic(|| write(seed, writer, redb, logged, how))));
        }
        end(without_panic(|| follow(seed, &redb, &logged.log(), how)));
    });
    Ok(())
}

/// Tells the parent of an error, and ends the process.
fn end(outcome: Outcome) {
    if let Err(Failure { text, .. }) = outcome {
        let _said = say(&format!("error {text}"));
        std::process::exit(1);
    }
}

/// Commits one transaction after the other, and acknowledges each.
fn write(
    seed: u64,
    writer: u64,
    redb: &RedbBackend,
    logged: &Logged<RedbBackend>,
    how: Option<Break>,
) -> Outcome {
    let mut number = Written::mark(logged, writer)?;
    loop {
        number += 1;
        let written = Written::of(seed, writer, number);
        let backend: &dyn StorageBackend =
            if how == Some(Break::UnloggedWrite) && number % 5 == 0 { redb } else { logged };
        backend.transact(&mut |tx| written.write(tx))?;
        say(&format!("w {writer} {number}"))?;
    }
}

/// Follows the log, and deletes what all consumers have handled from time to time.
fn follow(seed: u64, redb: &RedbBackend, log: &ChangeLog, how: Option<Break>) -> Outcome {
    let mut random = Random::of(seed, u64::from(std::process::id()));
    loop {
        follow_some(redb, log, usize::from(random.small(30)) + 1, how)?;
        if random.one_in(8) {
            log.trim(Retention::Consumed)?;
            say("did trims")?;
        }
    }
}

/// Applies the next changes to the follower's copy, in the transaction that stores its position. Returns the position.
pub(super) fn follow_some(
    redb: &RedbBackend,
    log: &ChangeLog,
    limit: usize,
    how: Option<Break>,
) -> Outcome<u64> {
    let position = log.position(FOLLOWER)?.unwrap_or(0);
    let batch = log.read(&[LogScope::all()], position, limit)?;
    if how == Some(Break::SplitPosition) {
        log.advance(FOLLOWER, batch.position)?;
    }
    // Not through the layer, so that the follower does not follow itself.
    redb.transact(&mut |tx| {
        for entry in &batch.entries {
            apply(tx, FOLLOWED, entry)?;
        }
        let counted = count(tx)? + u64::try_from(batch.entries.len()).unwrap_or(u64::MAX);
        set_count(tx, counted)?;
        ChangeLog::advance_in(tx, FOLLOWER, batch.position)
    })?;
    Ok(batch.position)
}
