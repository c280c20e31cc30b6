//! [`Watcher`]: the thread that notices the commits of other processes.

use std::io;
use std::mem;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use keyloft::backend::Listeners;

use crate::engine::Engine;
use crate::latest::Latest;

/// The time between two looks at the file. A look is one read of 304 bytes, which the system has in memory.
///
/// A longer time would delay the followers of a change log, and keep the pages of old commits from being used again. Notices of
/// the system about changed files are not used: each system has others, and most of them leave out some file systems.
const INTERVAL: Duration = Duration::from_millis(10);

/// A thread that looks at the header of a file which other processes write to. Dropping it ends the thread.
///
/// - It tells the listeners of a new commit of another process.
/// - It drops the cached snapshot when it is out of date, or when nobody has used it for an interval. While a process has a
///   snapshot, no process uses the pages again that it shows, and compaction is refused. So a process that only waits must have
///   none.
pub(crate) struct Watcher {
    /// The thread ends when it is dropped.
    stop: Option<Sender<()>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// The process that has the thread. One that is forked from it has none.
    process: u32,
}

impl Watcher {
    /// Starts the thread.
    pub(crate) fn start(
        engine: &Arc<Engine>,
        latest: &Arc<Latest>,
        listeners: &Arc<Listeners>,
    ) -> io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let (engine, latest, listeners) = (Arc::clone(engine), Arc::clone(latest), Arc::clone(listeners));
        let thread = thread::Builder::new()
            .name("keyloft-redb-watcher".into())
            .spawn(move || watch(&engine, &latest, &listeners, &stopped))?;
        Ok(Self { stop: Some(stop), thread: Mutex::new(Some(thread)), process: std::process::id() })
    }
}

impl Drop for Watcher {
    /// Ends the thread, and waits for it: it has a handle to the engine, which must be closed when its last owner is dropped.
    fn drop(&mut self) {
        let thread = self.thread.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if self.process != std::process::id() {
            // Both have locks that the thread may have had when the process was forked.
            mem::forget((self.stop.take(), thread));
            return;
        }
        self.stop = None;
        // A listener may drop the last handle on the thread itself.
        if let Some(thread) = thread.filter(|thread| thread.thread().id() != thread::current().id()) {
            let _ended = thread.join();
        }
    }
}

fn watch(engine: &Arc<Engine>, latest: &Latest, listeners: &Listeners, stopped: &Receiver<()>) {
    let mut told = engine.foreign_commits();
    while stopped.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) && engine.is_open() {
        let newest = engine.newest_commit();
        latest.drop_unused(newest);
        let foreign = engine.foreign_commits();
        if foreign != told {
            told = foreign;
            listeners.call();
        }
    }
}
