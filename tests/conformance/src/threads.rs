//! Work on several threads, on targets that have threads.

use std::panic::resume_unwind;
use std::sync::{Arc, Barrier};
use std::thread;

use keyloft::StorageBackend;

use crate::feed::Db;

/// The work of one of several threads, which is given its number.
pub(crate) type Job = fn(&Arc<dyn StorageBackend>, usize);

/// Runs the job on this number of threads at once, until all are done. Returns `false` on a target without threads.
pub(crate) fn at_once(backend: &Arc<dyn StorageBackend>, threads: usize, job: Job) -> bool {
    Shared(backend).at_once(threads, job)
}

/// Runs the job over an observed backend, like [`at_once`].
pub(crate) fn at_once_observed(db: &Db, threads: usize, job: fn(&Db, usize)) -> bool {
    Shared(db).at_once(threads, job)
}

/// A value that threads can share on some targets. The target decides which of the two methods below applies.
#[allow(dead_code)]
struct Shared<'a, T>(&'a T);

impl<T: Sync> Shared<'_, T> {
    #[allow(dead_code)]
    fn at_once(&self, threads: usize, job: fn(&T, usize)) -> bool {
        let shared = self.0;
        // Without the barrier, the first thread could end before the last one starts. On a target without threads, no
        // thread waits at it.
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

/// The method for a target on which a backend can't be shared: it applies where the method above does not exist.
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
