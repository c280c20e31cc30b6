//! Threads on a few keys: the history of each key is linearizable, and every snapshot is of one moment.

mod history;
mod linearizable;

use std::sync::Arc;
use std::thread;

use keyloft::StorageBackend;
use keyloft::layers::{Observed, Scoped};
use keyloft_memory::MemoryBackend;
use keyloft_redb::{Durability, RedbBackend};

use history::{Accounts, Histories};

use crate::failure::{Failure, Outcome, without_panic};
use crate::harness::Round;
use crate::layers::Broken;
use crate::power::options;
use crate::random::Random;
use crate::storage::Disk;
use crate::tally::Tally;

/// The threads, and the operations of each.
const THREADS: u64 = 6;
const OPERATIONS: u64 = 40;

/// Runs threads on every kind of backend.
pub(crate) fn round(round: &Round) -> Outcome<Tally> {
    let mut tally = Tally::default();
    let disk = |durability| options(durability).with_storage(Disk::holding(Vec::new()));
    let backends: [(&str, Arc<dyn StorageBackend>); 6] = [
        ("memory", Arc::new(MemoryBackend::new())),
        ("redb in memory", Arc::new(RedbBackend::in_memory()?)),
        ("redb on a disk", Arc::new(disk(Durability::Immediate)?)),
        ("redb that flushes", Arc::new(disk(Durability::OnFlush)?)),
        ("observed redb", Arc::new(Observed::new(RedbBackend::in_memory()?))),
        ("scoped redb", Arc::new(Scoped::new(RedbBackend::in_memory()?, "scope"))),
    ];
    for (name, backend) in backends {
        let backend: Arc<dyn StorageBackend> = Arc::new(Broken::new(backend, round.how));
        run(round.seed, &backend, &mut tally).map_err(|failure| failure.at(name))?;
    }
    Ok(tally)
}

fn run(seed: u64, backend: &Arc<dyn StorageBackend>, tally: &mut Tally) -> Outcome {
    let histories = Histories::new(backend);
    let accounts = Accounts::open(backend)?;
    let outcomes: Vec<Outcome> = thread::scope(|scope| {
        let start = |number: u64| {
            let (histories, accounts) = (&histories, &accounts);
            scope.spawn(move || {
                without_panic(|| {
                    let mut random = Random::of(seed, 300 + number);
                    for operation in 0..OPERATIONS {
                        match random.below(6) {
                            0 => accounts.transfer(&mut random)?,
                            1 => accounts.check()?,
                            // Every value is written once, so that a read tells which write it has seen.
                            _ => histories.operate(&mut random, number << 32 | operation)?,
                        }
                    }
                    Ok(())
                })
            })
        };
        let threads: Vec<_> = (0..THREADS).map(start).collect();
        let panicked = || Failure::from("a thread panicked".to_owned());
        threads.into_iter().map(|thread| thread.join().map_err(|_| panicked())?).collect()
    });
    outcomes.into_iter().try_for_each(|outcome| outcome)?;
    accounts.check()?;
    for (key, history) in histories.into_histories() {
        tally.add("operations", u64::try_from(history.len()).unwrap_or(0));
        if !linearizable::is_linearizable(&history) {
            return Err(Failure::from(format!("the history of key {key} is not linearizable: {history:?}")));
        }
    }
    Ok(())
}
