//! Work on several threads, where there are any.

use std::panic::resume_unwind;
use std::sync::{Arc, Barrier};
use std::thread;

use keyloft::StorageBackend;

use crate::feed::Db;

/// What one of several threads does, given its number.
pub(crate) type Job = fn(&Arc<dyn StorageBackend>, usize);

/// Runs the job on so many threads at once, until all are done; `false` where there can be none.
pub(crate) fn at_once(backend: &Arc<dyn StorageBackend>, threads: usize, job: Job) -> bool {
    Shared(backend).at_once(threads, job)
}

/// Runs the job over an observed backend, like [`at_once`].
pub(crate) fn at_once_observed(db: &Db, threads: usize, job: fn(&Db, usize)) -> bool {
    Shared(db).at_once(threads, job)
}

/// Something that threads may share, or not: which of the two methods below it has depends on the target.
#[allow(dead_code)]
struct Shared<'a, T>(&'a T);

impl<T: Sync> Shared<'_, T> {
    #[allow(dead_code)]
    fn at_once(&self, threads: usize, job: fn(&T, usize)) -> bool {
        let shared = self.0;
        // Without it the first would be done before the last has begun. Where there are no threads, there is not even
        // one that waits.
        let start = &Barrier::new(threads);
        thread::scope(|scope| {
            let mut running = Vec::new();
            for number in 0..threads {
                let work = move || {
                    start.wait();
                    job(shared, number);
                };
                match thread::Builder::new().spawn_scoped(scope, work) {
                    Ok(thread) => running.push(thread),
                    Err(_) => return false,
                }
            }
            for thread in running {
                thread.join().unwrap_or_else(|panic| resume_unwind(panic));
            }
            true
        })
    }
}

/// Where a backend can't be shared the method above is not there, and this one is found instead.
#[allow(dead_code)]
trait Alone {
    type Of;

    fn at_once(&self, threads: usize, job: fn(&Self::Of, usize)) -> bool;
}

impl<T> Alone for Shared<'_, T> {
    type Of = T;

    fn at_once(&self, _: usize, _: fn(&T, usize)) -> bool {
        false
    }
}
