//! The change log: what it has, what consumers read, and what it gives up.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // every item is of a test

mod contents;
mod positions;
mod scopes;
mod trimming;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use keyloft::layers::{LogEntry, LogScope, Logged, LoggedChange, LoggedValue};
use keyloft::prelude::*;
use keyloft_memory::MemoryBackend;

/// A logged backend, and the database under it.
struct Database {
    memory: MemoryBackend,
    logged: Arc<Logged<MemoryBackend>>,
    time: Arc<AtomicI64>,
}

impl Database {
    fn new() -> Self {
        let (memory, time) = (MemoryBackend::new(), Arc::new(AtomicI64::new(0)));
        let logged = Self::open(&memory, &time);
        Self { memory, logged, time }
    }

    /// Opens the layer over a database, as another process does.
    fn open(memory: &MemoryBackend, time: &Arc<AtomicI64>) -> Arc<Logged<MemoryBackend>> {
        let time = Arc::clone(time);
        Arc::new(Logged::with_values(memory.clone(), Arc::new(move || time.load(Ordering::Relaxed))))
    }

    fn put(&self, partition: &str, key: &str, value: &str) {
        let done =
            self.logged.transact(&mut |tx| tx.put(&partition.into(), key.as_bytes(), value.as_bytes()));
        done.unwrap();
    }

    fn delete(&self, partition: &str, key: &str) {
        self.logged.transact(&mut |tx| tx.delete(&partition.into(), key.as_bytes()).map(drop)).unwrap();
    }

    /// Returns the changes in the scope after the position, as text, and the position after them.
    #[track_caller]
    fn read(&self, scope: LogScope, after: u64, limit: usize) -> (Vec<String>, u64) {
        let batch = self.logged.log().read(&[scope], after, limit).unwrap();
        assert_eq!(batch.has_more, batch.position < self.logged.log().newest().unwrap());
        (batch.entries.iter().map(text).collect(), batch.position)
    }

    #[track_caller]
    fn all(&self) -> Vec<String> {
        self.read(LogScope::all(), 0, usize::MAX).0
    }
}

/// Describes a change.
fn text(entry: &LogEntry) -> String {
    let key = String::from_utf8_lossy(&entry.key);
    let change = match &entry.change {
        LoggedChange::Put(LoggedValue::Value(value)) => format!("={}", String::from_utf8_lossy(value)),
        LoggedChange::Put(LoggedValue::Digest(digest)) => format!("#{digest:x}"),
        LoggedChange::Delete => " deleted".to_owned(),
    };
    format!("{} {}/{key}{change}", entry.version, entry.partition)
}
