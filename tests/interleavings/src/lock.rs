//! The writer's lock: threads exclude each other, all come in, and one that waits is overtaken a bounded number of times.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use keyloft::backend::WriterLock;
use keyloft_scheduled::sync::Mutex;
use keyloft_scheduled::thread::{parked, spawn, yield_now};

use crate::breaks::Break;

/// The threads that wait.
const WAITING: usize = 3;
/// The number of times that a running thread may take the lock before one that waits, in this build.
const OVERTAKES: usize = 2;

/// A lock, and the threads that came in.
struct Shared {
    lock: WriterLock,
    unfair: Mutex<()>,
    how: Option<Break>,
    is_held: AtomicBool,
    came_in: Mutex<Vec<usize>>,
}

impl Shared {
    fn hold(&self, thread: usize, work: impl FnOnce()) {
        if self.how == Some(Break::Unfair) {
            let _guard = self.unfair.lock();
            self.come_in(thread, work);
        } else {
            let _guard = self.lock.enter().unwrap();
            self.come_in(thread, work);
        }
    }

    fn come_in(&self, thread: usize, work: impl FnOnce()) {
        assert!(!self.is_held.swap(true, Ordering::Relaxed), "two threads hold the lock");
        self.came_in.lock().unwrap().push(thread);
        work();
        self.is_held.store(false, Ordering::Relaxed);
    }
}

/// Lets threads wait one after the other, while the first one takes the lock again and again.
pub(crate) fn run(how: Option<Break>) {
    let shared = Arc::new(Shared {
        lock: WriterLock::default(),
        unfair: Mutex::new(()),
        how,
        is_held: AtomicBool::new(false),
        came_in: Mutex::new(Vec::new()),
    });
    let (begun, is_unfair) = (Arc::new(AtomicUsize::new(0)), how == Some(Break::Unfair));
    let mut threads = Vec::new();
    shared.hold(0, || {
        for thread in 1..=WAITING {
            let (waiter, waits) = (Arc::clone(&shared), Arc::clone(&begun));
            threads.push(spawn(move || {
                waits.fetch_add(1, Ordering::Relaxed);
                waiter.hold(thread, yield_now);
            }));
            // A thread that waits for the unfair lock does not park.
            while (if is_unfair { begun.load(Ordering::Relaxed) } else { parked() }) < thread {
                yield_now();
            }
        }
    });
    for _ in 0..WAITING * OVERTAKES {
        shared.hold(0, || ());
    }
    for thread in threads {
        thread.join().unwrap();
    }
    let came_in = shared.came_in.lock().unwrap();
    let waited: Vec<usize> = came_in.iter().copied().filter(|thread| *thread != 0).collect();
    assert_eq!(
        waited,
        (1..=WAITING).collect::<Vec<_>>(),
        "the threads came in another order than they began to wait"
    );
    for overtakes in came_in[1..].split(|thread| *thread != 0).take(WAITING) {
        assert!(overtakes.len() <= OVERTAKES, "a thread was overtaken too often: {came_in:?}");
    }
}
