//! [`Harness`]: a named kind of disturbance, run in rounds, each from its own seed.

use std::time::{Duration, Instant};

use crate::breaks::Break;
use crate::failure::{Failure, Outcome, without_panic};
use crate::tally::Tally;
use crate::{
    browser, corpus, damage, decoding, entries, failed_sync, faults, full_disk, interleavings, kill, log,
    old_files, operations, power, processes, soak, streams, threads,
};

/// A kind of disturbance.
pub(crate) struct Harness {
    pub(crate) name: &'static str,
    /// The rounds of a short run, or 0 if it is for long runs alone.
    pub(crate) short: u64,
    run: fn(&Round) -> Outcome<Tally>,
}

/// One round.
pub(crate) struct Round {
    /// It determines everything but the moments at which the system runs threads.
    pub(crate) seed: u64,
    pub(crate) how: Option<Break>,
}

/// The harnesses, in the order in which they run.
pub(crate) const HARNESSES: [Harness; 18] = [
    Harness { name: "power", short: 40, run: power::round },
    Harness { name: "faults", short: 30, run: faults::round },
    Harness { name: "failed-sync", short: 4, run: failed_sync::round },
    Harness { name: "kill", short: 10, run: kill::round },
    Harness { name: "log", short: 4, run: log::round },
    Harness { name: "processes", short: 3, run: processes::round },
    Harness { name: "damage", short: 8, run: damage::round },
    Harness { name: "streams", short: 10, run: streams::round },
    Harness { name: "decoding", short: 5, run: decoding::round },
    Harness { name: "corpus", short: 2, run: corpus::round },
    Harness { name: "entries", short: 10, run: entries::round },
    Harness { name: "threads", short: 8, run: threads::round },
    Harness { name: "interleavings", short: 4, run: interleavings::round },
    Harness { name: "operations", short: 12, run: operations::round },
    Harness { name: "old-files", short: 1, run: old_files::round },
    Harness { name: "full-disk", short: 0, run: full_disk::round },
    Harness { name: "soak", short: 0, run: soak::round },
    Harness { name: "browser", short: 0, run: browser::round },
];

/// The rounds of one harness so far.
#[derive(Default)]
pub(crate) struct Done {
    pub(crate) rounds: u64,
    pub(crate) tally: Tally,
    pub(crate) time: Duration,
}

impl Harness {
    /// Returns the harness with this name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        HARNESSES.iter().find(|harness| harness.name == name)
    }

    /// Runs a round. The failure names its seed.
    pub(crate) fn round(&self, round: &Round, done: &mut Done) -> Outcome {
        let began = Instant::now();
        let tally = without_panic(|| (self.run)(round)).map_err(|Failure { text, .. }| {
            let name = self.name;
            let how = round.how.map(|how| format!(" --break {}", how.name())).unwrap_or_default();
            Failure::from(format!(
                "{name}: {text}\nthe seed is {seed}; repeat it with `cargo xtask torture --rounds 1 --seed {seed}{how} {name}`",
                seed = round.seed
            ))
        })?;
        done.rounds += 1;
        done.tally.merge(tally);
        done.time += began.elapsed();
        Ok(())
    }
}
